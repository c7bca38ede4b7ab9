package dev.why502.web.bridge;

import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection that speaks the protocol of vertx-tcp-eventbus-bridge: each frame is JSON after its
 * length in four bytes.
 *
 * <p>That protocol has a ping of the client's and none of ours. Who has registered an address is
 * therefore asked for a sign of life by the kernel ({@link Channels#keepAlive}). Who has not, waits
 * for nothing: without any frame of his own he loses his place.
 */
final class TcpLink implements Link {
  private static final int LENGTH_BYTES = 4;

  /** No JSON object is shorter. */
  private static final int MIN_FRAME = 2;

  private final NetSocket socket;
  private final Channel channel;
  private final Outflow out;
  private final Runnable abort;
  private final long goneNanos;
  private final LongSupplier nanoTime;
  private Buffer pending = Buffer.buffer();
  private long heardNanos;
  private long begunNanos;
  private boolean closed;
  private @Nullable Viewer viewer;

  /**
   * A link over an accepted connection.
   *
   * @param abort ends the connection, soon, whether or not the peer takes what is on its way
   */
  TcpLink(NetSocket socket, Runnable abort, long goneMillis, LongSupplier nanoTime) {
    this.socket = socket;
    this.channel = Channels.of(socket);
    this.out = new Outflow(channel, nanoTime.getAsLong());
    this.abort = abort;
    this.goneNanos = goneMillis * 1_000_000;
    this.nanoTime = nanoTime;
    this.heardNanos = nanoTime.getAsLong();
    this.begunNanos = heardNanos;
  }

  @Override
  public Carrier carrier() {
    return Carrier.TCP;
  }

  void open(Viewer joined) {
    viewer = joined;
    socket.exceptionHandler(failure -> close(0, "the connection broke"));
    socket.closeHandler(
        gone -> {
          closed = true;
          joined.left();
        });
    socket.handler(bytes -> received(joined, bytes));
  }

  private void received(Viewer from, Buffer bytes) {
    if (closed) {
      // What still comes after a refusal is read, so that the peer can read the refusal.
      return;
    }
    if (pending.length() == 0) {
      begunNanos = nanoTime.getAsLong();
    }
    pending.appendBuffer(bytes);
    int at = 0;
    while (!closed && pending.length() - at >= LENGTH_BYTES) {
      int length = pending.getInt(at);
      if (length < MIN_FRAME || length > Bridge.MAX_FRAME) {
        refuse(length < MIN_FRAME ? "invalid_length" : "frame_too_long");
        return;
      }
      int end = at + LENGTH_BYTES + length;
      if (pending.length() < end) {
        break;
      }
      from.received(pending.getString(at + LENGTH_BYTES, end));
      at = end;
      begunNanos = nanoTime.getAsLong();
      if (from.admitted()) {
        heardNanos = begunNanos;
      }
    }
    if (at > 0) {
      pending = pending.getBuffer(at, pending.length());
    }
  }

  /** What follows cannot be read: nobody knows where the next frame begins. */
  private void refuse(String problem) {
    try (Outgoing error = Frames.error(problem)) {
      out.write(error.bytes(Carrier.TCP));
    }
    leave();
    // Only our direction: a reset would overtake the answer while more of the peer's comes in.
    var unused = ((DuplexChannel) channel).shutdownOutput();
  }

  private void leave() {
    closed = true;
    pending = Buffer.buffer();
    if (viewer != null) {
      viewer.left();
    }
    abort.run();
  }

  @Override
  public void send(Outgoing message) {
    if (!closed) {
      out.write(message.bytes(Carrier.TCP));
      if (out.tooFarBehind()) {
        close(WebSocketLink.TRY_AGAIN_LATER, "too far behind");
      }
    }
  }

  /** The protocol has no word for it: neither code nor reason is told. */
  @Override
  public void close(int code, String reason) {
    if (!closed) {
      leave();
      socket.close();
    }
  }

  @Override
  public void look(long nowNanos) {
    if (!closed && out.stalled(nowNanos)) {
      close(WebSocketLink.TRY_AGAIN_LATER, "too far behind");
    }
  }

  @Override
  public void tick(long nowNanos) {
    boolean waits = viewer != null && viewer.waits();
    boolean silent = !waits && nowNanos - heardNanos > goneNanos;
    boolean drips = pending.length() > 0 && nowNanos - begunNanos > goneNanos;
    if (silent || drips) {
      close(1001, "no sign of life");
    }
  }
}
