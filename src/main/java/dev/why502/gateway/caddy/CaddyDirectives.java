package dev.why502.gateway.caddy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compiles directives into routes of the native configuration (caddyconfig/httpcaddyfile and the
 * modules' own caddyfile.go).
 */
final class CaddyDirectives {
  /** Directives that change a response or only tell of it: nothing of where a request goes. */
  private static final Map<String, String> PASSIVE =
      Map.of(
          "encode", "encode",
          "templates", "templates",
          "push", "push",
          "tracing", "tracing",
          "metrics", "metrics",
          "acme_server", "acme_server",
          "intercept", "intercept",
          "log_append", "log_append",
          "map", "map",
          "copy_response_headers", "copy_response_headers");

  private static final Set<String> SEEN_ELSEWHERE = Set.of("bind", "tls", "log", "handle_errors");

  private final CaddyScope scope;

  CaddyDirectives(CaddyScope scope) {
    this.scope = scope;
  }

  /** The routes of a block, in the order in which Caddy runs them. */
  List<CaddyNode> routes(List<CaddyDirective> directives, boolean sorted) {
    CaddyScope inner = scope.inner();
    inner.define(directives);
    return new CaddyDirectives(inner).joined(directives, sorted);
  }

  /** The routes of a site, whose matchers its routes for errors see too. */
  List<CaddyNode> site(List<CaddyDirective> directives) {
    scope.define(directives);
    return joined(directives, true);
  }

  private List<CaddyNode> joined(List<CaddyDirective> directives, boolean sorted) {
    List<CaddyValue> values = new ArrayList<>();
    for (CaddyDirective each : directives) {
      if (!each.name().startsWith("@") && !SEEN_ELSEWHERE.contains(each.name())) {
        values.addAll(compiled(each));
      }
    }
    return CaddySubroute.of(values, sorted ? scope.options.order : null, scope.groups);
  }

  private List<CaddyValue> compiled(CaddyDirective directive) {
    String name = directive.name();
    return switch (name) {
      case "root", "rewrite" -> twoWords(directive);
      case "try_files" -> CaddyFileDirectives.tryFiles(directive, scope);
      case "php_fastcgi" -> CaddyProxyDirectives.php(directive, scope);
      case "forward_auth" -> CaddyProxyDirectives.forwardAuth(directive, scope);
      case "handle_path" -> handlePath(directive);
      case "header" -> responseHeader(directive);
      default -> {
        CaddyNode matcher =
            CaddyScope.matcher(directive) ? scope.matcher(directive, directive.arg(0)) : null;
        CaddyDirective rest = CaddyScope.matcher(directive) ? directive.shifted() : directive;
        CaddyNode handler = handler(rest);
        yield handler == null ? List.of() : List.of(value(name, matcher, handler));
      }
    };
  }

  static CaddyValue value(String name, @Nullable CaddyNode matcher, CaddyNode handler) {
    return new CaddyValue(name, List.of(route(matcher, handler)), false);
  }

  static CaddyNode route(@Nullable CaddyNode matcher, CaddyNode... handlers) {
    CaddyNode route = new CaddyNode(handlers[0].place());
    if (matcher != null) {
      route.put("match", List.of(matcher));
    }
    return route.put("handle", List.of((Object[]) handlers));
  }

  /** Null when it could not be compiled; why is a fault. */
  private @Nullable CaddyNode handler(CaddyDirective directive) {
    return switch (directive.name()) {
      case "handle", "route" -> {
        if (!directive.args().isEmpty()) {
          scope.faults.add(
              directive,
              "wrong argument count or unexpected line ending after '" + directive.arg(0) + "'");
        }
        yield CaddyNode.handler("subroute", directive.place())
            .putUnlessEmpty(
                "routes", routes(directive.children(), directive.name().equals("handle")));
      }
      case "reverse_proxy" -> CaddyProxyDirectives.reverseProxy(directive, scope);
      case "redir" -> redir(directive);
      case "respond" -> respond(directive);
      case "error" -> error(directive);
      case "abort" -> CaddyNode.handler("static_response", directive.place()).put("abort", true);
      case "method" ->
          CaddyNode.handler("rewrite", directive.place()).put("method", directive.arg(0));
      case "uri" -> uri(directive);
      case "vars" -> vars(directive);
      case "fs" -> CaddyNode.handler("vars", directive.place()).put("fs", directive.arg(0));
      case "skip_log", "log_skip" ->
          CaddyNode.handler("vars", directive.place()).put(directive.name(), true);
      case "log_name" ->
          CaddyNode.handler("vars", directive.place())
              .put("access_logger_names", directive.texts());
      case "file_server" -> CaddyFileDirectives.fileServer(directive, scope);
      case "request_body" -> requestBody(directive);
      case "basicauth", "basic_auth" ->
          CaddyNode.handler("authentication", directive.place())
              .put("providers", new CaddyNode(directive.place()).put("http_basic", true));
      case "request_header" -> requestHeader(directive);
      case "invoke" -> CaddyNode.handler("invoke", directive.place()).put("name", directive.arg(0));
      case "copy_response" ->
          CaddyNode.handler("copy_response", directive.place())
              .putUnlessEmpty("status_code", directive.arg(0));
      default -> other(directive);
    };
  }

  private CaddyNode other(CaddyDirective directive) {
    String passive = PASSIVE.get(directive.name());
    if (passive != null) {
      return CaddyNode.handler(passive, directive.place());
    }
    String near = CaddyOrder.nearest(directive.name(), scope.options.order);
    boolean ordered = scope.options.order.contains(directive.name());
    if (near != null && !ordered) {
      scope.faults.add(directive, "unrecognized directive: " + directive.name());
    }
    return CaddyNode.handler(directive.name(), directive.place());
  }

  /** Directives that take a single word for their value, not for a matcher. */
  private List<CaddyValue> twoWords(CaddyDirective directive) {
    int words = directive.args().size();
    if (words == 0 || words > 2) {
      scope.faults.add(directive, words == 0 ? "too few arguments" : "too many arguments");
      return List.of();
    }
    CaddyNode matcher = words == 2 ? scope.matcher(directive, directive.arg(0)) : null;
    boolean root = directive.name().equals("root");
    CaddyNode handler =
        CaddyNode.handler(root ? "vars" : "rewrite", directive.place())
            .put(root ? "root" : "uri", directive.arg(words - 1));
    return List.of(value(directive.name(), matcher, handler));
  }

  private List<CaddyValue> handlePath(CaddyDirective directive) {
    String path = directive.arg(0);
    if (!path.startsWith("/")) {
      scope.faults.add(directive, "path matcher must begin with '/', got " + path);
      return List.of();
    }
    String strip =
        path.endsWith("/*")
            ? path.substring(0, path.length() - 2)
            : path.endsWith("*") ? path.substring(0, path.length() - 1) : path;
    List<CaddyNode> routes = new ArrayList<>();
    routes.add(
        route(
            null,
            CaddyNode.handler("rewrite", directive.place())
                .putUnlessEmpty("strip_path_prefix", strip)));
    routes.addAll(routes(directive.children(), true));
    CaddyNode handler = CaddyNode.handler("subroute", directive.place()).put("routes", routes);
    return List.of(value("handle", scope.matcher(directive, path), handler));
  }

  private CaddyNode redir(CaddyDirective directive) {
    String code =
        switch (directive.arg(1)) {
          case "permanent" -> "301";
          case "", "temporary" -> "302";
          case "html" -> "200";
          default -> directive.arg(1);
        };
    CaddyNode handler = CaddyNode.handler("static_response", directive.place());
    long number = CaddyUnits.number(code, -1);
    boolean fits =
        code.startsWith("{")
            || code.equals("200")
            || number == 401
            || (number >= 300 && number <= 399);
    if (directive.arg(0).isEmpty() || !fits) {
      scope.faults.add(directive, "not a supported redir code: '" + code + "'");
    }
    if (!code.equals("200")) {
      handler.put("headers", new CaddyNode(null).put("Location", List.of(directive.arg(0))));
    }
    return handler.put("status_code", weak(code));
  }

  /** Statuses are numbers where they can be. */
  static Object weak(String status) {
    long number = CaddyUnits.number(status, -1);
    return number < 0 ? status : (Object) number;
  }

  private CaddyNode respond(CaddyDirective directive) {
    CaddyNode handler = CaddyNode.handler("static_response", directive.place());
    List<String> args = directive.texts();
    if (args.size() == 1 && args.get(0).length() == 3 && CaddyUnits.number(args.get(0), -1) > 0) {
      handler.put("status_code", weak(args.get(0)));
    } else if (!args.isEmpty()) {
      handler.putUnlessEmpty("body", args.get(0));
      if (args.size() > 1) {
        handler.put("status_code", weak(args.get(1)));
      }
    }
    if (args.isEmpty() || args.size() > 2) {
      scope.faults.add(directive, "wrong argument count or unexpected line ending");
    }
    for (CaddyDirective each : directive.children()) {
      switch (each.name()) {
        case "body" -> handler.put("body", each.arg(0));
        case "close" -> handler.put("close", true);
        default -> scope.faults.add(each, "unrecognized subdirective '" + each.name() + "'");
      }
    }
    return handler;
  }

  private CaddyNode error(CaddyDirective directive) {
    CaddyNode handler = CaddyNode.handler("error", directive.place());
    List<String> args = directive.texts();
    boolean status =
        args.size() == 1 && args.get(0).length() == 3 && CaddyUnits.number(args.get(0), -1) > 0;
    if (status) {
      handler.put("status_code", weak(args.get(0)));
    } else if (!args.isEmpty()) {
      handler.putUnlessEmpty("error", args.get(0));
      if (args.size() > 1) {
        handler.put("status_code", weak(args.get(1)));
      }
    }
    for (CaddyDirective each : directive.children()) {
      if (each.name().equals("message")) {
        handler.put("error", each.arg(0));
      }
    }
    return handler;
  }

  private CaddyNode uri(CaddyDirective directive) {
    CaddyNode handler = CaddyNode.handler("rewrite", directive.place());
    switch (directive.arg(0)) {
      case "strip_prefix" -> handler.put("strip_path_prefix", directive.arg(1));
      case "strip_suffix" -> handler.put("strip_path_suffix", directive.arg(1));
      case "replace" ->
          handler.put(
              "uri_substring",
              List.of(
                  new CaddyNode(directive.place())
                      .put("find", directive.arg(1))
                      .putUnlessEmpty("replace", directive.arg(2))
                      .putUnlessEmpty("limit", CaddyUnits.number(directive.arg(3), 0L))));
      case "path_regexp" ->
          handler.put(
              "path_regexp",
              List.of(
                  new CaddyNode(directive.place())
                      .put("find", directive.arg(1))
                      .put("replace", directive.arg(2))));
      case "query" -> handler.put("query", new CaddyNode(directive.place()));
      default ->
          scope.faults.add(directive, "unrecognized URI manipulation '" + directive.arg(0) + "'");
    }
    return handler;
  }

  private static CaddyNode vars(CaddyDirective directive) {
    CaddyNode handler = CaddyNode.handler("vars", directive.place());
    if (directive.args().size() == 2) {
      handler.put(directive.arg(0), weak(directive.arg(1)));
    }
    for (CaddyDirective each : directive.children()) {
      handler.put(each.name(), weak(each.arg(0)));
    }
    return handler;
  }

  private CaddyNode requestBody(CaddyDirective directive) {
    CaddyNode handler = CaddyNode.handler("request_body", directive.place());
    for (CaddyDirective each : directive.children()) {
      if (each.name().equals("max_size")) {
        long bytes = CaddyUnits.bytes(each.arg(0));
        if (bytes < 0) {
          scope.faults.add(each, "parsing max_size: " + each.arg(0));
        }
        return CaddyNode.handler("request_body", each.place())
            .putUnlessEmpty("max_size", Math.max(0, bytes));
      }
    }
    return handler;
  }

  private CaddyNode requestHeader(CaddyDirective directive) {
    CaddyNode handler = CaddyNode.handler("headers", directive.place());
    if (directive.args().isEmpty()) {
      scope.faults.add(directive, "wrong argument count");
      return handler;
    }
    List<String> args = new ArrayList<>(directive.texts());
    String field = args.get(0);
    args.set(0, field.endsWith(":") ? field.substring(0, field.length() - 1) : field);
    CaddyHeaders.operation(handler.within("request"), args);
    return handler;
  }

  /** Fields of the response: what becomes of the request is not touched. */
  private List<CaddyValue> responseHeader(CaddyDirective directive) {
    CaddyNode matcher =
        CaddyScope.matcher(directive) ? scope.matcher(directive, directive.arg(0)) : null;
    CaddyNode handler =
        CaddyNode.handler("headers", directive.place())
            .put("response", new CaddyNode(directive.place()));
    return List.of(value("header", matcher, handler));
  }
}
