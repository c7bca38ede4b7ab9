package dev.why502.web.bridge;

import io.vertx.ext.web.handler.sockjs.SockJSSocket;

/**
 * One of the transports that SockJS falls back to where WebSockets do not get through. Its session
 * keeps the heartbeat and ends when nobody fetches for five seconds.
 */
final class SockJsLink implements Link {
  private final SockJSSocket socket;
  private long behind;
  private boolean closed;

  SockJsLink(SockJSSocket socket) {
    this.socket = socket;
  }

  @Override
  public Carrier carrier() {
    return Carrier.SOCK_JS;
  }

  void open(Viewer viewer) {
    socket.exceptionHandler(failure -> leave(viewer));
    socket.endHandler(end -> leave(viewer));
    socket.closeHandler(close -> leave(viewer));
    socket.handler(bytes -> viewer.received(bytes.toString()));
  }

  private void leave(Viewer viewer) {
    closed = true;
    viewer.left();
  }

  @Override
  public void send(Outgoing message) {
    message.texts(Carrier.SOCK_JS).forEach(this::send);
  }

  private void send(String frame) {
    if (closed) {
      return;
    }
    behind += frame.length();
    if (behind > Outflow.MAX_BEHIND) {
      close(WebSocketLink.TRY_AGAIN_LATER, "too far behind");
      return;
    }
    socket.write(frame).onComplete(written -> behind -= frame.length());
  }

  @Override
  public void close(int code, String reason) {
    if (!closed) {
      closed = true;
      socket.close(code, reason);
    }
  }

  @Override
  public void look(long nowNanos) {}

  @Override
  public void tick(long nowNanos) {}
}
