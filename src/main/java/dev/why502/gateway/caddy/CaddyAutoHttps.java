package dev.why502.gateway.caddy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What automatic HTTPS makes of the servers: TLS where hosts are named, and redirects on the plain
 * port (modules/caddyhttp/autohttps.go).
 */
final class CaddyAutoHttps {
  private final int httpPort;
  private final int httpsPort;

  CaddyAutoHttps(int httpPort, int httpsPort) {
    this.httpPort = httpPort;
    this.httpsPort = httpsPort;
  }

  List<CaddyServer> applied(Map<String, CaddyNode> nodes) {
    List<CaddyServer> servers = new ArrayList<>();
    // Hosts that are redirected, by the address on which that is done, with the port they go to.
    Map<String, Map<String, Integer>> redirects = new LinkedHashMap<>();
    nodes.forEach((name, node) -> servers.add(server(name, node, redirects)));
    redirects.forEach((host, ports) -> redirect(servers, host, ports));
    return servers;
  }

  private CaddyServer server(
      String name, CaddyNode node, Map<String, Map<String, Integer>> redirects) {
    List<CaddyListen> listens = CaddyServer.listens(node);
    boolean policies = !node.nodes("tls_connection_policies").isEmpty();
    CaddyNode automatic = node.node("automatic_https");
    boolean off = automatic != null && (automatic.on("disable") || automatic.on("disabled"));
    boolean otherPorts = listens.stream().anyMatch(l -> l.socket() == null && !l.port(httpPort));
    if (off || !otherPorts) {
      return new CaddyServer(name, node, listens, policies && otherPorts, false);
    }
    boolean httpsOnly = listens.stream().allMatch(l -> l.socket() == null && l.port(httpsPort));
    Set<String> hosts = hosts(node, automatic);
    boolean tls = policies || httpsOnly || !hosts.isEmpty();
    boolean redirect =
        automatic == null || !(automatic.on("disable_redirects") || automatic.on("disable_redir"));
    if (tls && redirect) {
      for (CaddyListen listen : listens) {
        if (listen.socket() == null) {
          Map<String, Integer> ports =
              redirects.computeIfAbsent(listen.host(), none -> new LinkedHashMap<>());
          for (String host : hosts.isEmpty() ? Set.of("") : hosts) {
            if (!ports.containsKey(host) || listen.port(httpsPort)) {
              ports.put(host, listen.first());
            }
          }
        }
      }
    }
    return new CaddyServer(name, node, listens, tls, false);
  }

  private static Set<String> hosts(
      CaddyNode server, @org.jspecify.annotations.Nullable CaddyNode automatic) {
    Set<String> hosts = new LinkedHashSet<>();
    for (CaddyNode route : server.nodes("routes")) {
      for (CaddyNode set : route.nodes("match")) {
        hosts.addAll(set.texts("host"));
      }
    }
    if (automatic != null) {
      automatic.texts("skip").forEach(hosts::remove);
    }
    return hosts;
  }

  /** Adds the redirects to the server that has the plain port, or makes one for them. */
  private void redirect(List<CaddyServer> servers, String host, Map<String, Integer> ports) {
    List<CaddyNode> routes = new ArrayList<>();
    ports.forEach((name, port) -> routes.add(route(name, port)));
    for (CaddyServer server : servers) {
      for (CaddyListen listen : server.listens()) {
        if (listen.port(httpPort) && listen.host().equals(host)) {
          insert(server.node(), routes);
          return;
        }
      }
    }
    CaddyNode node = new CaddyNode(routes.get(0).place());
    List<CaddyNode> all = new ArrayList<>(routes);
    all.add(route("", httpsPort));
    node.put("routes", all);
    CaddyListen listen = new CaddyListen(host, httpPort, httpPort, null);
    servers.add(
        new CaddyServer("remaining_auto_https_redirects", node, List.of(listen), false, true));
  }

  private void insert(CaddyNode server, List<CaddyNode> redirects) {
    List<CaddyNode> routes = new ArrayList<>(server.nodes("routes"));
    int at = 0;
    for (int i = 0; i < routes.size(); i++) {
      boolean hosts = routes.get(i).nodes("match").stream().anyMatch(set -> set.has("host"));
      at = hosts ? i + 1 : at;
    }
    boolean named = redirects.stream().anyMatch(route -> route.has("match"));
    if (named) {
      routes.addAll(at, redirects);
    }
    routes.add(route("", httpsPort));
    server.put("routes", routes);
  }

  private CaddyNode route(String host, int port) {
    boolean plain = port == httpPort || port == httpsPort || port == 80 || port == 443;
    CaddyNode handler =
        new CaddyNode(null)
            .put("handler", "static_response")
            .put("@redirect", true)
            .put("status_code", 308L)
            .put(
                "headers",
                new CaddyNode(null)
                    .put(
                        "Location",
                        List.of(
                            "https://{http.request.host}"
                                + (plain ? "" : ":" + port)
                                + "{http.request.uri}")));
    CaddyNode match = new CaddyNode(null).put("protocol", "http");
    if (!host.isEmpty()) {
      match.put("host", List.of(host));
    }
    return new CaddyNode(null).put("match", List.of(match)).put("handle", List.of(handler));
  }
}
