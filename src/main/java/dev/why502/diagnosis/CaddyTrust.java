package dev.why502.diagnosis;

import dev.why502.definition.Probe;
import dev.why502.evidence.Route;
import java.util.ArrayList;
import java.util.List;

/** What Caddy must be told to trust a service as the service's own probe does. */
final class CaddyTrust {
  private CaddyTrust() {}

  static List<String> settings(Facts facts) {
    List<Route.Peer> peers = facts.peers();
    String address = peers.isEmpty() ? null : peers.get(0).address();
    if (address == null) {
      return List.of();
    }
    String id = facts.idAt(address);
    for (Probe upstream : facts.given.upstreams()) {
      if (upstream.id().equals(id) && upstream.target().scheme().tls()) {
        return as(upstream, peers.get(0));
      }
    }
    // Nothing tells which authority signed it; on this host nobody can stand between.
    return facts.local(address) ? List.of("tls_insecure_skip_verify") : List.of();
  }

  private static List<String> as(Probe upstream, Route.Peer peer) {
    if (upstream.request().insecure()) {
      return List.of("tls_insecure_skip_verify");
    }
    List<String> settings = new ArrayList<>();
    String ca = upstream.request().ca();
    if (ca != null && ca.matches("[^\\s\"`{}]+")) {
      settings.add("tls_trusted_ca_certs " + ca);
    }
    String name = upstream.target().endpoint().host();
    String asked = peer.name() != null ? peer.name() : Address.host(String.valueOf(peer.address()));
    if (!name.isEmpty() && !name.equalsIgnoreCase(asked)) {
      settings.add("tls_server_name " + name);
    }
    return settings;
  }
}
