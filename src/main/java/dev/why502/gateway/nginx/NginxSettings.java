package dev.why502.gateway.nginx;

import dev.why502.evidence.Access;
import dev.why502.gateway.ByteText;
import dev.why502.gateway.ConfigFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a configuration says of its own logs, pid file and user. Blocks; belongs on a worker. */
final class NginxSettings {
  private static final int DEFAULT_WORKER_CONNECTIONS = 512;
  private static final int MAX_LOGS = 64;
  private static final int MAX_FORMAT = 8192;

  private final NginxConfig config;
  private final List<ConfigFiles.ErrorLog> logs = new ArrayList<>();
  private final List<ConfigFiles.AccessLog> accessLogs = new ArrayList<>();

  /** {@code log_format} directives by their names; "combined" is nginx's own. */
  private final Map<String, NginxDirective> formats = new HashMap<>();

  private NginxSettings(NginxConfig config) {
    this.config = config;
  }

  static ConfigFiles of(NginxConfig config) {
    return new NginxSettings(config).read();
  }

  private ConfigFiles read() {
    String denied = config.denied();
    List<ConfigFiles.Seen> files = config.files().seen();
    for (NginxDirective http : config.main().own("http")) {
      for (NginxDirective each : http.children()) {
        if (each.name().equals("log_format")) {
          formats.putIfAbsent(each.arg(0), each);
        }
      }
    }
    logs(config.directives(), "main");
    int connections = DEFAULT_WORKER_CONNECTIONS;
    for (NginxDirective events : config.main().own("events")) {
      for (NginxDirective each : events.children()) {
        long count = ByteText.number(each.arg(0));
        if (each.name().equals("worker_connections") && count > 0) {
          connections = (int) Math.min(count, Integer.MAX_VALUE);
        }
      }
    }
    String pid = config.main().value("pid", "");
    String user = config.main().value("user", "");
    return new ConfigFiles(
        denied == null ? Access.GRANTED : Access.denied(denied),
        config.path(),
        files,
        denied == null && config.unread().isEmpty(),
        pid.isEmpty() ? null : absolute(pid),
        user.isEmpty() ? null : ByteText.shown(user),
        logs,
        accessLogs,
        null,
        connections);
  }

  private void logs(List<NginxDirective> directives, String context) {
    for (NginxDirective each : directives) {
      if (each.name().equals("error_log")) {
        add(each, context);
      } else if (each.name().equals("access_log")) {
        addAccess(each);
      }
    }
    for (NginxDirective each : directives) {
      boolean inside =
          switch (each.name()) {
            case "http", "server", "location", "if" -> true;
            default -> false;
          };
      if (inside) {
        logs(each.children(), each.name().equals("if") ? "location" : each.name());
      }
    }
  }

  private static boolean file(String path) {
    return !path.isEmpty()
        && !path.equals("stderr")
        && !path.equals("/dev/null")
        && !path.startsWith("syslog:")
        && !path.startsWith("memory:");
  }

  private void add(NginxDirective log, String context) {
    String path = log.arg(0);
    boolean file = file(path);
    String absolute = absolute(path);
    boolean known = logs.stream().anyMatch(l -> l.path().equals(absolute));
    if (file && !known && absolute != null && logs.size() < MAX_LOGS) {
      String level = log.args().size() > 1 ? log.arg(1) : "error";
      logs.add(new ConfigFiles.ErrorLog(absolute, context, level));
    }
  }

  /** A path with a variable names no one file; a compressed file has no lines. */
  private void addAccess(NginxDirective log) {
    String path = log.arg(0);
    List<String> rest = log.args().subList(Math.min(1, log.args().size()), log.args().size());
    boolean packed =
        rest.stream().anyMatch(word -> word.equals("gzip") || word.startsWith("gzip="));
    boolean buffered =
        rest.stream().anyMatch(word -> word.startsWith("buffer=") || word.startsWith("flush="));
    String absolute = absolute(path);
    if (!file(path)
        || path.equals("off")
        || path.indexOf('$') >= 0
        || packed
        || absolute == null
        || accessLogs.size() >= MAX_LOGS) {
      return;
    }
    String format = format(rest.isEmpty() ? "combined" : rest.get(0), buffered);
    ConfigFiles.AccessLog seen = new ConfigFiles.AccessLog(absolute, format);
    if (!accessLogs.contains(seen)) {
      accessLogs.add(seen);
    }
  }

  /** The format's text; "" for the predefined one, and for what is not known. */
  private String format(String name, boolean buffered) {
    NginxDirective format = formats.get(name);
    if (format == null) {
      return "";
    }
    String escape = "default";
    StringBuilder text = new StringBuilder();
    for (String part : format.args().subList(1, format.args().size())) {
      if (part.startsWith("escape=") && text.isEmpty()) {
        escape = part.substring("escape=".length());
      } else {
        text.append(part);
      }
    }
    return text.length() > MAX_FORMAT
        ? ""
        : NginxLogFormat.written(escape, buffered, ByteText.shown(text.toString()));
  }

  /**
   * Such paths are relative to nginx's prefix, which only its command line tells: the directory of
   * the configuration or the one above it, whichever has the file.
   */
  private @Nullable String absolute(String written) {
    String path = ByteText.shown(written);
    if (path.startsWith("/")) {
      return path;
    }
    Path main = Path.of(config.path()).getParent();
    if (main == null || path.indexOf('\0') >= 0) {
      return null;
    }
    Path above = main.getParent();
    Path here = main.resolve(path).normalize();
    if (above != null && !Files.exists(here) && Files.exists(above.resolve(path))) {
      return above.resolve(path).normalize().toString();
    }
    return here.toString();
  }
}
