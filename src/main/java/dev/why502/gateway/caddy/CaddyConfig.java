package dev.why502.gateway.caddy;

import dev.why502.evidence.Place;
import dev.why502.gateway.FileText;
import dev.why502.gateway.FileTexts;
import dev.why502.gateway.ParsedConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A configuration, whether it came as a Caddyfile or as native JSON.
 *
 * @param denied why the main file could not be read, or null
 * @param faults what Caddy would refuse, "file:line: message"
 * @param unread what belongs to it and could not be read or followed
 * @param admin address of the admin API, "off", or "" where it is not set
 * @param logs those that are written to files
 * @param sites the lines of site addresses
 */
record CaddyConfig(
    String path,
    @Nullable String denied,
    FileTexts files,
    List<String> faults,
    List<String> unread,
    Map<String, CaddyNode> nodes,
    List<CaddyServer> servers,
    int httpPort,
    int httpsPort,
    String admin,
    List<CaddyLogFile> logs,
    List<Place> sites)
    implements ParsedConfig {

  private static final int DEFAULT_HTTP_PORT = 80;
  private static final int DEFAULT_HTTPS_PORT = 443;

  static CaddyConfig read(String path, Function<String, @Nullable String> variables) {
    FileTexts files = new FileTexts(CaddyGlob::matches);
    FileTexts.Read read = files.read(path);
    FileText file = read.file();
    if (file == null) {
      return empty(path, read.why(), files, List.of());
    }
    String text = file.text();
    if (native_(path, text)) {
      CaddyJson.Document document = CaddyJson.read(path, text, file.sha256());
      CaddyNode root = document.root();
      return root == null
          ? empty(path, null, files, List.of(String.valueOf(document.fault())))
          : ofJson(path, files, root);
    }
    return ofCaddyfile(path, files, file, variables);
  }

  private static CaddyConfig empty(
      String path, @Nullable String denied, FileTexts files, List<String> faults) {
    return new CaddyConfig(
        path,
        denied,
        files,
        faults,
        List.of(),
        Map.of(),
        List.of(),
        DEFAULT_HTTP_PORT,
        DEFAULT_HTTPS_PORT,
        "",
        List.of(),
        List.of());
  }

  /** JSON begins with a brace and a quote; so does no Caddyfile that has global options. */
  private static boolean native_(String path, String text) {
    String start = text.stripLeading();
    if (!start.startsWith("{")) {
      return path.endsWith(".json");
    }
    String next = start.substring(1).stripLeading();
    return next.startsWith("\"") || (next.startsWith("}") && path.endsWith(".json"));
  }

  /** What a running Caddy answers at its admin API. */
  static CaddyConfig running(String address, String json) {
    FileTexts files = new FileTexts(CaddyGlob::matches);
    CaddyJson.Document document = CaddyJson.read(address, json, null);
    CaddyNode root = document.root();
    return root == null
        ? empty(address, "it answers no configuration", files, List.of())
        : ofJson(address, files, root);
  }

  private static CaddyConfig ofJson(String path, FileTexts files, CaddyNode root) {
    CaddyNode apps = root.node("apps");
    CaddyNode http = apps == null ? null : apps.node("http");
    CaddyNode servers = http == null ? null : http.node("servers");
    Map<String, CaddyNode> nodes = new LinkedHashMap<>();
    if (servers != null) {
      servers
          .members()
          .forEach(
              (name, value) -> {
                if (value instanceof CaddyNode node) {
                  nodes.put(name, node);
                }
              });
    }
    int httpPort = port(http, "http_port", DEFAULT_HTTP_PORT);
    int httpsPort = port(http, "https_port", DEFAULT_HTTPS_PORT);
    CaddyNode admin = root.node("admin");
    String address = admin == null ? "" : admin.on("disabled") ? "off" : admin.text("listen", "");
    return new CaddyConfig(
        path,
        null,
        files,
        List.of(),
        List.of(),
        nodes,
        new CaddyAutoHttps(httpPort, httpsPort).applied(nodes),
        httpPort,
        httpsPort,
        address,
        CaddyLogFile.of(root.node("logging")),
        List.of());
  }

  private static int port(@Nullable CaddyNode http, String name, int otherwise) {
    long port = http == null ? 0 : http.number(name, 0);
    return port <= 0 || port > 65_535 ? otherwise : (int) port;
  }

  private static CaddyConfig ofCaddyfile(
      String path, FileTexts files, FileText file, Function<String, @Nullable String> variables) {
    CaddyEnvironment environment = new CaddyEnvironment(variables);
    CaddyParser parser = new CaddyParser(files, environment);
    parser.parse(file);
    CaddyFaults faults = new CaddyFaults();
    parser.faults().forEach(faults::add);
    parser.unread().forEach(faults::note);
    environment.notes().forEach(faults::note);
    CaddyOptions options = CaddyOptions.of(parser.blocks(), faults);
    options.notes.values().forEach(faults::note);
    Map<String, CaddyNode> nodes = new CaddySites(options, faults).servers(parser.blocks());
    List<CaddyServer> servers =
        new CaddyAutoHttps(options.httpPort, options.httpsPort).applied(nodes);
    List<Place> sites = new ArrayList<>();
    for (CaddyBlock block : parser.blocks()) {
      if (!block.keys().isEmpty() && !block.named()) {
        sites.add(block.place());
      }
    }
    return new CaddyConfig(
        path,
        null,
        files,
        faults.faults(),
        faults.notes(),
        nodes,
        servers,
        options.httpPort,
        options.httpsPort,
        options.admin == null ? "" : options.admin,
        CaddyLogFile.of(options, parser.blocks()),
        sites);
  }
}
