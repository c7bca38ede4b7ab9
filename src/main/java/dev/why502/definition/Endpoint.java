package dev.why502.definition;

import org.jspecify.annotations.Nullable;

/**
 * Where a connection is made to: a host and port, or a unix domain socket.
 *
 * @param host name or address without brackets; empty for a socket
 * @param port 1 to 65535; 0 for a socket
 * @param socket absolute path of a unix domain socket, or null
 */
public record Endpoint(String host, int port, @Nullable String socket) {
  public static Endpoint of(String host, int port) {
    return new Endpoint(host, port, null);
  }

  public static Endpoint unix(String path) {
    return new Endpoint("", 0, path);
  }

  /**
   * As nginx and curl write it: {@code 127.0.0.1:3001}, {@code [::1]:3001}, {@code
   * unix:/run/app.sock}.
   */
  public String text() {
    if (socket != null) {
      return "unix:" + socket;
    }
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  @Override
  public String toString() {
    return text();
  }
}
