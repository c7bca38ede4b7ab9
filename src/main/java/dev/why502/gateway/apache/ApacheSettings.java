package dev.why502.gateway.apache;

import dev.why502.evidence.Access;
import dev.why502.gateway.ByteText;
import dev.why502.gateway.ConfigFiles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a configuration says of its own logs, pid file and user. */
final class ApacheSettings {
  private static final int MAX_LOGS = 64;

  /** Log formats that httpd knows without being told (mod_log_config.c). */
  private static final String DEFAULT_FORMAT = "%h %l %u %t \"%r\" %>s %b";

  private final ApacheConfig config;
  private final List<ConfigFiles.ErrorLog> errors = new ArrayList<>();
  private final List<ConfigFiles.AccessLog> accesses = new ArrayList<>();
  private final Map<String, String> formats = new LinkedHashMap<>();

  private ApacheSettings(ApacheConfig config) {
    this.config = config;
  }

  static ConfigFiles of(ApacheConfig config) {
    return new ApacheSettings(config).read();
  }

  private ConfigFiles read() {
    String denied = config.denied();
    List<ConfigFiles.Seen> files = config.files().seen();
    logs(config.main(), "main");
    config.hosts().forEach(host -> logs(host, "server"));
    ApacheDirective workers = config.main().find("maxrequestworkers");
    long count = workers == null ? 0 : Math.max(0, ByteText.number(workers.arg(0)));
    return new ConfigFiles(
        denied == null ? Access.GRANTED : Access.denied(denied),
        config.path(),
        files,
        denied == null && config.unread().isEmpty(),
        path(config.main().value("pidfile", "")),
        plain(config.main().value("user", "")),
        errors,
        accesses,
        null,
        (int) Math.min(count, Integer.MAX_VALUE));
  }

  private void logs(ApacheServer server, String context) {
    List<ApacheDirective> errorLogs =
        server.own().stream().filter(each -> each.is("errorlog")).toList();
    if (!errorLogs.isEmpty()) {
      // One server has one: the last that it names.
      error(errorLogs.get(errorLogs.size() - 1).arg(0), context, server);
    }
    for (ApacheDirective each : server.own()) {
      if (each.is("logformat") && each.args().size() == 2) {
        formats.put(each.arg(1), each.arg(0));
      }
    }
    for (ApacheDirective each : server.own()) {
      if (each.is("customlog") || each.is("transferlog")) {
        access(each);
      }
    }
  }

  private void error(String written, String context, ApacheServer server) {
    boolean file = !written.startsWith("|") && !written.startsWith("syslog");
    String path = file ? path(written) : null;
    if (path != null
        && errors.size() < MAX_LOGS
        && errors.stream().noneMatch(l -> l.path().equals(path))) {
      errors.add(new ConfigFiles.ErrorLog(path, context, server.value("loglevel", "warn")));
    }
  }

  private void access(ApacheDirective log) {
    String written = log.arg(0);
    String path = written.startsWith("|") || written.startsWith("syslog") ? null : path(written);
    String name = log.arg(1);
    String format = formats.getOrDefault(name, name.isEmpty() ? DEFAULT_FORMAT : name);
    if (path != null
        && accesses.size() < MAX_LOGS
        && accesses.stream().noneMatch(l -> l.path().equals(path))) {
      accesses.add(new ConfigFiles.AccessLog(path, ByteText.shown(format)));
    }
  }

  private @Nullable String path(String written) {
    String plain = plain(written);
    return plain == null || plain.equals("/dev/null") ? null : config.absolute(plain);
  }

  private static @Nullable String plain(String written) {
    return written.isEmpty() || written.contains("${") ? null : ByteText.shown(written);
  }
}
