package dev.why502.app;

import dev.why502.definition.Gateway;
import dev.why502.definition.Target;
import dev.why502.evidence.Route;
import dev.why502.gateway.ConfigFiles;
import dev.why502.gateway.Routed;
import io.netty.util.NetUtil;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Definitions made from a gateway's configuration, as a person would write them: one edge probe for
 * each route, one probe for each service, in the order of the configuration. Pure: the same
 * configuration gives the same text.
 */
final class Imported {
  private static final int LONGEST_ID = 80;

  private final Gateway gateway;
  private final Set<String> resolved;
  private final Map<String, Map<String, Object>> edges = new LinkedHashMap<>();
  private final ImportedServices services;
  private final Ids ids = new Ids();
  private final Set<String> notes = new LinkedHashSet<>();
  private final Map<String, Object> gatewayEntry = new LinkedHashMap<>();

  private Imported(Gateway gateway, Set<String> resolved) {
    this.gateway = gateway;
    this.resolved = resolved;
    this.services = new ImportedServices(ids, notes);
  }

  /**
   * @param resolved hosts of targets that have an address here
   */
  static Imported of(
      Gateway gateway, ConfigFiles files, List<Routed> routes, Set<String> resolved) {
    Imported imported = new Imported(gateway, resolved);
    imported.ids.take(gateway.id());
    imported.gateway(files);
    for (Routed routed : routes) {
      imported.edge(routed);
    }
    return imported;
  }

  /** What was left out or assumed, one line each. */
  Collection<String> notes() {
    return notes;
  }

  /**
   * The definitions.
   *
   * @param refused JSON pointers of what in a text is no definition: it is left out
   */
  String text(Function<String, List<String>> refused) {
    String text = text();
    if (drop(refused.apply(text))) {
      text = text();
    }
    return text;
  }

  private String text() {
    Map<String, Object> all = new LinkedHashMap<>();
    Map<String, Object> defaults = new LinkedHashMap<>();
    defaults.put("interval", "10s");
    defaults.put("timeout", "5s");
    all.put("defaults", defaults);
    all.put("gateways", List.of(gatewayEntry));
    all.put("probes", probes());
    return PrettyJson.text(all);
  }

  private List<Map<String, Object>> probes() {
    List<Map<String, Object>> probes = new ArrayList<>(edges.values());
    probes.addAll(services.probes());
    return probes;
  }

  private boolean drop(List<String> pointers) {
    List<Map<String, Object>> probes = probes();
    Set<Object> dropped = new TreeSet<>();
    for (String pointer : pointers) {
      String[] parts = pointer.split("/");
      if (parts.length > 3 && parts[1].equals("gateways") && !parts[3].equals("id")) {
        Object value = gatewayEntry.remove(parts[3]);
        if (value != null) {
          notes.add(gateway.id() + ": its " + parts[3] + " is in a form not taken here: left out");
        }
      } else if (parts.length > 2 && parts[1].equals("probes")) {
        Map<String, Object> probe = probes.get(Integer.parseInt(parts[2]));
        dropped.add(String.valueOf(probe.get("id")));
        notes.add(probe.get("target") + " cannot be a target: left out");
      }
    }
    edges.values().removeIf(edge -> dropped.contains(edge.get("id")));
    services.drop(dropped);
    for (Map<String, Object> edge : edges.values()) {
      if (edge.get("upstreams") instanceof List<?> list) {
        List<?> left = list.stream().filter(id -> !dropped.contains(id)).toList();
        if (left.isEmpty()) {
          edge.remove("upstreams");
        } else {
          edge.put("upstreams", left);
        }
      }
    }
    return !pointers.isEmpty();
  }

  private void gateway(ConfigFiles files) {
    gatewayEntry.put("id", gateway.id());
    gatewayEntry.put("kind", GatewayFinder.name(gateway.kind()));
    gatewayEntry.put("config", String.valueOf(gateway.config()));
    if (!files.errorLogs().isEmpty()) {
      gatewayEntry.put("errorLog", files.errorLogs().get(0).path());
    }
    if (!files.accessLogs().isEmpty()) {
      gatewayEntry.put("accessLog", files.accessLogs().get(0).path());
    }
    String admin = files.admin();
    if (admin != null && admin.indexOf('@') < 0) {
      gatewayEntry.put("admin", admin);
    }
    if (!files.complete()) {
      notes.add("some files of the configuration could not be read: what they say is left out");
    }
  }

  private void edge(Routed routed) {
    Target target = routed.target();
    Route.Pass pass = routed.route().pass();
    if (pass == null) {
      return;
    }
    String text = target.text();
    List<String> upstreams = services.of(pass, target);
    Map<String, Object> known = edges.get(text);
    if (known != null) {
      merge(known, upstreams);
      return;
    }
    Map<String, Object> edge = new LinkedHashMap<>();
    edge.put("id", ids.unique(id(routed), target));
    edge.put("target", text);
    edge.put("gateway", gateway.id());
    if (!upstreams.isEmpty()) {
      edge.put("upstreams", List.copyOf(new LinkedHashSet<>(upstreams)));
    }
    Map<String, Object> request = request(routed);
    if (!request.isEmpty()) {
      edge.put("request", request);
    }
    edges.put(text, edge);
    for (String unknown : routed.route().unknown()) {
      notes.add(text + ": where it is sent is known in part only: " + unknown);
    }
  }

  private static void merge(Map<String, Object> edge, List<String> upstreams) {
    Set<Object> all = new LinkedHashSet<>();
    if (edge.get("upstreams") instanceof List<?> before) {
      all.addAll(before);
    }
    all.addAll(upstreams);
    if (!all.isEmpty()) {
      edge.put("upstreams", List.copyOf(all));
    }
  }

  private Map<String, Object> request(Routed routed) {
    Map<String, Object> request = new LinkedHashMap<>();
    Target target = routed.target();
    String host = target.endpoint().host();
    if (target.endpoint().socket() != null || host.equals("localhost")) {
      return request;
    }
    if (address(host)) {
      if (target.scheme().tls()) {
        // A certificate is for a name, and this site has none.
        request.put("insecure", true);
        notes.add(target.text() + ": the site has no name, so that no certificate is verified");
      }
      return request;
    }
    String name = routed.route().serverName();
    boolean example = name != null && (name.indexOf('*') >= 0 || name.startsWith("~"));
    if ((example || !resolved.contains(host)) && !routed.connectTo().isEmpty()) {
      request.put("connectTo", routed.connectTo());
      notes.add(
          host
              + (example ? " stands for " + name : " does not resolve here")
              + ": its probes connect to "
              + routed.connectTo());
    }
    return request;
  }

  static boolean address(String host) {
    return NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
  }

  private static String id(Routed routed) {
    Target target = routed.target();
    String host = target.endpoint().host();
    int port = target.endpoint().port();
    String site =
        target.endpoint().socket() != null
            ? "socket"
            : !address(host)
                ? host
                : port == target.scheme().defaultPort() ? "default" : "default-" + port;
    String path = target.path();
    int query = path.indexOf('?');
    return site + "-" + (query < 0 ? path : path.substring(0, query));
  }

  /** Ids that are taken, and free ones like what is wished. */
  static final class Ids {
    private final Set<String> taken = new LinkedHashSet<>();

    void take(String id) {
      taken.add(id);
    }

    /** Of two sites that differ in scheme or port alone the second one says so. */
    String unique(String wished, @Nullable Target target) {
      String id = plain(wished);
      if (target != null && taken.contains(id)) {
        String scheme = target.scheme().name().toLowerCase(Locale.ROOT);
        for (String longer : List.of(scheme, String.valueOf(target.endpoint().port()))) {
          if (taken.add(id + "-" + longer)) {
            return id + "-" + longer;
          }
        }
      }
      String free = id;
      for (int i = 2; !taken.add(free); i++) {
        free = id + "-" + i;
      }
      return free;
    }

    /** Lower-case letters, digits, dots; every run of anything else is one hyphen. */
    private static String plain(String wished) {
      StringBuilder id = new StringBuilder();
      for (char c : wished.toLowerCase(Locale.ROOT).toCharArray()) {
        boolean letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        boolean inner = (c == '.' || c == '_') && !id.isEmpty();
        if (letter || inner) {
          id.append(c);
        } else if (!id.isEmpty() && id.charAt(id.length() - 1) != '-') {
          id.append('-');
        }
        if (id.length() >= LONGEST_ID) {
          break;
        }
      }
      while (!id.isEmpty() && "-._".indexOf(id.charAt(id.length() - 1)) >= 0) {
        id.setLength(id.length() - 1);
      }
      return id.isEmpty() ? "probe" : id.toString();
    }
  }
}
