package dev.why502.gateway.caddy;

import dev.why502.evidence.Access;
import dev.why502.gateway.ConfigFiles;
import dev.why502.gateway.ConfigFiles.AccessLog;
import dev.why502.gateway.ConfigFiles.ErrorLog;
import dev.why502.gateway.ConfigFiles.Seen;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a configuration says of files, logs and administration. */
final class CaddySettings {
  private static final String DEFAULT_ADMIN = "localhost:2019";

  private CaddySettings() {}

  static ConfigFiles of(CaddyConfig config) {
    List<Seen> files = config.files().seen();
    String denied = config.denied();
    if (denied != null) {
      return new ConfigFiles(
          Access.denied(denied),
          config.path(),
          files,
          false,
          null,
          null,
          List.of(),
          List.of(),
          null,
          0);
    }
    List<ErrorLog> errors = new ArrayList<>();
    List<AccessLog> accesses = new ArrayList<>();
    for (CaddyLogFile log : config.logs()) {
      if (log.access()) {
        accesses.add(new AccessLog(log.path(), log.format().equals("json") ? "" : log.format()));
      } else {
        errors.add(
            new ErrorLog(log.path(), log.name().isEmpty() ? "default" : log.name(), log.level()));
      }
    }
    return new ConfigFiles(
        Access.GRANTED,
        config.path(),
        files,
        config.unread().stream().noneMatch(note -> note.contains("permission denied")),
        null,
        null,
        errors,
        accesses,
        admin(config.admin()),
        0);
  }

  /** A URL, or {@code unix:/path}; null where it is switched off or not known. */
  static @Nullable String admin(String written) {
    if (written.equals("off") || written.indexOf('{') >= 0) {
      return null;
    }
    String address = written.isEmpty() ? DEFAULT_ADMIN : written;
    CaddyListen listen = CaddyListen.parse(address);
    if (listen == null) {
      return null;
    }
    if (listen.socket() != null) {
      return "unix:" + listen.socket();
    }
    String host = listen.any() ? "127.0.0.1" : listen.host();
    return "http://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + listen.first();
  }
}
