package dev.why502.gateway.nginx;

import dev.why502.evidence.Access;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration says of itself, and the files it consists of.
 *
 * @param access whether the main file could be read
 * @param config the main file, or null when none is known
 * @param files every file that was read, in the order of reading
 * @param complete false when some file of it could not be read
 * @param pidFile absolute, or null when the configuration names none
 * @param user of the workers, or null when the configuration names none
 * @param errorLogs every log file that an error_log names, outermost first
 * @param workerConnections connections of one worker, nginx's default where it is not set
 */
public record ConfigFiles(
    Access access,
    @Nullable String config,
    List<Seen> files,
    boolean complete,
    @Nullable String pidFile,
    @Nullable String user,
    List<ErrorLog> errorLogs,
    int workerConnections) {
  public ConfigFiles {
    files = List.copyOf(files);
    errorLogs = List.copyOf(errorLogs);
  }

  /** One file and its last change. */
  public record Seen(String path, Instant modifiedAt, String sha256) {}

  /**
   * A log file.
   *
   * @param path absolute
   * @param context "main", "http", "server", "location"
   * @param level as written, "error" when none is
   */
  public record ErrorLog(String path, String context, String level) {}

  /** The file that changed last, or null when none could be read. */
  public @Nullable Seen newest() {
    Seen newest = null;
    for (Seen seen : files) {
      if (newest == null || seen.modifiedAt().isAfter(newest.modifiedAt())) {
        newest = seen;
      }
    }
    return newest;
  }
}
