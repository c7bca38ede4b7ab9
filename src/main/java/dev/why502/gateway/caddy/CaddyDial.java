package dev.why502.gateway.caddy;

import dev.why502.gateway.Ip;
import org.jspecify.annotations.Nullable;

/**
 * An address that is dialled: {@code [network/]host:port} or {@code unix//path}.
 *
 * @param address {@code 127.0.0.1:3001} or {@code unix:/run/app.sock}; null for a name
 */
record CaddyDial(@Nullable String address, @Nullable String name, int port) {
  static @Nullable CaddyDial parse(String dial) {
    int slash = dial.indexOf('/');
    if (dial.startsWith("unix") && slash >= 0) {
      return new CaddyDial("unix:" + dial.substring(slash + 1), null, 0);
    }
    String rest = slash < 0 ? dial : dial.substring(slash + 1);
    if (slash >= 0 && !dial.startsWith("tcp")) {
      return null;
    }
    CaddyAddress.HostPort parts = CaddyAddress.HostPort.split(rest);
    long port = CaddyUnits.number(parts.port(), -1);
    if (port <= 0 || port > 65_535) {
      return null;
    }
    // Go takes an empty host, and the address of every interface, for this host itself.
    String host =
        switch (parts.host()) {
          case "", "0.0.0.0" -> "127.0.0.1";
          case "::" -> "::1";
          default -> parts.host();
        };
    boolean literal = Ip.literal(host);
    String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return literal
        ? new CaddyDial(shown + ":" + port, null, (int) port)
        : new CaddyDial(null, host, (int) port);
  }
}
