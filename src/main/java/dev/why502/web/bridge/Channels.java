package dev.why502.web.bridge;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.SocketOption;
import jdk.net.ExtendedSocketOptions;

/** What only the channel below a connection can do, whatever the connection has become since. */
public final class Channels {
  /** Questions of the kernel that a peer may leave unanswered. */
  private static final int KEEP_ALIVE_TRIES = 4;

  private Channels() {}

  /** What a connection of the HTTP server goes through. */
  public static Channel of(HttpConnection connection) {
    return ((ConnectionBase) connection).channel();
  }

  static Channel of(NetSocket socket) {
    return ((NetSocketInternal) socket).channelHandlerContext().channel();
  }

  /**
   * Ends the connection and drops all that waits in it. Every close of Vert.x stands in line behind
   * what was written before, which for a peer that does not read means for ever.
   */
  public static void abort(Channel channel) {
    if (channel.isOpen()) {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
      // Not from the tail of the pipeline, where Vert.x would put it in line.
      var unused = channel.pipeline().firstContext().close();
    }
  }

  /**
   * Has the kernel ask the peer's kernel for a sign of life, and end the connection when none comes
   * for so long: the first question after a third of the time.
   */
  static void keepAlive(Channel channel, long goneMillis) {
    int goneSeconds = (int) Math.max(3, goneMillis / 1_000);
    int idle = goneSeconds / 3;
    int between = Math.max(1, (goneSeconds - idle) / KEEP_ALIVE_TRIES);
    channel.config().setOption(ChannelOption.SO_KEEPALIVE, true);
    if (channel instanceof EpollSocketChannel) {
      channel.config().setOption(EpollChannelOption.TCP_KEEPIDLE, idle);
      channel.config().setOption(EpollChannelOption.TCP_KEEPINTVL, between);
      channel.config().setOption(EpollChannelOption.TCP_KEEPCNT, KEEP_ALIVE_TRIES);
      // While something waits for an acknowledgement the kernel does not ask, but only repeats.
      channel.config().setOption(EpollChannelOption.TCP_USER_TIMEOUT, goneSeconds * 1_000);
    } else if (channel instanceof NioSocketChannel) {
      set(channel, ExtendedSocketOptions.TCP_KEEPIDLE, idle);
      set(channel, ExtendedSocketOptions.TCP_KEEPINTERVAL, between);
      set(channel, ExtendedSocketOptions.TCP_KEEPCOUNT, KEEP_ALIVE_TRIES);
    }
  }

  private static void set(Channel channel, SocketOption<Integer> option, int value) {
    channel.config().setOption(NioChannelOption.of(option), value);
  }
}
