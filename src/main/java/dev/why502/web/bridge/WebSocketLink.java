package dev.why502.web.bridge;

import io.netty.channel.Channel;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket, bare or in the framing of SockJS 0.3.3. It is ours and not the one of Vert.x: that
 * one cannot be pinged, does not tell how far behind a viewer is, and drops those who never ping.
 */
final class WebSocketLink implements Link {
  static final short TRY_AGAIN_LATER = 1013;

  private final ServerWebSocket socket;
  private final Outflow out;
  private final Runnable abort;
  private Carrier carrier;
  private final long goneNanos;
  private long heardNanos;
  private boolean closed;
  private @Nullable Viewer viewer;

  /**
   * A link over an open WebSocket.
   *
   * @param abort ends the connection, soon, whether or not the peer takes what is on its way
   */
  WebSocketLink(
      ServerWebSocket socket,
      Channel channel,
      Runnable abort,
      Carrier carrier,
      long goneMillis,
      long nowNanos) {
    this.socket = socket;
    this.out = new Outflow(channel, nowNanos);
    this.abort = abort;
    this.carrier = carrier;
    this.goneNanos = goneMillis * 1_000_000;
    this.heardNanos = nowNanos;
  }

  @Override
  public Carrier carrier() {
    return carrier;
  }

  /** Carries frames to and from the viewer until one of the two closes. */
  void open(Viewer joined, LongSupplier nanoTime) {
    viewer = joined;
    socket.exceptionHandler(failure -> close(1002, "the frame cannot be read"));
    socket.closeHandler(
        gone -> {
          closed = true;
          joined.left();
        });
    socket.pongHandler(pong -> heardNanos = nanoTime.getAsLong());
    socket.textMessageHandler(
        text -> {
          heardNanos = nanoTime.getAsLong();
          speaks(Carrier.WEB_SOCKET);
          received(joined, text);
        });
    socket.binaryMessageHandler(
        bytes -> {
          heardNanos = nanoTime.getAsLong();
          speaks(Carrier.BINARY_WEB_SOCKET);
          received(joined, bytes.toString());
        });
    if (framed()) {
      word("o");
    }
  }

  /** A bare WebSocket is answered as it is spoken to. */
  private void speaks(Carrier like) {
    carrier = framed() ? carrier : like;
  }

  private boolean framed() {
    return carrier == Carrier.FRAMED_WEB_SOCKET;
  }

  private void received(Viewer from, String text) {
    if (!framed()) {
      from.received(text);
      return;
    }
    try {
      Object messages = text.isEmpty() ? new JsonArray() : Json.decodeValue(text);
      if (messages instanceof JsonArray array) {
        array.forEach(message -> from.received(String.valueOf(message)));
      } else if (messages instanceof String one) {
        from.received(one);
      } else if (messages instanceof JsonObject) {
        close(1002, "not a SockJS frame");
      }
    } catch (DecodeException e) {
      close(1002, "not a SockJS frame");
    }
  }

  @Override
  public void send(Outgoing message) {
    if (!closed) {
      out.write(message.bytes(carrier));
      if (out.tooFarBehind()) {
        close(TRY_AGAIN_LATER, "too far behind");
      }
    }
  }

  /** A frame of SockJS that is no message. */
  private void word(String text) {
    out.write(Outgoing.webSocket(text));
  }

  @Override
  public void close(int code, String reason) {
    if (!closed) {
      closed = true;
      if (viewer != null) {
        viewer.left();
      }
      if (out.waiting() == 0) {
        socket.close((short) code, reason);
      } else {
        // In line behind the rest; Vert.x would wait for an answer from the moment that it leaves.
        out.write(Outgoing.closing(code, reason));
      }
      abort.run();
    }
  }

  @Override
  public void look(long nowNanos) {
    if (!closed && out.stalled(nowNanos)) {
      close(TRY_AGAIN_LATER, "too far behind");
    }
  }

  @Override
  public void tick(long nowNanos) {
    if (nowNanos - heardNanos > goneNanos) {
      close(1001, "no sign of life");
    } else if (!closed) {
      socket.writePing(Buffer.buffer("why502"));
      if (framed()) {
        word("h");
      }
    }
  }
}
