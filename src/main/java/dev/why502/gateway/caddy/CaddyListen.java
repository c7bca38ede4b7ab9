package dev.why502.gateway.caddy;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a server listens: {@code [network/]host:port[-last]} (caddy.ParseNetworkAddress).
 *
 * @param host "" for every address
 * @param socket path of a unix socket, or null
 */
record CaddyListen(String host, int first, int last, @Nullable String socket) {
  /** Null when it cannot be told. */
  static @Nullable CaddyListen parse(String text) {
    int slash = text.indexOf('/');
    String network = slash < 0 ? "" : text.substring(0, slash).toLowerCase(Locale.ROOT);
    String rest = slash < 0 ? text : text.substring(slash + 1);
    if (network.startsWith("unix")) {
      int mode = rest.indexOf('|');
      return new CaddyListen("", 0, 0, mode < 0 ? rest : rest.substring(0, mode));
    }
    if (!network.isEmpty() && !network.startsWith("tcp")) {
      return null;
    }
    CaddyAddress.HostPort parts = CaddyAddress.HostPort.split(rest);
    String port = parts.port();
    int dash = port.indexOf('-');
    long first = CaddyUnits.number(dash < 0 ? port : port.substring(0, dash), -1);
    long last = dash < 0 ? first : CaddyUnits.number(port.substring(dash + 1), -1);
    boolean known = first >= 0 && last >= first && last <= 65_535;
    return known ? new CaddyListen(parts.host(), (int) first, (int) last, null) : null;
  }

  boolean port(int port) {
    return socket == null && port >= first && port <= last;
  }

  boolean any() {
    return host.isEmpty() || host.equals("0.0.0.0") || host.equals("::");
  }
}
