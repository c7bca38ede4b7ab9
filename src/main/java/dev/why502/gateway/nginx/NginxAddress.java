package dev.why502.gateway.nginx;

import dev.why502.gateway.ByteText;
import dev.why502.gateway.Ip;
import org.jspecify.annotations.Nullable;

/**
 * An address as directives write it (ngx_parse_url).
 *
 * @param host name or address without brackets; "" for a socket
 * @param port 0 for a socket
 * @param noPort whether the port is the default for want of one
 * @param socket path of a unix domain socket, or null
 * @param uri what follows it, "" when nothing does
 * @param fault nginx's complaint, or null
 */
record NginxAddress(
    String host,
    int port,
    boolean noPort,
    @Nullable String socket,
    String uri,
    @Nullable String fault) {
  private static final int MAX_V4_TEXT = 45;

  static NginxAddress parse(String text, int defaultPort) {
    if (ByteText.lower(text).startsWith("unix:")) {
      return unix(text.substring(5));
    }
    String host;
    String rest;
    int end = uriStart(text);
    String uri = text.substring(end);
    String authority = text.substring(0, end);
    if (authority.startsWith("[")) {
      int close = authority.indexOf(']');
      if (close < 0) {
        return fault("invalid host");
      }
      host = authority.substring(1, close);
      rest = authority.substring(close + 1);
      if (!Ip.v6(host)) {
        return fault("invalid IPv6 address");
      }
      if (!rest.isEmpty() && !rest.startsWith(":")) {
        return fault("invalid host");
      }
    } else {
      int colon = authority.indexOf(':');
      host = colon < 0 ? authority : authority.substring(0, colon);
      rest = colon < 0 ? "" : authority.substring(colon);
    }
    if (host.isEmpty()) {
      return fault("no host");
    }
    if (rest.isEmpty()) {
      return new NginxAddress(host, defaultPort, true, null, uri, null);
    }
    long port = ByteText.number(rest.substring(1));
    if (port < 1 || port > 65535) {
      return fault("invalid port");
    }
    return new NginxAddress(host, (int) port, false, null, uri, null);
  }

  private static NginxAddress unix(String text) {
    int colon = text.indexOf(':');
    String path = colon < 0 ? text : text.substring(0, colon);
    String uri = colon < 0 ? "" : text.substring(colon + 1);
    if (path.isEmpty()) {
      return fault("no path in the unix domain socket");
    }
    return new NginxAddress("", 0, true, path, uri, null);
  }

  private static int uriStart(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '/' || c == '?') {
        return i;
      }
    }
    return text.length();
  }

  private static NginxAddress fault(String message) {
    return new NginxAddress("", 0, true, null, "", message);
  }

  /**
   * The host as nginx reads it, which lets an octet be empty or begin with any zeros, so that
   * "127...1" is 127.0.0.1 (ngx_inet.c, ngx_inet_addr). Another text comes back as it is.
   */
  String numeric() {
    if (Ip.v4(host) || host.isEmpty() || host.length() > MAX_V4_TEXT) {
      return host;
    }
    int[] octets = new int[4];
    int at = 0;
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      if (c == '.' && at < 3) {
        at++;
      } else if (c >= '0' && c <= '9' && octets[at] <= 255) {
        octets[at] = octets[at] * 10 + c - '0';
      } else {
        return host;
      }
    }
    for (int octet : octets) {
      if (octet > 255) {
        return host;
      }
    }
    return at < 3 ? host : octets[0] + "." + octets[1] + "." + octets[2] + "." + octets[3];
  }

  boolean literal() {
    return socket != null || Ip.v4(numeric()) || Ip.v6(host);
  }

  /** {@code 127.0.0.1:3001}, {@code [::1]:3001}, {@code unix:/run/app.sock}. */
  String text() {
    return socket != null ? "unix:" + ByteText.shown(socket) : text(numeric(), port);
  }

  static String text(String host, int port) {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
