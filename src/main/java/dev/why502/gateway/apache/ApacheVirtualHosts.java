package dev.why502.gateway.apache;

import dev.why502.gateway.ByteText;
import dev.why502.gateway.Ip;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which virtual host takes a request: by address and port first, then by name (vhost.c). */
final class ApacheVirtualHosts {
  private ApacheVirtualHosts() {}

  /**
   * The hosts of one address and port.
   *
   * @param hosts in their order; empty when only the main server takes it
   * @param sure false when it depends on an address that is not known
   */
  record Group(List<ApacheServer> hosts, ApacheListen listen, boolean sure) {}

  /**
   * The one chosen.
   *
   * @param name by which it was, null when it is the default
   */
  record Chosen(ApacheServer server, @Nullable String name) {}

  /** Null when httpd does not listen there. */
  static @Nullable Group group(ApacheConfig config, @Nullable String address, int port) {
    ApacheListen taken = null;
    for (ApacheListen listen : config.listens()) {
      if (taken == null && listen.takes(address, port)) {
        taken = listen;
      }
    }
    if (taken == null) {
      return null;
    }
    List<ApacheServer> exact = new ArrayList<>();
    List<ApacheServer> exactAnyPort = new ArrayList<>();
    List<ApacheServer> wild = new ArrayList<>();
    List<ApacheServer> wildAnyPort = new ArrayList<>();
    boolean sure = true;
    for (ApacheServer host : config.hosts()) {
      for (ApacheAddress each : host.addresses()) {
        if (each.port() != 0 && each.port() != port) {
          continue;
        }
        if (each.wild()) {
          add(each.port() == 0 ? wildAnyPort : wild, host);
        } else if (!each.literal() || address == null) {
          sure = false;
        } else if (Ip.same(each.host(), address)) {
          add(each.port() == 0 ? exactAnyPort : exact, host);
        }
      }
    }
    for (List<ApacheServer> each : List.of(exact, exactAnyPort, wild, wildAnyPort)) {
      if (!each.isEmpty()) {
        return new Group(each, taken, sure);
      }
    }
    return new Group(List.of(), taken, sure);
  }

  private static void add(List<ApacheServer> hosts, ApacheServer host) {
    if (!hosts.contains(host)) {
      hosts.add(host);
    }
  }

  static Chosen choose(ApacheConfig config, Group group, String host) {
    for (ApacheServer each : group.hosts()) {
      String name = each.fits(host);
      if (name != null) {
        return new Chosen(each, name);
      }
    }
    for (ApacheServer each : group.hosts()) {
      for (ApacheAddress address : each.addresses()) {
        if (!address.wild() && address.host().equalsIgnoreCase(host)) {
          return new Chosen(each, address.host());
        }
      }
    }
    if (!group.hosts().isEmpty()) {
      return new Chosen(group.hosts().get(0), null);
    }
    return new Chosen(config.main(), config.main().fits(host));
  }

  /** Whether TLS is spoken to a server (ssl_engine_init.c); null when it is optional. */
  static @Nullable Boolean tls(ApacheConfig config, ApacheServer server, ApacheListen listen) {
    if (config.modules().lacks("ssl_module")) {
      return false;
    }
    String engine = ByteText.lower(server.value("sslengine", ""));
    if (engine.equals("optional")) {
      return null;
    }
    if (engine.isEmpty() && server.directive() != null) {
      return listen.protocol().equals("https");
    }
    return engine.equals("on");
  }
}
