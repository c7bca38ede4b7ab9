package dev.why502.gateway.haproxy;

import dev.why502.gateway.ByteText;
import org.jspecify.annotations.Nullable;

/**
 * An address as {@code bind} and {@code server} write it.
 *
 * @param host name or address without brackets; "" for every address, and for a socket
 * @param port first port; 0 when none is written
 * @param lastPort the same as port where no range is written
 * @param relative whether the port is an offset to the one that the client asked for
 * @param socket path of a unix domain socket, or null
 * @param fault why it is none, or null
 */
record HaproxyAddress(
    String host,
    int port,
    int lastPort,
    boolean relative,
    @Nullable String socket,
    @Nullable String fault) {

  static HaproxyAddress parse(String written) {
    String text = written;
    for (String family : new String[] {"ipv4@", "ipv6@", "tcp4@", "tcp6@", "tcp@"}) {
      if (text.startsWith(family)) {
        text = text.substring(family.length());
      }
    }
    if (!HaproxyText.known(text)) {
      return fault("holds a variable of the environment");
    }
    if (text.startsWith("unix@") || text.startsWith("uxst@")) {
      return new HaproxyAddress("", 0, 0, false, text.substring(5), null);
    }
    if (text.startsWith("/")) {
      return new HaproxyAddress("", 0, 0, false, text, null);
    }
    if (text.indexOf('@') > 0) {
      return fault("is of a kind that is not followed");
    }
    int colon = text.lastIndexOf(':');
    int bracket = text.lastIndexOf(']');
    String host = colon > bracket ? text.substring(0, colon) : text;
    String port = colon > bracket ? text.substring(colon + 1) : "";
    // Without brackets what follows the last colon is the port, in IPv6 too.
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    host = host.equals("*") ? "" : host;
    if (port.isEmpty()) {
      return new HaproxyAddress(host, 0, 0, false, null, null);
    }
    boolean relative = port.startsWith("+") || port.startsWith("-");
    if (relative) {
      long offset = ByteText.number(port.substring(1));
      int signed = (int) (port.startsWith("-") ? -offset : offset);
      return offset < 0 || offset > 65535
          ? fault("has no port")
          : new HaproxyAddress(host, signed, signed, true, null, null);
    }
    int dash = port.indexOf('-');
    long first = ByteText.number(dash < 0 ? port : port.substring(0, dash));
    long last = dash < 0 ? first : ByteText.number(port.substring(dash + 1));
    if (first < 0 || last < first || last > 65535) {
      return fault("has no port");
    }
    return new HaproxyAddress(host, (int) first, (int) last, false, null, null);
  }

  private static HaproxyAddress fault(String message) {
    return new HaproxyAddress("", 0, 0, false, null, message);
  }

  /** {@code 127.0.0.1:3001}, {@code [::1]:3001}. */
  static String text(String host, int port) {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
