package dev.why502.app;

import dev.why502.definition.Target;
import dev.why502.evidence.Route;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Probes of the services behind a gateway, each service once, in the order they are met. */
final class ImportedServices {
  private final Imported.Ids ids;
  private final Set<String> notes;
  private final Map<String, Map<String, Object>> probes = new LinkedHashMap<>();

  ImportedServices(Imported.Ids ids, Set<String> notes) {
    this.ids = ids;
    this.notes = notes;
  }

  Collection<Map<String, Object>> probes() {
    return probes.values();
  }

  void drop(Set<Object> dropped) {
    probes.values().removeIf(probe -> dropped.contains(probe.get("id")));
  }

  /** Ids of the services that a route sends to. */
  List<String> of(Route.Pass pass, Target edge) {
    List<String> named = new ArrayList<>();
    for (Route.Peer peer : pass.peers()) {
      String address = written(peer);
      if (address == null) {
        notes.add(pass.place() + ": an upstream whose address does not show is left out");
        continue;
      }
      if (peer.down()) {
        notes.add(peer.place() + ": " + address + " is marked down, and left out");
        continue;
      }
      boolean socket = address.startsWith("unix:");
      if (!pass.http() && socket) {
        notes.add(
            peer.place() + ": " + address + " speaks " + pass.protocol() + ": left out as a probe");
        continue;
      }
      // The same service by two names is one; each keeps the name that it is first met with.
      String key = pass.protocol() + " " + address.replace("localhost:", "127.0.0.1:");
      Map<String, Object> known = probes.get(key);
      if (known == null) {
        known = probe(pass, peer, address, edge);
        probes.put(key, known);
      }
      named.add(String.valueOf(known.get("id")));
    }
    return named;
  }

  /** The address as its owner wrote it: a name stays one. */
  private static @Nullable String written(Route.Peer peer) {
    return peer.name() == null
        ? peer.address()
        : Imported.address(peer.name()) ? peer.address() : peer.name() + ":" + peer.port();
  }

  private Map<String, Object> probe(Route.Pass pass, Route.Peer peer, String address, Target edge) {
    Map<String, Object> probe = new LinkedHashMap<>();
    probe.put("id", ids.unique(id(pass, peer, address), null));
    if (!pass.http()) {
      probe.put("target", "tcp://" + address);
      return probe;
    }
    String uri = pass.uri() == null || !pass.uri().startsWith("/") ? edge.path() : pass.uri();
    boolean socket = address.startsWith("unix:");
    probe.put(
        "target",
        socket ? address + ":" + uri : pass.protocol() + "://" + shown(pass, address) + uri);
    Map<String, Object> request = new LinkedHashMap<>();
    String host = pass.host();
    if (host != null && !host.isEmpty() && !own(host, address) && plain(host)) {
      Map<String, Object> headers = new LinkedHashMap<>();
      headers.put("Host", host);
      request.put("headers", headers);
    }
    if (pass.tls() && !pass.verify()) {
      request.put("insecure", true);
    } else if (pass.tls() && pass.trusted() != null) {
      request.put("ca", pass.trusted());
    }
    if (!request.isEmpty()) {
      probe.put("request", request);
    }
    return probe;
  }

  /** Without the port that goes without saying. */
  private static String shown(Route.Pass pass, String address) {
    String usual = pass.tls() ? ":443" : ":80";
    return address.endsWith(usual) && address.indexOf(']') < address.length() - 3
        ? address.substring(0, address.length() - usual.length())
        : address;
  }

  /** The Host that a probe of the address sends anyway, or one that says as little. */
  private static boolean own(String host, String address) {
    int colon = address.lastIndexOf(':');
    String name =
        host.indexOf(']') >= 0 ? host.substring(1, host.indexOf(']')) : host.split(":", 2)[0];
    return host.equals(address)
        || name.equals("localhost")
        || Imported.address(name)
        || (colon > 0 && host.equals(address.substring(0, colon)));
  }

  private static boolean plain(String host) {
    return host.chars().allMatch(c -> c > 0x20 && c < 0x7f) && !host.contains("***");
  }

  private static String id(Route.Pass pass, Route.Peer peer, String address) {
    String group = pass.group();
    if (group != null) {
      return pass.peers().size() == 1 || address.startsWith("unix:")
          ? group
          : group + "-" + peer.port();
    }
    if (address.startsWith("unix:")) {
      String file = address.substring(address.lastIndexOf('/') + 1);
      return file.endsWith(".sock") ? file.substring(0, file.length() - 5) : file;
    }
    boolean loopback = address.startsWith("127.0.0.1:") || address.startsWith("localhost:");
    return loopback || address.startsWith("[::1]:") ? "upstream-" + peer.port() : address;
  }
}
