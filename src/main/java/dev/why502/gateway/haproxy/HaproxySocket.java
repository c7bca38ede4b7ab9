package dev.why502.gateway.haproxy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Asks HAProxy's stats socket one question that changes nothing, at a path or at {@code host:port}.
 * Futures fail where there is no answer.
 */
final class HaproxySocket {
  static final long TIMEOUT_MILLIS = 500;
  static final int MAX_BYTES = 1024 * 1024;
  private static final String QUESTION = "show stat\n";

  private final Vertx vertx;
  private final NetClient client;

  HaproxySocket(Vertx vertx) {
    this.vertx = vertx;
    this.client =
        vertx.createNetClient(new NetClientOptions().setConnectTimeout((int) TIMEOUT_MILLIS));
  }

  Future<String> ask(String admin) {
    String path = path(admin);
    if (path != null) {
      return vertx.executeBlocking(() -> overSocket(path), false);
    }
    String plain = admin.startsWith("tcp://") ? admin.substring(6) : admin;
    HaproxyAddress address = HaproxyAddress.parse(plain);
    if (address.fault() != null || address.port() < 1 || address.host().isEmpty()) {
      return Future.failedFuture("no stats socket");
    }
    return client
        .connect(address.port(), address.host())
        .compose(this::over)
        .timeout(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static @org.jspecify.annotations.Nullable String path(String admin) {
    if (admin.startsWith("/")) {
      return admin;
    }
    for (String scheme : new String[] {"unix://", "unix:", "unix@"}) {
      if (admin.startsWith(scheme)) {
        return admin.substring(scheme.length());
      }
    }
    return null;
  }

  private Future<String> over(NetSocket socket) {
    Promise<String> answer = Promise.promise();
    Buffer all = Buffer.buffer();
    socket.handler(
        part -> {
          all.appendBuffer(part);
          if (all.length() > MAX_BYTES) {
            answer.tryComplete(all.toString(StandardCharsets.ISO_8859_1));
            socket.close();
          }
        });
    socket.exceptionHandler(answer::tryFail);
    socket.closeHandler(end -> answer.tryComplete(all.toString(StandardCharsets.ISO_8859_1)));
    socket.write(QUESTION);
    // Whoever accepts and is silent is left when the time is up.
    vertx.setTimer(TIMEOUT_MILLIS, late -> socket.close());
    return answer.future();
  }

  /** Blocks, at most as long as the limit; the platform's sockets reach a path everywhere. */
  private static String overSocket(String path) throws IOException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        Selector selector = Selector.open()) {
      // A local connect either is there at once or fails; non-blocking, a full queue fails too.
      channel.configureBlocking(false);
      if (!channel.connect(UnixDomainSocketAddress.of(path))) {
        channel.register(selector, SelectionKey.OP_CONNECT);
        await(selector, end);
        channel.finishConnect();
      }
      ByteBuffer question = ByteBuffer.wrap(QUESTION.getBytes(StandardCharsets.US_ASCII));
      channel.write(question);
      channel.register(selector, SelectionKey.OP_READ);
      StringBuilder all = new StringBuilder();
      ByteBuffer part = ByteBuffer.allocate(64 * 1024);
      while (all.length() < MAX_BYTES) {
        await(selector, end);
        part.clear();
        int read = channel.read(part);
        if (read < 0) {
          return all.toString();
        }
        all.append(new String(part.array(), 0, part.position(), StandardCharsets.ISO_8859_1));
      }
      return all.toString();
    }
  }

  private static void await(Selector selector, long endNanos) throws IOException {
    long millis = TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime());
    if (millis <= 0 || selector.select(millis) == 0) {
      throw new IOException("no answer within " + TIMEOUT_MILLIS + " ms");
    }
    selector.selectedKeys().clear();
  }
}
