package dev.why502.probe;

import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a run, from connect to close. What arrives goes to whoever listens at that
 * time, and waits where nobody does yet; after {@link #leave()}, {@link #close()} or {@link
 * #drop()} it goes nowhere.
 */
final class Line {
  /**
   * How long a peer that was asked to close gets to do so. Whoever closes first keeps the port for
   * a minute (TIME_WAIT), and a prober has more connections than its peers.
   */
  private static final long LEAVE_MILLIS = 100;

  /** What a peer that speaks out of turn may say before anybody listens. */
  private static final int EARLY_LIMIT = 64 * 1024;

  private final Vertx vertx;
  private final NetSocketInternal socket;
  private @Nullable Consumer<Buffer> onData;
  private @Nullable Consumer<@Nullable Throwable> onClose;
  private @Nullable Throwable broken;
  private @Nullable Buffer early;
  private boolean left;
  private boolean closed;
  private long timer = -1;

  Line(Vertx vertx, NetSocket connected) {
    this.vertx = vertx;
    this.socket = (NetSocketInternal) connected;
    socket.exceptionHandler(this::broke);
    socket.handler(this::arrived);
    socket.closeHandler(ignored -> ended());
  }

  NetSocketInternal socket() {
    return socket;
  }

  /** What broke the connection, if something did. */
  @Nullable Throwable broken() {
    return broken;
  }

  boolean closed() {
    return closed;
  }

  /**
   * @param close told once, with what broke the connection or with null when the peer closed it
   */
  void listen(Consumer<Buffer> data, Consumer<@Nullable Throwable> close) {
    onData = data;
    onClose = close;
    Buffer waiting = early;
    early = null;
    if (waiting != null) {
      data.accept(waiting);
    }
    if (closed && onClose == close) {
      onClose = null;
      close.accept(broken);
    }
  }

  /** Nobody listens for a while. */
  void hush() {
    onData = null;
    onClose = null;
  }

  /** A write failed; the close that follows is its doing. */
  void broke(Throwable cause) {
    if (broken == null) {
      broken = cause;
    }
  }

  /** Lets the peer close, and closes when it does not. */
  void leave() {
    silence();
    if (!closed) {
      timer = vertx.setTimer(LEAVE_MILLIS, id -> drop());
    }
  }

  /** Closes in order and, should that hang on what the peer does not read, at once. */
  void close() {
    silence();
    if (!closed) {
      timer = vertx.setTimer(LEAVE_MILLIS, id -> drop());
      var unused = socket.channelHandlerContext().channel().close();
    }
  }

  /** Closes now: nothing queued is waited for, no TLS farewell is said. */
  void drop() {
    silence();
    if (!closed) {
      ChannelHandlerContext tls = socket.channelHandlerContext().pipeline().context("ssl");
      // From the TLS handler outward: its own close would wait for its farewell to be taken.
      var unused = tls == null ? socket.channelHandlerContext().channel().close() : tls.close();
    }
  }

  private void silence() {
    hush();
    left = true;
    early = null;
  }

  private void arrived(Buffer data) {
    if (onData != null) {
      onData.accept(data);
    } else if (!left && (early == null || early.length() < EARLY_LIMIT)) {
      early = early == null ? data : early.copy().appendBuffer(data);
    }
  }

  private void ended() {
    closed = true;
    vertx.cancelTimer(timer);
    Consumer<@Nullable Throwable> told = onClose;
    onData = null;
    onClose = null;
    if (told != null) {
      told.accept(broken);
    }
  }
}
