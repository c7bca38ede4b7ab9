package dev.why502.gateway.caddy;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Scheme;
import dev.why502.gateway.RouteSample;
import java.util.ArrayList;
import java.util.List;

/** Targets that reach the places of a configuration which pass requests on. */
final class CaddyTargets {
  /** Places of one configuration that are tried. */
  private static final int MAX_SAMPLES = 2000;

  private static final int MAX_DEPTH = 64;

  private final CaddyConfig config;
  private final List<RouteSample> samples = new ArrayList<>();

  private CaddyTargets(CaddyConfig config) {
    this.config = config;
  }

  /** Where a walk through the routes stands. */
  private record Here(CaddyServer server, CaddyListen listen, String host, String path) {
    Here within(CaddyNode set) {
      List<String> hosts = set.texts("host");
      List<String> paths = set.texts("path");
      String newHost = hosts.isEmpty() ? host : sampleHost(hosts.get(0));
      String newPath = paths.isEmpty() ? path : samplePath(paths.get(0));
      return new Here(server, listen, newHost, newPath);
    }

    private static String sampleHost(String pattern) {
      return pattern.replace("*", "www");
    }

    private static String samplePath(String pattern) {
      String path = pattern.startsWith("*") ? "/x" + pattern.substring(1) : pattern;
      String filled = path.endsWith("*") ? path.substring(0, path.length() - 1) : path;
      filled = filled.replace("*", "x");
      return filled.startsWith("/") ? filled : "/" + filled;
    }
  }

  static List<RouteSample> of(CaddyConfig config) {
    CaddyTargets targets = new CaddyTargets(config);
    for (CaddyServer server : config.servers()) {
      for (CaddyListen listen : server.listens()) {
        if (listen.socket() == null) {
          targets.routes(server.node().nodes("routes"), new Here(server, listen, "", "/"), 0);
          break;
        }
      }
    }
    return targets.samples;
  }

  private void routes(List<CaddyNode> routes, Here here, int depth) {
    for (CaddyNode route : routes) {
      List<CaddyNode> sets = route.nodes("match");
      if (depth > MAX_DEPTH) {
        return;
      }
      if (sets.isEmpty()) {
        handlers(route, here, depth);
      }
      for (CaddyNode set : sets) {
        handlers(route, here.within(set), depth);
        if (depth > 0) {
          break;
        }
      }
    }
  }

  private void handlers(CaddyNode route, Here here, int depth) {
    for (CaddyNode handler : route.nodes("handle")) {
      if (handler.text("handler", "").equals("reverse_proxy")) {
        add(handler, here);
      }
      routes(handler.nodes("routes"), here, depth + 1);
      CaddyNode named = here.server().node().node("named_routes");
      CaddyNode invoked = named == null ? null : named.node(handler.text("name", ""));
      if (invoked != null && handler.text("handler", "").equals("invoke")) {
        routes(List.of(invoked), here, depth + 1);
      }
    }
  }

  private void add(CaddyNode proxy, Here here) {
    if (samples.size() >= MAX_SAMPLES || here.host().indexOf('{') >= 0) {
      return;
    }
    CaddyListen listen = here.listen();
    boolean tls = here.server().tls() && !listen.port(config.httpPort());
    Scheme scheme = tls ? Scheme.HTTPS : Scheme.HTTP;
    String address = listen.any() ? "127.0.0.1" : listen.host();
    String host = here.host().isEmpty() ? address : here.host();
    samples.add(
        RouteSample.of(
            scheme,
            Endpoint.of(host, listen.first()),
            CaddyUri.escaped(here.path()),
            Endpoint.of(address, listen.first()).text(),
            proxy.place()));
  }
}
