package dev.why502.gateway.apache;

import dev.why502.gateway.ByteText;
import dev.why502.gateway.Ip;
import org.jspecify.annotations.Nullable;

/**
 * A URL of a service as directives write it.
 *
 * @param scheme lower case
 * @param host without brackets, lower case
 * @param port the scheme's own for want of one
 * @param socket path of a unix domain socket, or null
 * @param path what follows the host, "" when nothing does
 */
record ApacheUrl(String scheme, String host, int port, @Nullable String socket, String path) {

  /** Null where it is none. */
  static @Nullable ApacheUrl parse(String written) {
    String text = written;
    String socket = null;
    if (text.regionMatches(true, 0, "unix:", 0, 5)) {
      int bar = text.indexOf('|');
      if (bar < 0) {
        return null;
      }
      socket = text.substring(5, bar);
      text = text.substring(bar + 1);
    }
    int colon = text.indexOf(':');
    if (colon <= 0) {
      return null;
    }
    String scheme = ByteText.lower(text.substring(0, colon));
    if (!text.startsWith("://", colon)) {
      // "unix:/run/app.sock|http:" leaves the host out.
      return socket != null && colon + 1 == text.length()
          ? new ApacheUrl(scheme, "localhost", defaultPort(scheme), socket, "")
          : null;
    }
    int end = colon + 3;
    while (end < text.length() && text.charAt(end) != '/') {
      end++;
    }
    String authority = text.substring(colon + 3, end);
    authority = authority.substring(authority.lastIndexOf('@') + 1);
    int port = defaultPort(scheme);
    String host = authority;
    int close = authority.startsWith("[") ? authority.indexOf(']') : -1;
    int portColon = authority.indexOf(':', Math.max(0, close));
    if (close > 0) {
      host = authority.substring(1, close);
    } else if (portColon >= 0) {
      host = authority.substring(0, portColon);
    }
    if (portColon >= 0 && portColon + 1 < authority.length()) {
      long number = ByteText.number(authority.substring(portColon + 1));
      if (number < 1 || number > 65535) {
        return null;
      }
      port = (int) number;
    }
    if (host.isEmpty() && socket == null) {
      return null;
    }
    return new ApacheUrl(scheme, ByteText.lower(host), port, socket, text.substring(end));
  }

  static int defaultPort(String scheme) {
    return switch (scheme) {
      case "https", "wss", "h2" -> 443;
      case "fcgi" -> 8000;
      case "ajp" -> 8009;
      case "scgi" -> 4000;
      case "uwsgi" -> 3031;
      case "ftp" -> 21;
      default -> 80;
    };
  }

  boolean literal() {
    return Ip.v4(host) || Ip.v6(host);
  }

  /** {@code 127.0.0.1:3001}, {@code unix:/run/app.sock}, or null for a name. */
  @Nullable String address() {
    return socket != null
        ? "unix:" + ByteText.shown(socket)
        : literal() ? ApacheAddress.text(host, port) : null;
  }

  /** Value of the Host header: without the scheme's own port. */
  String authority() {
    String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return port == defaultPort(scheme) || socket != null ? shown : shown + ":" + port;
  }
}
