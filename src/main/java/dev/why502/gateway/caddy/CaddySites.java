package dev.why502.gateway.caddy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Makes servers of sites: sites that listen at the same address are one server
 * (caddyconfig/httpcaddyfile/httptype.go, addresses.go).
 */
final class CaddySites {
  private final CaddyOptions options;
  private final CaddyFaults faults;
  private final CaddyScope.Counter groups = new CaddyScope.Counter();
  private final Map<String, CaddyNode> namedRoutes = new LinkedHashMap<>();

  /**
   * A site as one server sees it.
   *
   * @param keys those of its addresses that this server serves
   */
  private record Site(CaddyBlock block, List<CaddyAddress> keys) {
    String longestHost() {
      return longest(keys.stream().map(CaddyAddress::host).toList());
    }

    String longestPath() {
      return longest(keys.stream().map(CaddyAddress::path).toList());
    }

    boolean wild() {
      return keys.stream().anyMatch(key -> key.host().isEmpty() || key.host().contains("*"));
    }

    private static String longest(List<String> names) {
      String longest = "";
      for (String name : names) {
        if (CaddyAddress.specificity(name) > CaddyAddress.specificity(longest)) {
          longest = name;
        }
      }
      return longest;
    }
  }

  CaddySites(CaddyOptions options, CaddyFaults faults) {
    this.options = options;
    this.faults = faults;
  }

  /** The servers by their names. */
  Map<String, CaddyNode> servers(List<CaddyBlock> blocks) {
    Map<String, List<Site>> listening = new TreeMap<>();
    for (CaddyBlock block : blocks) {
      if (block.named()) {
        named(block);
      } else if (!block.keys().isEmpty()) {
        listen(block, listening);
      }
    }
    // Addresses that serve exactly the same sites are one server.
    Map<List<Site>, List<String>> together = new LinkedHashMap<>();
    listening.forEach(
        (address, sites) ->
            together.computeIfAbsent(sites, none -> new ArrayList<>()).add(address));
    Map<String, CaddyNode> servers = new LinkedHashMap<>();
    for (Map.Entry<List<Site>, List<String>> entry : together.entrySet()) {
      servers.put("srv" + servers.size(), server(entry.getValue(), entry.getKey()));
    }
    return servers;
  }

  private void named(CaddyBlock block) {
    String key = block.keys().get(0).text();
    List<CaddyNode> routes =
        new CaddyDirectives(new CaddyScope(options, faults, groups, List.of()))
            .routes(block.directives().stream().map(CaddyShorthands::replaced).toList(), true);
    CaddyNode subroute = CaddyNode.handler("subroute", block.place()).put("routes", routes);
    namedRoutes.put(key.substring(2, key.length() - 1), CaddyDirectives.route(null, subroute));
  }

  private void listen(CaddyBlock block, Map<String, List<Site>> listening) {
    Map<String, List<CaddyAddress>> byAddress = new TreeMap<>();
    for (CaddyToken key : block.keys()) {
      CaddyAddress address = CaddyAddress.parse(key.text());
      if (address.fault() != null) {
        faults.add(key.where() + ": " + address.fault());
        continue;
      }
      if (!List.of("", "http", "https").contains(address.scheme())) {
        // Taken before 2.7, as if it were https.
        faults.note(key.where() + ": unsupported URL scheme " + address.scheme() + "://");
      }
      String port =
          !address.port().isEmpty()
              ? address.port()
              : String.valueOf(
                  address.scheme().equals("http") ? options.httpPort : options.httpsPort);
      boolean conflict =
          (address.scheme().equals("http") && port.equals(String.valueOf(options.httpsPort)))
              || (address.scheme().equals("https")
                  && port.equals(String.valueOf(options.httpPort)));
      if (conflict) {
        faults.add(key.where() + ": [" + address.text() + "] scheme and port violate convention");
      }
      for (String bind : binds(block)) {
        byAddress.computeIfAbsent(address(bind, port), none -> new ArrayList<>()).add(address);
      }
    }
    byAddress.forEach(
        (address, keys) ->
            listening
                .computeIfAbsent(address, none -> new ArrayList<>())
                .add(new Site(block, keys)));
  }

  private List<String> binds(CaddyBlock block) {
    List<String> binds = new ArrayList<>();
    for (CaddyDirective each : block.directives()) {
      if (each.name().equals("bind")) {
        binds.addAll(each.texts());
      }
    }
    if (binds.isEmpty()) {
      binds.addAll(options.defaultBind);
    }
    return binds.isEmpty() ? List.of("") : binds;
  }

  private static String address(String bind, String port) {
    int slash = bind.indexOf('/');
    String network = slash < 0 ? "" : bind.substring(0, slash + 1);
    String host = slash < 0 ? bind : bind.substring(slash + 1);
    if (network.startsWith("unix") || network.startsWith("fd")) {
      return bind;
    }
    if (network.equals("tcp/")) {
      network = "";
    }
    host = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    return network + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  private CaddyNode server(List<String> listen, List<Site> given) {
    List<Site> sites = new ArrayList<>(given);
    ambiguous(sites);
    sort(sites);
    CaddyNode server = new CaddyNode(sites.get(0).block().place());
    server.put("listen", listen);
    List<CaddyNode> routes = new ArrayList<>();
    List<CaddyNode> errors = new ArrayList<>();
    for (Site site : sites) {
      List<CaddyDirective> directives =
          site.block().directives().stream().map(CaddyShorthands::replaced).toList();
      CaddyScope scope =
          new CaddyScope(options, faults, groups, List.copyOf(filesOf(site.block())));
      CaddyDirectives compiler = new CaddyDirectives(scope);
      List<CaddyNode> sets = matchers(site);
      append(routes, site, sets, compiler.site(directives), sites.size());
      List<CaddyNode> handled = CaddyErrorRoutes.of(directives, compiler, scope);
      if (!handled.isEmpty()) {
        append(errors, site, sets, handled, sites.size());
      }
    }
    server.putUnlessEmpty("routes", CaddySubroute.consolidated(routes));
    if (!errors.isEmpty()) {
      server.put("errors", new CaddyNode(null).put("routes", errors));
    }
    if (!namedRoutes.isEmpty()) {
      CaddyNode named = server.within("named_routes");
      namedRoutes.forEach(named::put);
    }
    new CaddySiteTls(options, faults)
        .settle(
            server,
            listen,
            sites.stream().map(s -> new CaddySiteTls.Site(s.block(), s.keys())).toList());
    return server;
  }

  /** Shown as files that a file server hides. */
  private static Set<String> filesOf(CaddyBlock block) {
    Set<String> files = new java.util.TreeSet<>();
    block.directives().forEach(each -> files(each, files));
    return files;
  }

  private static void files(CaddyDirective directive, Set<String> files) {
    files.add(directive.word().file().path());
    directive.args().forEach(arg -> files.add(arg.file().path()));
    directive.children().forEach(child -> files(child, files));
  }

  private void ambiguous(List<Site> sites) {
    Set<String> seen = new LinkedHashSet<>();
    for (Site site : sites) {
      for (CaddyAddress key : new LinkedHashSet<>(site.keys())) {
        if (!seen.add(key.text())) {
          faults.add(site.block().start().where() + ": ambiguous site definition: " + key.text());
        }
      }
    }
  }

  /** As Go's stable insertion sort: the most specific host first, catch-all sites last. */
  private static void sort(List<Site> sites) {
    for (int i = 1; i < sites.size(); i++) {
      for (int j = i; j > 0 && before(sites.get(j), sites.get(j - 1)); j--) {
        Site moved = sites.get(j);
        sites.set(j, sites.get(j - 1));
        sites.set(j - 1, moved);
      }
    }
  }

  private static boolean before(Site a, Site b) {
    int mine = CaddyAddress.specificity(a.longestHost());
    int theirs = CaddyAddress.specificity(b.longestHost());
    if (mine == 0 || theirs == 0) {
      return mine != 0;
    }
    if (a.wild() != b.wild()) {
      return b.wild();
    }
    return mine == theirs ? a.longestPath().length() > b.longestPath().length() : mine > theirs;
  }

  private static List<CaddyNode> matchers(Site site) {
    Map<String, List<String>> hostsByPath = new LinkedHashMap<>();
    boolean all = false;
    for (CaddyAddress key : site.keys()) {
      List<String> hosts = hostsByPath.computeIfAbsent(key.path(), none -> new ArrayList<>());
      if (key.host().isEmpty() && !all) {
        hosts.clear();
        all = true;
      }
      if (!all && !hosts.contains(key.host())) {
        hosts.add(key.host());
      }
    }
    List<CaddyNode> sets = new ArrayList<>();
    hostsByPath.forEach(
        (path, hosts) -> {
          CaddyNode set = new CaddyNode(site.block().place());
          set.putUnlessEmpty("host", hosts);
          set.putUnlessEmpty("path", path.isEmpty() ? List.of() : List.of(path));
          if (!set.isEmpty()) {
            sets.add(set);
          }
        });
    return sets;
  }

  private static void append(
      List<CaddyNode> all, Site site, List<CaddyNode> sets, List<CaddyNode> routes, int sites) {
    if (sets.isEmpty() && routes.isEmpty()) {
      return;
    }
    boolean hosts =
        routes.stream().flatMap(r -> r.nodes("match").stream()).anyMatch(set -> set.has("host"));
    if (sets.isEmpty() && sites == 1 && !hosts) {
      all.addAll(routes);
      return;
    }
    CaddyNode route = new CaddyNode(site.block().place());
    route.putUnlessEmpty("match", sets);
    if (!routes.isEmpty()) {
      route.put(
          "handle",
          List.of(CaddyNode.handler("subroute", site.block().place()).put("routes", routes)));
    }
    all.add(route.put("terminal", true));
  }
}
