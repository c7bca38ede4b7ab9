package dev.why502.gateway.apache;

import dev.why502.gateway.ByteText;
import dev.why502.gateway.Ip;
import org.jspecify.annotations.Nullable;

/**
 * A host and port as directives write them (apr_parse_addr_port).
 *
 * @param host without brackets; "" when only a port is written
 * @param port the default for want of one, 0 for any
 */
record ApacheAddress(String host, int port) {

  /** Null where it is none. */
  static @Nullable ApacheAddress parse(String text, int defaultPort) {
    if (text.isEmpty()) {
      return null;
    }
    if (ByteText.number(text) >= 0) {
      return port(text) < 0 ? null : new ApacheAddress("", port(text));
    }
    String host = text;
    String rest = "";
    if (text.startsWith("[")) {
      int close = text.indexOf(']');
      if (close < 0) {
        return null;
      }
      host = text.substring(1, close);
      rest = text.substring(close + 1);
    } else {
      int colon = text.lastIndexOf(':');
      // More than one colon without brackets: an IPv6 address alone.
      if (colon >= 0 && text.indexOf(':') == colon) {
        host = text.substring(0, colon);
        rest = text.substring(colon);
      }
    }
    if (rest.isEmpty()) {
      return new ApacheAddress(host, defaultPort);
    }
    if (rest.equals(":*")) {
      return new ApacheAddress(host, 0);
    }
    int port = rest.startsWith(":") ? port(rest.substring(1)) : -1;
    return port <= 0 ? null : new ApacheAddress(host, port);
  }

  private static int port(String text) {
    long port = ByteText.number(text);
    return port < 0 || port > 65535 ? -1 : (int) port;
  }

  boolean wild() {
    return host.isEmpty()
        || host.equals("*")
        || host.equalsIgnoreCase("_default_")
        || host.equals("0.0.0.0")
        || host.equals("::");
  }

  boolean literal() {
    return Ip.v4(host) || Ip.v6(host);
  }

  static String text(String host, int port) {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
