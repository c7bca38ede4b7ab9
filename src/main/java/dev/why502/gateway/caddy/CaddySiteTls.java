package dev.why502.gateway.caddy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Whether a server that is made of sites speaks TLS, as the Caddyfile's adapter settles it. */
final class CaddySiteTls {
  private static final Set<String> SETTINGS =
      Set.of("protocols", "ciphers", "curves", "alpn", "client_auth", "insecure_secrets_log");

  private final CaddyOptions options;
  private final CaddyFaults faults;

  record Site(CaddyBlock block, List<CaddyAddress> keys) {}

  CaddySiteTls(CaddyOptions options, CaddyFaults faults) {
    this.options = options;
    this.faults = faults;
  }

  void settle(CaddyNode server, List<String> listen, List<Site> sites) {
    String httpPort = String.valueOf(options.httpPort);
    String httpsPort = String.valueOf(options.httpsPort);
    boolean off = options.autoHttps.contains("off");
    List<CaddyNode> policies = new ArrayList<>();
    List<String> skip = new ArrayList<>();
    boolean qualifies = false;
    boolean covered = false;
    boolean added = !off;
    boolean otherPorts = listen.stream().anyMatch(a -> !a.endsWith(":" + httpPort));
    for (Site site : sites) {
      List<String> hosts = hosts(site);
      boolean directive = false;
      for (CaddyDirective each : site.block().directives()) {
        if (each.name().equals("tls")) {
          directive = true;
          if (changesPolicy(each)) {
            CaddyNode policy = new CaddyNode(each.place());
            if (!hosts.isEmpty()) {
              policy.put("match", new CaddyNode(each.place()).put("sni", hosts));
            }
            policies.add(policy);
            covered = hosts.isEmpty();
          }
        }
      }
      for (CaddyAddress key : site.keys()) {
        boolean http = key.scheme().equals("http");
        if (otherPorts && http && !key.host().isEmpty() && !skip.contains(key.host())) {
          skip.add(key.host());
        }
        boolean named = !key.host().isEmpty() || directive;
        qualifies |=
            key.scheme().equals("https") || (!http && named && !key.port().equals(httpPort));
        added &=
            key.port().equals(httpsPort) || (!key.port().equals(httpPort) && !key.host().isEmpty());
      }
    }
    if (qualifies && !covered && (!policies.isEmpty() || !added || options.defaultSni != null)) {
      policies.add(new CaddyNode(sites.get(0).block().place()));
    }
    conflicts(policies, sites, httpPort, httpsPort);
    server.putUnlessEmpty("tls_connection_policies", policies);
    automatic(server, off, skip);
  }

  private void automatic(CaddyNode server, boolean off, List<String> skip) {
    boolean redirects = options.autoHttps.contains("disable_redirects");
    if (off || redirects || !skip.isEmpty()) {
      server
          .within("automatic_https")
          .putUnlessEmpty("disable", off)
          .putUnlessEmpty("disable_redirects", redirects)
          .putUnlessEmpty("skip", skip);
    }
  }

  private static List<String> hosts(Site site) {
    List<String> hosts = new ArrayList<>();
    for (CaddyAddress key : site.keys()) {
      if (key.host().isEmpty()) {
        return List.of();
      }
      if (!hosts.contains(key.host())) {
        hosts.add(key.host());
      }
    }
    return hosts;
  }

  /** A certificate of its own or settings of the handshake; {@code tls internal} is neither. */
  private static boolean changesPolicy(CaddyDirective tls) {
    return tls.args().size() == 2
        || tls.children().stream().anyMatch(each -> SETTINGS.contains(each.name()));
  }

  /** One server cannot speak both plainly and by TLS. */
  private void conflicts(
      List<CaddyNode> policies, List<Site> sites, String httpPort, String httpsPort) {
    Boolean tls = null;
    for (Site site : sites) {
      for (CaddyAddress key : site.keys()) {
        Boolean its = null;
        if (key.scheme().equals("http") || key.port().equals(httpPort)) {
          its = false;
        } else if (key.scheme().equals("https")
            || key.port().equals(httpsPort)
            || !policies.isEmpty()) {
          its = true;
        } else if (key.host().isEmpty()) {
          // A port alone, or nothing: an empty key stands for the HTTPS port.
          its = false;
        }
        if (its != null && tls != null && !its.equals(tls)) {
          faults.add(
              site.block().start().where()
                  + ": server is configured for "
                  + (tls ? "HTTPS" : "HTTP")
                  + " and cannot natively multiplex HTTP and HTTPS: "
                  + key.text());
          return;
        }
        tls = its == null ? tls : its;
      }
    }
  }
}
