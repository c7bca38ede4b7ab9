package dev.why502.gateway.caddy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code file_server} and {@code try_files} (modules/caddyhttp/fileserver/caddyfile.go). */
final class CaddyFileDirectives {
  private CaddyFileDirectives() {}

  static CaddyNode fileServer(CaddyDirective directive, CaddyScope scope) {
    CaddyNode handler = CaddyNode.handler("file_server", directive.place());
    List<String> hide = new ArrayList<>();
    if (directive.arg(0).equals("browse")) {
      handler.put("browse", new CaddyNode(null));
    } else if (!directive.args().isEmpty()) {
      scope.faults.add(directive, "wrong argument count or unexpected line ending");
    }
    for (CaddyDirective each : directive.children()) {
      switch (each.name()) {
        case "root" -> handler.put("root", each.arg(0));
        case "index" -> handler.put("index_names", each.texts());
        case "hide" -> hide.addAll(each.texts());
        case "pass_thru" -> handler.put("pass_thru", true);
        case "browse" -> handler.put("browse", new CaddyNode(null));
        case "status" -> handler.put("status_code", CaddyDirectives.weak(each.arg(0)));
        case "disable_canonical_uris" -> handler.put("canonical_uris", false);
        case "fs", "precompressed", "etag_file_extensions" -> {}
        default -> scope.faults.add(each, "unknown subdirective '" + each.name() + "'");
      }
    }
    for (String file : scope.files) {
      if (!hide.contains(file)) {
        hide.add(file);
      }
    }
    return handler.putUnlessEmpty("hide", hide);
  }

  static List<CaddyValue> tryFiles(CaddyDirective directive, CaddyScope scope) {
    String policy = null;
    for (CaddyDirective each : directive.children()) {
      if (each.name().equals("policy")) {
        policy = each.arg(0);
      }
    }
    List<CaddyNode> routes = new ArrayList<>();
    List<String> plain = new ArrayList<>();
    for (String each : directive.texts()) {
      int query = each.indexOf('?');
      if (query < 0) {
        plain.add(each);
        continue;
      }
      if (!plain.isEmpty()) {
        routes.add(tried(directive, plain, policy, ""));
        plain = new ArrayList<>();
      }
      routes.add(
          tried(directive, List.of(each.substring(0, query)), policy, each.substring(query)));
    }
    if (!plain.isEmpty()) {
      routes.add(tried(directive, plain, policy, ""));
    }
    if (routes.isEmpty()) {
      scope.faults.add(directive, "wrong argument count");
      return List.of();
    }
    if (routes.size() > 1) {
      String group = scope.groups.group();
      routes.forEach(route -> route.put("group", group));
    }
    return routes.stream()
        .map(route -> new CaddyValue("try_files", List.of(route), false))
        .toList();
  }

  private static CaddyNode tried(
      CaddyDirective directive, List<String> files, @Nullable String policy, String query) {
    CaddyNode file =
        new CaddyNode(directive.place())
            .put("try_files", List.copyOf(files))
            .putUnlessEmpty("try_policy", policy);
    return CaddyDirectives.route(
        new CaddyNode(directive.place()).put("file", file),
        CaddyNode.handler("rewrite", directive.place())
            .put("uri", "{http.matchers.file.relative}" + query));
  }
}
