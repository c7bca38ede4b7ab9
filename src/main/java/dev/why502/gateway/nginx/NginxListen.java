package dev.why502.gateway.nginx;

import dev.why502.gateway.ByteText;
import dev.why502.gateway.Ip;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An address that a server block listens on.
 *
 * @param address "0.0.0.0" and "::" for any; a name where a name is written
 * @param port 0 for a socket
 * @param socket path of a unix domain socket, or null
 * @param both whether a {@code ::} socket takes IPv4 too
 * @param directive the line; for a server without listen its own
 */
record NginxListen(
    String address,
    int port,
    @Nullable String socket,
    boolean both,
    boolean defaultServer,
    boolean tls,
    boolean proxyProtocol,
    NginxDirective directive) {
  private static final int MAX_RANGE = 1000;

  /** The addresses of one directive; empty when nginx would refuse it. */
  static List<NginxListen> of(NginxDirective listen) {
    String text = listen.arg(0);
    List<String> options =
        listen.args().subList(Math.min(1, listen.args().size()), listen.args().size());
    boolean isDefault = options.contains("default_server") || options.contains("default");
    boolean tls = options.contains("ssl") || options.contains("quic");
    boolean proxyProtocol = options.contains("proxy_protocol");
    boolean both = options.contains("ipv6only=off");
    if (ByteText.number(text) > 0) {
      text = "*:" + text;
    }
    int dash = text.lastIndexOf('-');
    int colon = text.lastIndexOf(':');
    int last = -1;
    if (dash > colon && colon >= 0 && !text.startsWith("unix:")) {
      last = (int) ByteText.number(text.substring(dash + 1));
      text = text.substring(0, dash);
    }
    NginxAddress address = NginxAddress.parse(text, 80);
    if (address.fault() != null) {
      return List.of();
    }
    if (address.socket() != null) {
      return List.of(
          new NginxListen("", 0, address.socket(), false, isDefault, tls, proxyProtocol, listen));
    }
    String host = address.host().equals("*") ? "0.0.0.0" : address.numeric();
    List<NginxListen> all = new ArrayList<>();
    int end = Math.min(Math.max(last, address.port()), address.port() + MAX_RANGE);
    for (int port = address.port(); port <= end; port++) {
      all.add(new NginxListen(host, port, null, both, isDefault, tls, proxyProtocol, listen));
    }
    return all;
  }

  /** A server without listen: {@code *:80}. */
  static NginxListen implied(NginxDirective server, int port) {
    return new NginxListen("0.0.0.0", port, null, false, false, false, false, server);
  }

  boolean any() {
    return address.equals("0.0.0.0") || Ip.same(address, "::");
  }

  /** Whether both stand for the same socket. */
  boolean same(NginxListen other) {
    return port == other.port
        && (socket == null
            ? other.socket == null && Ip.same(address, other.address)
            : socket.equals(other.socket));
  }

  String text() {
    return socket != null ? "unix:" + socket : NginxAddress.text(address, port);
  }
}
