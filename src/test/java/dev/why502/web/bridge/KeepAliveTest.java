package dev.why502.web.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.transport.Transport;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who listens over TCP and has gone without a word is found out by the kernel within 60 s. */
@Timeout(30)
class KeepAliveTest {
  private static final int GONE_MILLIS = 60_000;

  @Test
  void kernelAsksAfterTwentySecondsAndGivesUpAfterSixty() throws Exception {
    // Given
    Vertx vertx = Vertx.vertx();
    try {
      // When
      Channel channel = accepted(vertx);
      // Then
      assertEquals(
          List.of(true, 20, 10, 4),
          List.of(
              channel.config().getOption(ChannelOption.SO_KEEPALIVE),
              channel.config().getOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE)),
              channel
                  .config()
                  .getOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL)),
              channel
                  .config()
                  .getOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT))));
    } finally {
      vertx.close().await(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void nativeTransportAlsoGivesUpOnWhatIsNotAcknowledged() throws Exception {
    // Given
    Transport transport = Transport.nativeTransport();
    boolean there = transport != null && transport.available();
    if (!there && Boolean.getBoolean("why502.require.gateways")) {
      fail("the native transport is required");
    }
    assumeTrue(there, "skipped: no native transport here");
    Vertx vertx = Vertx.builder().withTransport(transport).build();
    try {
      // When
      Channel channel = accepted(vertx);
      // Then
      assertEquals(
          List.of(true, 20, 10, 4, GONE_MILLIS),
          List.of(
              channel.config().getOption(ChannelOption.SO_KEEPALIVE),
              channel.config().getOption(EpollChannelOption.TCP_KEEPIDLE),
              channel.config().getOption(EpollChannelOption.TCP_KEEPINTVL),
              channel.config().getOption(EpollChannelOption.TCP_KEEPCNT),
              channel.config().getOption(EpollChannelOption.TCP_USER_TIMEOUT)));
    } finally {
      vertx.close().await(10, TimeUnit.SECONDS);
    }
  }

  private static Channel accepted(Vertx vertx) throws Exception {
    Promise<Channel> accepted = Promise.promise();
    NetServer server =
        vertx
            .createNetServer()
            .connectHandler(
                socket -> {
                  Channel channel = Channels.of(socket);
                  Channels.keepAlive(channel, GONE_MILLIS);
                  accepted.complete(channel);
                })
            .listen(0, "127.0.0.1")
            .await(10, TimeUnit.SECONDS);
    vertx.createNetClient().connect(server.actualPort(), "127.0.0.1").await(10, TimeUnit.SECONDS);
    return accepted.future().await(10, TimeUnit.SECONDS);
  }
}
