package dev.why502.gateway.caddy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What php_fastcgi adds to a reverse_proxy (modules/caddyhttp/reverseproxy/fastcgi/caddyfile.go).
 *
 * @param routes that lead to an index file, before the one that passes scripts on
 */
record CaddyPhp(CaddyNode transport, List<String> extensions, List<CaddyNode> routes) {
  static final Set<String> SETTINGS =
      Set.of(
          "root",
          "split",
          "env",
          "index",
          "try_files",
          "resolve_root_symlink",
          "dial_timeout",
          "read_timeout",
          "write_timeout",
          "capture_stderr");

  private static final String PATH = "{http.request.uri.path}";

  static CaddyPhp of(CaddyDirective directive, CaddyScope scope) {
    CaddyNode transport = new CaddyNode(directive.place());
    List<String> extensions = List.of(".php");
    String index = "index.php";
    List<String> tried = List.of();
    for (CaddyDirective each : directive.children()) {
      switch (each.name()) {
        case "split" -> extensions = each.texts();
        case "index" -> index = each.arg(0);
        case "try_files" -> tried = each.texts();
        default -> CaddyTransport.fastCgi(transport, each, scope);
      }
    }
    transport.put("split_path", extensions);
    if (index.equals("off")) {
      return new CaddyPhp(transport, extensions, List.of());
    }
    String inFolder = PATH + "/" + index;
    boolean usual = tried.isEmpty();
    List<String> files = usual ? List.of(PATH, inFolder, index) : tried;
    List<CaddyNode> routes = new ArrayList<>();
    if (usual || files.contains(inFolder)) {
      CaddyNode slash = new CaddyNode(directive.place()).put("path", List.of("*/"));
      CaddyNode file = new CaddyNode(directive.place()).put("try_files", List.of(inFolder));
      CaddyNode location =
          new CaddyNode(null)
              .put(
                  "Location",
                  List.of("{http.request.orig_uri.path}/{http.request.orig_uri.prefixed_query}"));
      routes.add(
          CaddyDirectives.route(
              new CaddyNode(directive.place()).put("file", file).put("not", List.of(slash)),
              CaddyNode.handler("static_response", directive.place())
                  .put("headers", location)
                  .put("status_code", 308L)));
    }
    CaddyNode file =
        new CaddyNode(directive.place()).put("split_path", extensions).put("try_files", files);
    routes.add(
        CaddyDirectives.route(
            new CaddyNode(directive.place()).put("file", file),
            CaddyNode.handler("rewrite", directive.place())
                .put("uri", "{http.matchers.file.relative}")));
    return new CaddyPhp(transport, extensions, routes);
  }
}
