package dev.why502.gateway.caddy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code reverse_proxy} and its shortcuts (modules/caddyhttp/reverseproxy/caddyfile.go,
 * forwardauth/caddyfile.go, fastcgi/caddyfile.go).
 */
final class CaddyProxyDirectives {
  private final CaddyScope scope;
  private final CaddyNode node;
  private final List<Object> upstreams = new ArrayList<>();
  private final Map<String, CaddyNode> answers = new LinkedHashMap<>();
  private final List<CaddyNode> replaced = new ArrayList<>();
  private final List<CaddyNode> handled = new ArrayList<>();
  private @Nullable CaddyNode transport;
  private String transportName = "http";
  private @Nullable String scheme;

  private CaddyProxyDirectives(CaddyScope scope, CaddyNode node) {
    this.scope = scope;
    this.node = node;
  }

  static CaddyNode reverseProxy(CaddyDirective directive, CaddyScope scope) {
    return new CaddyProxyDirectives(scope, CaddyNode.handler("reverse_proxy", directive.place()))
        .compiled(directive, Set.of());
  }

  private CaddyNode compiled(CaddyDirective directive, Set<String> done) {
    node.beside(CaddyBeside.within(directive));
    directive.args().forEach(word -> upstream(directive, word.text()));
    for (CaddyDirective each : directive.children()) {
      if (each.name().startsWith("@")) {
        answers.put(each.name(), answer(each));
      }
    }
    for (CaddyDirective each : directive.children()) {
      if (!each.name().startsWith("@") && !done.contains(each.name())) {
        option(each);
      }
    }
    if (!upstreams.isEmpty()) {
      node.put("upstreams", upstreams);
    }
    finishTransport(directive);
    List<Object> responses = new ArrayList<>();
    handled.addAll(0, replaced);
    handled.stream().filter(each -> each.has("match")).forEach(responses::add);
    handled.stream().filter(each -> !each.has("match")).forEach(responses::add);
    node.putUnlessEmpty("handle_response", responses);
    return node;
  }

  private void upstream(CaddyDirective at, String text) {
    CaddyUpstream parsed = CaddyUpstream.parse(text);
    if (parsed.fault() != null && !parsed.sure()) {
      scope.faults.note(at.where() + ": upstream " + text + ": " + parsed.fault());
      return;
    }
    if (parsed.fault() != null) {
      scope.faults.add(at, "parsing upstream '" + text + "': " + parsed.fault());
      return;
    }
    if (scheme != null && !scheme.isEmpty() && !scheme.equals(parsed.scheme())) {
      scope.faults.add(
          at,
          "for now, all proxy upstreams must use the same scheme (transport protocol); expecting '"
              + scheme
              + "://' but got '"
              + parsed.scheme()
              + "://'");
      return;
    }
    scheme = parsed.scheme();
    for (String dial : parsed.dials()) {
      upstreams.add(new CaddyNode(at.place()).put("dial", dial));
    }
  }

  private void option(CaddyDirective each) {
    String name = each.name();
    if (!name.equals("header_up") && !name.equals("header_down")) {
      node.beside().put(name, each.place());
    }
    if (name.equals("transport")) {
      each.children().forEach(child -> node.beside().put(child.name(), child.place()));
    }
    switch (name) {
      case "to" -> each.args().forEach(word -> upstream(each, word.text()));
      case "dynamic" ->
          node.put("dynamic_upstreams", new CaddyNode(each.place()).put("source", each.arg(0)));
      case "lb_policy" ->
          node.within("load_balancing")
              .put("selection_policy", new CaddyNode(each.place()).put("policy", each.arg(0)));
      case "lb_retries" ->
          node.within("load_balancing").put("retries", CaddyUnits.number(each.arg(0), 0));
      case "lb_try_duration", "lb_try_interval" ->
          CaddyTransport.duration(node.within("load_balancing"), name.substring(3), each, scope);
      case "lb_retry_match" -> {
        CaddyNode balancing = node.within("load_balancing");
        List<Object> sets = new ArrayList<>(balancing.nodes("retry_match"));
        sets.add(new CaddyNode(each.place()));
        balancing.put("retry_match", sets);
      }
      case "fail_duration", "unhealthy_latency" ->
          CaddyTransport.duration(
              node.within("health_checks").within("passive"), name, each, scope);
      case "max_fails", "unhealthy_request_count" ->
          node.within("health_checks")
              .within("passive")
              .put(name, CaddyUnits.number(each.arg(0), 0));
      case "unhealthy_status" ->
          node.within("health_checks")
              .within("passive")
              .put(name, each.texts().stream().map(CaddyProxyDirectives::status).toList());
      case "flush_interval", "stream_timeout", "stream_close_delay" -> {
        long plain = CaddyUnits.number(each.arg(0), Long.MIN_VALUE);
        if (plain != Long.MIN_VALUE) {
          node.put(name, plain);
        } else {
          CaddyTransport.duration(node, name, each, scope);
        }
      }
      case "request_buffers", "response_buffers", "max_buffer_size" ->
          node.put(name, CaddyTransport.size(each, scope));
      case "buffer_requests", "buffer_responses", "verbose_logs" -> node.put(name, true);
      case "trusted_proxies" -> {
        List<String> ranges = new ArrayList<>(node.texts(name));
        for (String range : each.texts()) {
          ranges.addAll(
              range.equals("private_ranges") ? CaddyMatchers.PRIVATE_RANGES : List.of(range));
        }
        node.putUnlessEmpty(name, ranges);
      }
      case "header_up", "header_down" -> {
        if (each.args().isEmpty() || each.args().size() > 3) {
          scope.faults.add(each, "wrong argument count or unexpected line ending");
          return;
        }
        String side = name.equals("header_up") ? "request" : "response";
        CaddyHeaders.operation(node.within("headers").within(side), each.texts());
      }
      case "method" -> node.within("rewrite").put("method", each.arg(0));
      case "rewrite" -> node.within("rewrite").put("uri", each.arg(0));
      case "transport" -> {
        transportName = each.arg(0);
        transport = CaddyTransport.of(each, scope);
      }
      case "handle_response" -> handleResponse(each);
      case "replace_status" -> {
        CaddyNode response = new CaddyNode(each.place());
        if (each.args().size() == 2) {
          response.put("match", answers.getOrDefault(each.arg(0), new CaddyNode(each.place())));
        }
        replaced.add(
            response.put(
                "status_code",
                CaddyDirectives.weak(each.arg(Math.max(0, each.args().size() - 1)))));
      }
      default -> {
        if (name.startsWith("health_")) {
          health(node.within("health_checks").within("active"), each);
        } else {
          scope.faults.add(each, "unrecognized subdirective " + name);
        }
      }
    }
  }

  private static Object status(String text) {
    boolean family = text.length() == 3 && text.endsWith("xx");
    return CaddyUnits.number(family ? text.substring(0, 1) : text, 0);
  }

  private void health(CaddyNode active, CaddyDirective each) {
    switch (each.name()) {
      case "health_uri" -> active.put("uri", each.arg(0));
      case "health_path" -> active.put("path", each.arg(0));
      case "health_port" -> active.put("port", CaddyUnits.number(each.arg(0), 0));
      case "health_upstream" -> active.put("upstream", each.arg(0));
      case "health_interval" -> CaddyTransport.duration(active, "interval", each, scope);
      case "health_timeout" -> CaddyTransport.duration(active, "timeout", each, scope);
      case "health_status" -> active.put("expect_status", status(each.arg(0)));
      case "health_body" -> active.put("expect_body", each.arg(0));
      case "health_method" -> active.put("method", each.arg(0));
      case "health_request_body" -> active.put("body", each.arg(0));
      case "health_follow_redirects" -> active.put("follow_redirects", true);
      case "health_passes" -> active.put("passes", CaddyUnits.number(each.arg(0), 0));
      case "health_fails" -> active.put("fails", CaddyUnits.number(each.arg(0), 0));
      case "health_headers" ->
          each.children()
              .forEach(
                  child ->
                      active
                          .within("headers")
                          .put(child.name(), child.args().isEmpty() ? List.of("") : child.texts()));
      default -> scope.faults.add(each, "unrecognized subdirective " + each.name());
    }
  }

  /** A matcher of answers: {@code @bad status 5xx}. */
  private static CaddyNode answer(CaddyDirective definition) {
    CaddyNode match = new CaddyNode(definition.place());
    List<CaddyDirective> parts =
        definition.args().isEmpty() ? definition.children() : List.of(definition.inner());
    for (CaddyDirective part : parts) {
      if (part.name().equals("status")) {
        List<Object> all = new ArrayList<>();
        match.texts("status_code").forEach(all::add);
        part.texts().forEach(text -> all.add(status(text)));
        match.put("status_code", all);
      } else if (part.name().equals("header")) {
        CaddyHeaders.operation(match, List.of("+" + part.arg(0), part.arg(1)));
        match.within("headers").put(CaddyHeaders.canonical(part.arg(0)), List.of(part.arg(1)));
        match.members().remove("add");
      }
    }
    return match;
  }

  private void handleResponse(CaddyDirective each) {
    CaddyNode response = new CaddyNode(each.place());
    if (!each.args().isEmpty()) {
      CaddyNode match = answers.get(each.arg(0));
      if (match == null) {
        scope.faults.add(each, "no named response matcher defined with name '" + each.arg(0) + "'");
        return;
      }
      response.put("match", match);
    }
    List<CaddyNode> routes = new CaddyDirectives(scope).routes(each.children(), true);
    handled.add(response.putUnlessEmpty("routes", routes));
  }

  private void finishTransport(CaddyDirective directive) {
    boolean http = transportName.equals("http");
    CaddyNode used = transport;
    if (used == null && ("https".equals(scheme) || "h2c".equals(scheme))) {
      used = new CaddyNode(directive.place());
    }
    if (used == null) {
      return;
    }
    if ("https".equals(scheme) && http) {
      used.within("tls");
    }
    if ("http".equals(scheme) && used.has("tls")) {
      scope.faults.add(
          directive,
          "upstream address scheme is HTTP but transport is configured for HTTP+TLS (HTTPS)");
    }
    if ("h2c".equals(scheme) && http) {
      used.put("versions", List.of("h2c", "2"));
    }
    if (!used.isEmpty() || !http) {
      node.put("transport", used.put("protocol", transportName));
    }
  }

  static List<CaddyValue> forwardAuth(CaddyDirective directive, CaddyScope scope) {
    CaddyNode matcher =
        CaddyScope.matcher(directive) ? scope.matcher(directive, directive.arg(0)) : null;
    CaddyDirective rest = CaddyScope.matcher(directive) ? directive.shifted() : directive;
    CaddyNode node = CaddyNode.handler("reverse_proxy", directive.place());
    node.within("headers")
        .within("request")
        .within("set")
        .put("X-Forwarded-Method", List.of("{http.request.method}"))
        .put("X-Forwarded-Uri", List.of("{http.request.uri}"));
    node.within("rewrite").put("method", "GET");
    Map<String, String> copied = new TreeMap<>();
    for (CaddyDirective each : rest.children()) {
      if (each.name().equals("uri")) {
        node.within("rewrite").put("uri", each.arg(0));
      } else if (each.name().equals("copy_headers")) {
        List<String> fields = new ArrayList<>(each.texts());
        each.children().forEach(child -> fields.add(child.name()));
        for (String field : fields) {
          int arrow = field.indexOf('>');
          copied.put(
              arrow < 0 ? field : field.substring(0, arrow),
              arrow < 0 ? field : field.substring(arrow + 1));
        }
      }
    }
    if (!node.within("rewrite").has("uri")) {
      scope.faults.add(directive, "the 'uri' subdirective is required");
    }
    CaddyNode headers = CaddyNode.handler("headers", directive.place());
    CaddyNode set = headers.within("request").within("set");
    copied.forEach(
        (from, to) ->
            set.put(
                CaddyHeaders.canonical(to),
                List.of("{http.reverse_proxy.header." + CaddyHeaders.canonical(from) + "}")));
    CaddyProxyDirectives proxy = new CaddyProxyDirectives(scope, node);
    proxy.handled.add(
        new CaddyNode(directive.place())
            .put("match", new CaddyNode(directive.place()).put("status_code", List.of(2L)))
            .put("routes", List.of(CaddyDirectives.route(null, headers))));
    proxy.compiled(rest, Set.of("uri", "copy_headers"));
    return List.of(CaddyDirectives.value("forward_auth", matcher, node));
  }

  static List<CaddyValue> php(CaddyDirective directive, CaddyScope scope) {
    CaddyNode matcher =
        CaddyScope.matcher(directive) ? scope.matcher(directive, directive.arg(0)) : null;
    CaddyDirective rest = CaddyScope.matcher(directive) ? directive.shifted() : directive;
    CaddyPhp php = CaddyPhp.of(rest, scope);
    CaddyProxyDirectives proxy =
        new CaddyProxyDirectives(scope, CaddyNode.handler("reverse_proxy", directive.place()));
    proxy.transport = php.transport();
    proxy.transportName = "fastcgi";
    CaddyNode node = proxy.compiled(rest, CaddyPhp.SETTINGS);
    List<CaddyNode> routes = new ArrayList<>(php.routes());
    routes.add(
        CaddyDirectives.route(
            new CaddyNode(directive.place())
                .put("path", php.extensions().stream().map(e -> "*" + e).toList()),
            node));
    if (matcher == null) {
      return List.of(new CaddyValue("php_fastcgi", routes, true));
    }
    CaddyNode subroute = CaddyNode.handler("subroute", directive.place()).put("routes", routes);
    return List.of(CaddyDirectives.value("php_fastcgi", matcher, subroute));
  }
}
