package dev.why502.definition;

/** How a target is spoken to. */
public enum Scheme {
  HTTP(80, false, true),
  HTTPS(443, true, true),
  WS(80, false, true),
  WSS(443, true, true),
  TCP(-1, false, false),
  TLS(-1, true, false),
  /** HTTP over a unix domain socket. */
  UNIX(-1, false, true);

  private final int defaultPort;
  private final boolean tls;
  private final boolean http;

  Scheme(int defaultPort, boolean tls, boolean http) {
    this.defaultPort = defaultPort;
    this.tls = tls;
    this.http = http;
  }

  /** Port of a target that names none; -1 where the scheme has none. */
  public int defaultPort() {
    return defaultPort;
  }

  public boolean tls() {
    return tls;
  }

  /** Whether an HTTP request is sent, a WebSocket handshake included. */
  public boolean http() {
    return http;
  }

  public boolean webSocket() {
    return this == WS || this == WSS;
  }
}
