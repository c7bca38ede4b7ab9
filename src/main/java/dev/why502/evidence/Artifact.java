package dev.why502.evidence;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A file that a service needs.
 *
 * @param probe id of the probe that names it
 * @param exists null when it could not be told
 */
public record Artifact(
    String probe,
    String path,
    Instant at,
    Access access,
    @Nullable Boolean exists,
    @Nullable Instant modifiedAt)
    implements Evidence {
  @Override
  public Kind kind() {
    return Kind.ARTIFACT;
  }

  @Override
  public String summary() {
    if (exists == null) {
      return "whether " + path + " exists is not known: " + access.why();
    }
    return exists ? path + " exists, changed " + modifiedAt : path + " does not exist";
  }
}
