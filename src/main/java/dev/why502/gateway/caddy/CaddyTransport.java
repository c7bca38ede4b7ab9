package dev.why502.gateway.caddy;

import java.util.List;

/** {@code transport http} and {@code transport fastcgi} of a reverse_proxy. */
final class CaddyTransport {
  private CaddyTransport() {}

  static CaddyNode of(CaddyDirective directive, CaddyScope scope) {
    CaddyNode node = new CaddyNode(directive.place());
    String name = directive.arg(0);
    for (CaddyDirective each : directive.children()) {
      if (name.equals("http")) {
        http(node, each, scope);
      } else if (name.equals("fastcgi")) {
        fastCgi(node, each, scope);
      }
    }
    return node;
  }

  private static void http(CaddyNode node, CaddyDirective each, CaddyScope scope) {
    String name = each.name();
    switch (name) {
      case "dial_timeout",
          "response_header_timeout",
          "expect_continue_timeout",
          "read_timeout",
          "write_timeout",
          "dial_fallback_delay" ->
          duration(node, name, each, scope);
      case "read_buffer", "write_buffer" -> node.put(name + "_size", size(each, scope));
      case "max_response_header" -> node.put("max_response_header_size", size(each, scope));
      case "max_conns_per_host" ->
          node.put("max_conns_per_host", CaddyUnits.number(each.arg(0), 0));
      case "resolvers" -> node.within("resolver").put("addresses", each.texts());
      case "versions" -> node.put("versions", each.texts());
      case "compression" -> {
        if (each.arg(0).equals("off")) {
          node.put("compression", false);
        }
      }
      case "proxy_protocol", "local_address", "forward_proxy_url" -> node.put(name, each.arg(0));
      case "network_proxy" -> node.put(name, new CaddyNode(each.place()));
      case "keepalive" -> {
        if (each.arg(0).equals("off")) {
          node.within("keep_alive").put("enabled", false);
        } else {
          duration(node.within("keep_alive"), "idle_timeout", each, scope);
        }
      }
      case "keepalive_interval" ->
          duration(node.within("keep_alive"), "probe_interval", each, scope);
      case "keepalive_idle_conns" ->
          node.within("keep_alive").put("max_idle_conns", CaddyUnits.number(each.arg(0), 0));
      case "keepalive_idle_conns_per_host" ->
          node.within("keep_alive")
              .put("max_idle_conns_per_host", CaddyUnits.number(each.arg(0), 0));
      default -> {
        if (name.equals("tls") || name.startsWith("tls_")) {
          tls(node.within("tls"), each, scope);
        } else {
          scope.faults.add(each, "unrecognized subdirective " + name);
        }
      }
    }
  }

  private static void tls(CaddyNode tls, CaddyDirective each, CaddyScope scope) {
    switch (each.name()) {
      case "tls" -> {}
      case "tls_client_auth" -> {
        if (each.args().size() == 2) {
          tls.put("client_certificate_file", each.arg(0));
          tls.put("client_certificate_key_file", each.arg(1));
        } else {
          tls.put("client_certificate_automate", each.arg(0));
        }
      }
      case "tls_insecure_skip_verify" -> tls.put("insecure_skip_verify", true);
      case "tls_server_name" -> tls.put("server_name", each.arg(0));
      case "tls_trusted_ca_certs" -> tls.put("root_ca_pem_files", each.texts());
      case "tls_trust_pool" -> {
        CaddyNode pool = new CaddyNode(each.place()).put("provider", each.arg(0));
        if (each.arg(0).equals("file")) {
          List<String> files =
              each.args().size() > 1
                  ? each.texts().subList(1, each.args().size())
                  : each.children().stream()
                      .filter(child -> child.name().equals("pem_file"))
                      .flatMap(child -> child.texts().stream())
                      .toList();
          pool.putUnlessEmpty("pem_files", files);
        }
        tls.put("ca", pool);
      }
      case "tls_timeout" -> duration(tls, "handshake_timeout", each, scope);
      case "tls_renegotiation" -> tls.put("renegotiation", each.arg(0));
      case "tls_except_ports" -> tls.put("except_ports", each.texts());
      case "tls_curves" -> tls.put("curves", each.texts());
      default -> scope.faults.add(each, "unrecognized subdirective " + each.name());
    }
  }

  /** The settings of FastCGI; false when it is none of them. */
  static boolean fastCgi(CaddyNode node, CaddyDirective each, CaddyScope scope) {
    switch (each.name()) {
      case "root" -> node.put("root", each.arg(0));
      case "split" -> node.put("split_path", each.texts());
      case "env" -> node.within("env").put(each.arg(0), each.arg(1));
      case "resolve_root_symlink", "capture_stderr" -> node.put(each.name(), true);
      case "dial_timeout", "read_timeout", "write_timeout" ->
          duration(node, each.name(), each, scope);
      default -> {
        return false;
      }
    }
    return true;
  }

  static void duration(CaddyNode node, String name, CaddyDirective each, CaddyScope scope) {
    String text = each.arg(0);
    long nanos = CaddyUnits.nanos(text);
    if (nanos == -1 && !text.contains("{")) {
      scope.faults.add(each, "bad duration value '" + text + "'");
      return;
    }
    node.put(name, Math.max(0, nanos));
  }

  static long size(CaddyDirective each, CaddyScope scope) {
    long bytes = each.arg(0).equals("unlimited") ? -1 : CaddyUnits.bytes(each.arg(0));
    if (bytes < 0 && !each.arg(0).equals("unlimited")) {
      scope.faults.add(each, "invalid byte size '" + each.arg(0) + "'");
      return 0;
    }
    return bytes;
  }
}
