package dev.why502.web.bridge;

/** What carries frames to a viewer. Each wants the same message in bytes of its own. */
enum Carrier {
  /** One frame, one text message. */
  WEB_SOCKET,

  /** The same as bytes: the official client in Java sends them, and reads nothing else. */
  BINARY_WEB_SOCKET,

  /** A WebSocket in the framing of SockJS 0.3.3. */
  FRAMED_WEB_SOCKET,

  /** The older transports of SockJS, which wrap and frame by themselves. */
  SOCK_JS,

  /** Each frame after its length (vertx-tcp-eventbus-bridge), with names of its own. */
  TCP;

  boolean tcp() {
    return this == TCP;
  }
}
