package dev.why502.web;

import io.netty.channel.ChannelOption;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;

/** One open event stream. */
final class EventReader {
  /** What may wait for a reader that does not read, in characters. */
  static final int MAX_BEHIND = 1024 * 1024;

  private final HttpServerResponse response;
  private final HttpConnection connection;
  private final News.Wanted wanted;
  private int behind;
  private boolean begun;
  private boolean closed;

  EventReader(HttpServerResponse response, HttpConnection connection, News.Wanted wanted) {
    this.response = response;
    this.connection = connection;
    this.wanted = wanted;
  }

  News.Wanted wanted() {
    return wanted;
  }

  /** It has what it missed; news may follow. */
  void begun() {
    begun = true;
  }

  /** Sends the news if this reader asked for them and is not about to get them anyway. */
  void offer(News news) {
    if (begun && wanted.takes(news)) {
      write(news.text(wanted.language()));
    }
  }

  /** Sends; a reader that is too far behind is cut off. */
  void write(String text) {
    if (closed) {
      return;
    }
    behind += text.length();
    if (behind > MAX_BEHIND) {
      closed = true;
      abort();
      return;
    }
    response.write(text).onComplete(written -> behind -= text.length());
  }

  /** Every close of Vert.x stands in line behind what waits: for such a peer, for ever. */
  private void abort() {
    if (connection instanceof ConnectionBase base && base.channel().isOpen()) {
      base.channel().config().setOption(ChannelOption.SO_LINGER, 0);
      var unused = base.channel().pipeline().firstContext().close();
    }
  }

  /** The peer has gone. */
  void gone() {
    closed = true;
  }

  /** In order; the reader's browser will try again. */
  void end() {
    if (!closed) {
      closed = true;
      // Fails only where the peer was faster.
      response.end();
    }
  }
}
