package dev.why502.gateway.caddy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The global options block (caddyconfig/httpcaddyfile/options.go). */
final class CaddyOptions {
  private static final Set<String> KNOWN =
      Set.of(
          "debug",
          "default_sni",
          "fallback_sni",
          "grace_period",
          "shutdown_delay",
          "storage",
          "storage_check",
          "storage_clean_interval",
          "acme_ca",
          "acme_ca_root",
          "acme_dns",
          "acme_eab",
          "cert_issuer",
          "skip_install_trust",
          "email",
          "admin",
          "on_demand_tls",
          "local_certs",
          "key_type",
          "auto_https",
          "servers",
          "ocsp_stapling",
          "cert_lifetime",
          "ocsp_interval",
          "renew_interval",
          "log",
          "preferred_chains",
          "persist_config",
          "pki",
          "events",
          "http_port",
          "https_port",
          "default_bind",
          "order",
          "metrics",
          "filesystem",
          "dns",
          "ech",
          "experimental_http3",
          "renewal_window_ratio");

  int httpPort = 80;
  int httpsPort = 443;
  boolean httpPortSet;
  boolean httpsPortSet;
  final Set<String> autoHttps = new HashSet<>();
  List<String> defaultBind = List.of();
  @Nullable String defaultSni;

  /** As written, null when it is not; "off" switches it off. */
  @Nullable String admin;

  final List<CaddyDirective> logs = new ArrayList<>();
  final List<String> order = new ArrayList<>(CaddyOrder.DEFAULT);
  final Map<String, String> notes = new LinkedHashMap<>();

  private CaddyOptions() {}

  static CaddyOptions of(List<CaddyBlock> blocks, CaddyFaults faults) {
    CaddyOptions options = new CaddyOptions();
    if (!blocks.isEmpty() && blocks.get(0).keys().isEmpty()) {
      for (CaddyDirective each : blocks.get(0).directives()) {
        options.read(each, faults);
      }
    }
    return options;
  }

  private void read(CaddyDirective option, CaddyFaults faults) {
    switch (option.name()) {
      case "http_port" -> {
        httpPort = port(option, httpPort, faults);
        httpPortSet = true;
      }
      case "https_port" -> {
        httpsPort = port(option, httpsPort, faults);
        httpsPortSet = true;
      }
      case "auto_https" -> {
        for (String value : option.texts()) {
          boolean known =
              List.of(
                      "off",
                      "disable_redirects",
                      "disable_certs",
                      "ignore_loaded_certs",
                      "prefer_wildcard")
                  .contains(value);
          if (!known) {
            faults.add(option, "auto_https must be one of 'off', 'disable_redirects', ...");
          }
          autoHttps.add(value);
        }
      }
      case "default_bind" -> defaultBind = option.texts();
      case "default_sni" -> defaultSni = option.arg(0);
      case "admin" -> admin = option.arg(0);
      case "log" -> logs.add(option);
      case "order" -> order(option, faults);
      case "servers" -> servers(option);
      default -> {
        if (!KNOWN.contains(option.name())) {
          String near = CaddyOrder.nearest(option.name(), KNOWN);
          if (near == null) {
            notes.put(
                option.name(),
                option.where() + ": " + option.name() + " is no option of Caddy's own");
          } else {
            faults.add(option, "unrecognized global option: " + option.name());
          }
        }
      }
    }
  }

  private static int port(CaddyDirective option, int otherwise, CaddyFaults faults) {
    String text = option.arg(0);
    if (text.contains("{$")) {
      return otherwise;
    }
    long port = CaddyUnits.number(text, -1);
    if (port < 0 || port > 65_535) {
      faults.add(option, "converting port '" + text + "' to integer value");
      return otherwise;
    }
    return (int) port;
  }

  private void order(CaddyDirective option, CaddyFaults faults) {
    String name = option.arg(0);
    String how = option.arg(1);
    String other = option.arg(2);
    List<String> next = new ArrayList<>(order);
    next.remove(name);
    switch (how) {
      case "first" -> next.add(0, name);
      case "last" -> next.add(name);
      case "before", "after" -> {
        int at = next.indexOf(other);
        if (at < 0) {
          faults.add(option, "directive '" + other + "' not found");
          return;
        }
        next.add(how.equals("before") ? at : at + 1, name);
      }
      default -> {
        faults.add(option, "unknown positional '" + how + "'");
        return;
      }
    }
    order.clear();
    order.addAll(next);
  }

  private void servers(CaddyDirective option) {
    for (CaddyDirective each : option.children()) {
      if (each.name().equals("listener_wrappers")
          && each.children().stream().anyMatch(w -> w.name().equals("proxy_protocol"))) {
        notes.put("proxy_protocol", each.where() + ": the PROXY protocol is wanted first");
      }
    }
  }
}
