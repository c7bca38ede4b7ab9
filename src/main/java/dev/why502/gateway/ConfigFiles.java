package dev.why502.gateway;

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
 * @param errorLogs every error log file that it names, outermost first
 * @param accessLogs every log file of requests that it names
 * @param admin socket or URL where the gateway can be asked for its state, or null
 * @param workerConnections connections of one worker, the gateway's default where it is not set, 0
 *     where there is no such limit
 */
public record ConfigFiles(
    Access access,
    @Nullable String config,
    List<Seen> files,
    boolean complete,
    @Nullable String pidFile,
    @Nullable String user,
    List<ErrorLog> errorLogs,
    List<AccessLog> accessLogs,
    @Nullable String admin,
    int workerConnections) {
  public ConfigFiles {
    files = List.copyOf(files);
    errorLogs = List.copyOf(errorLogs);
    accessLogs = List.copyOf(accessLogs);
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

  /**
   * A log file of requests.
   *
   * @param path absolute
   * @param format as the configuration defines it, empty for the gateway's own default
   */
  public record AccessLog(String path, String format) {}

  /** What is known where nothing of it could be read. */
  public static ConfigFiles unread(@Nullable String config, String why) {
    return new ConfigFiles(
        Access.denied(why), config, List.of(), false, null, null, List.of(), List.of(), null, 0);
  }

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
