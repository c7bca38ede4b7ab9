package dev.why502.evidence;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The file of a unix domain socket.
 *
 * @param exists null when it could not be told
 * @param type "socket", "regular", "directory", "fifo", ...; null when absent or not known
 * @param mode permission bits as text, {@code rw-rw----}
 * @param held whether a process listens on it (/proc/net/unix); null when not known
 */
public record SocketFile(
    String path,
    Instant at,
    Access access,
    @Nullable Boolean exists,
    @Nullable String type,
    @Nullable String owner,
    @Nullable String group,
    @Nullable String mode,
    @Nullable Boolean held)
    implements Evidence {
  @Override
  public Kind kind() {
    return Kind.LISTENER;
  }

  @Override
  public String summary() {
    if (!access.readable()) {
      return path + " could not be looked at: " + access.why();
    }
    if (Boolean.FALSE.equals(exists)) {
      return path + " does not exist";
    }
    return path
        + ": "
        + type
        + ", "
        + mode
        + " "
        + owner
        + ":"
        + group
        + (held == null ? "" : held ? ", a process listens on it" : ", no process holds it");
  }
}
