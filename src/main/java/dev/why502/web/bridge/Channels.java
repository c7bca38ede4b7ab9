package dev.why502.web.bridge;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/** What only the channel below a connection can do, whatever the connection has become since. */
final class Channels {
  private Channels() {}

  /**
   * Ends the connection and drops all that waits in it. Every close of Vert.x stands in line behind
   * what was written before, which for a peer that does not read means for ever.
   */
  static void abort(HttpConnection connection) {
    if (connection instanceof ConnectionBase base) {
      Channel channel = base.channel();
      if (channel.isOpen()) {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        // Not from the tail of the pipeline, where Vert.x would put it in line.
        var unused = channel.pipeline().firstContext().close();
      }
    } else {
      connection.close();
    }
  }
}
