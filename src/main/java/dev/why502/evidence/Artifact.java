package dev.why502.evidence;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A file that a service needs.
 *
 * @param probe id of the probe that names it
 * @param exists null when it could not be told
 * @param newerSource a file of its project's source that was changed after it, or null where none
 *     was seen: it is the output of an older build
 */
public record Artifact(
    String probe,
    String path,
    Instant at,
    Access access,
    @Nullable Boolean exists,
    @Nullable Instant modifiedAt,
    @Nullable String newerSource)
    implements Evidence {
  /** One whose source was not looked at. */
  public Artifact(
      String probe,
      String path,
      Instant at,
      Access access,
      @Nullable Boolean exists,
      @Nullable Instant modifiedAt) {
    this(probe, path, at, access, exists, modifiedAt, null);
  }

  @Override
  public Kind kind() {
    return Kind.ARTIFACT;
  }

  @Override
  public String summary() {
    if (exists == null) {
      return "whether " + path + " exists is not known: " + access.why();
    }
    if (!exists) {
      return path + " does not exist";
    }
    return path
        + " exists, changed "
        + modifiedAt
        + (newerSource == null ? "" : ": older than its source, " + newerSource);
  }
}
