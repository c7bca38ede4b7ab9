package dev.why502.gateway.caddy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A log that is written to a file.
 *
 * @param access whether it takes access logs only; errors of requests go to the default log
 * @param format of its encoder, "json" where none is set
 */
record CaddyLogFile(String path, String name, boolean access, String level, String format) {

  static List<CaddyLogFile> of(@Nullable CaddyNode logging) {
    CaddyNode logs = logging == null ? null : logging.node("logs");
    List<CaddyLogFile> files = new ArrayList<>();
    for (Map.Entry<String, Object> entry :
        logs == null ? List.<Map.Entry<String, Object>>of() : logs.members().entrySet()) {
      CaddyNode log = entry.getValue() instanceof CaddyNode node ? node : null;
      CaddyNode writer = log == null ? null : log.node("writer");
      String path = writer == null ? null : writer.text("filename");
      if (log == null || path == null || path.indexOf('{') >= 0) {
        continue;
      }
      List<String> include = log.texts("include");
      boolean access =
          !include.isEmpty()
              && include.stream().allMatch(name -> name.startsWith("http.log.access"));
      CaddyNode encoder = log.node("encoder");
      files.add(
          new CaddyLogFile(
              path,
              entry.getKey(),
              access,
              log.text("level", "INFO"),
              encoder == null ? "json" : encoder.text("format", "json")));
    }
    return files;
  }

  static List<CaddyLogFile> of(CaddyOptions options, List<CaddyBlock> blocks) {
    List<CaddyLogFile> files = new ArrayList<>();
    options.logs.forEach(log -> add(files, log, false));
    for (CaddyBlock block : blocks) {
      if (!block.keys().isEmpty()) {
        block.directives().stream()
            .filter(each -> each.name().equals("log"))
            .forEach(log -> add(files, log, true));
      }
    }
    return files;
  }

  private static void add(List<CaddyLogFile> files, CaddyDirective log, boolean site) {
    String path = null;
    String level = "INFO";
    String format = "json";
    List<String> include = List.of();
    for (CaddyDirective each : log.children()) {
      switch (each.name()) {
        case "output" -> path = each.arg(0).equals("file") ? each.arg(1) : path;
        case "level" -> level = each.arg(0);
        case "format" -> format = each.arg(0);
        case "include" -> include = each.texts();
        default -> {}
      }
    }
    if (path == null || path.isEmpty() || path.indexOf('{') >= 0) {
      return;
    }
    boolean access =
        site
            || (!include.isEmpty()
                && include.stream().allMatch(name -> name.startsWith("http.log.access")));
    files.add(new CaddyLogFile(path, log.arg(0), access, level, format));
  }
}
