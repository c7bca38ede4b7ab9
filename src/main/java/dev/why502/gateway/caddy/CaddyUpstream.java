package dev.why502.gateway.caddy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An upstream's address as reverse_proxy takes it (modules/caddyhttp/reverseproxy/addresses.go).
 *
 * @param scheme "", "http", "https" or "h2c"
 * @param dials addresses to dial; several for a range of ports
 * @param fault why Caddy refuses it, or null
 * @param sure whether every version refuses it
 */
record CaddyUpstream(String scheme, List<String> dials, @Nullable String fault, boolean sure) {
  private static final int MAX_RANGE = 256;

  private static CaddyUpstream refused(String fault) {
    return new CaddyUpstream("", List.of(), fault, true);
  }

  static CaddyUpstream parse(String text) {
    int mark = text.indexOf("://");
    if (mark < 0) {
      return bare(text);
    }
    String scheme = text.substring(0, mark);
    String rest = text.substring(mark + 3);
    if (text.indexOf('{') >= 0) {
      return text.contains("{$")
          ? new CaddyUpstream(scheme, List.of(rest), null, true)
          : refused("placeholders are not allowed when an upstream address contains a scheme");
    }
    if (!List.of("http", "https", "h2c").contains(scheme)) {
      // Taken before 2.7, and never meant so.
      return new CaddyUpstream("", List.of(), "unsupported URL scheme " + scheme + "://", false);
    }
    if (rest.indexOf('/') >= 0 || rest.indexOf('?') >= 0 || rest.indexOf('#') >= 0) {
      return refused(
          "for now, URLs for proxy upstreams only support scheme, host, and port components");
    }
    rest = rest.substring(rest.indexOf('@') + 1);
    CaddyAddress.HostPort parts = CaddyAddress.HostPort.split(rest);
    String port = parts.port();
    boolean tls = scheme.equals("https");
    if ((!tls && port.equals("443")) || (tls && port.equals("80"))) {
      return refused(
          "upstream address has conflicting scheme (" + scheme + "://) and port (:" + port + ")");
    }
    if (port.isEmpty()) {
      port = tls ? "443" : "80";
    }
    return new CaddyUpstream(scheme, range("", parts.host(), port), null, true);
  }

  private static CaddyUpstream bare(String text) {
    String network = "";
    String rest = text;
    String scheme = "";
    int slash = text.indexOf('/');
    if (slash >= 0) {
      network = text.substring(0, slash).toLowerCase(java.util.Locale.ROOT);
      rest = text.substring(slash + 1);
      if (network.equals("unix+h2c")) {
        network = "unix";
        scheme = "h2c";
      }
      if (network.startsWith("unix")) {
        return new CaddyUpstream(scheme, List.of(network + "/" + rest), null, true);
      }
    }
    CaddyAddress.HostPort parts = CaddyAddress.HostPort.split(rest);
    String port = parts.port();
    if (port.isEmpty() && parts.host().indexOf('{') >= 0) {
      return new CaddyUpstream(scheme, List.of(prefix(network) + parts.host()), null, true);
    }
    boolean digits = port.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '-');
    if (!digits && port.indexOf('{') < 0) {
      return refused("invalid start port: " + port);
    }
    return new CaddyUpstream(
        scheme, range(network, parts.host(), port.isEmpty() ? "80" : port), null, true);
  }

  private static String prefix(String network) {
    return network.isEmpty() ? "" : network + "/";
  }

  private static List<String> range(String network, String host, String port) {
    String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    int dash = port.indexOf('-');
    long first = dash < 0 ? -1 : CaddyUnits.number(port.substring(0, dash), -1);
    long last = dash < 0 ? -1 : CaddyUnits.number(port.substring(dash + 1), -1);
    if (first < 0 || last < first || last - first > MAX_RANGE) {
      return List.of(prefix(network) + name + ":" + port);
    }
    List<String> all = new ArrayList<>();
    for (long each = first; each <= last; each++) {
      all.add(name + ":" + each);
    }
    return all;
  }
}
