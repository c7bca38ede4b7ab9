package dev.why502.watch;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A way to a service that goes dead without a word, as one through a lost router does. */
final class Relay implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final NetClient client = vertx.createNetClient();
  private final NetServer server;
  private final List<NetSocket> dead = new CopyOnWriteArrayList<>();
  private final List<NetSocket> open = new CopyOnWriteArrayList<>();

  Relay(int port) throws Exception {
    server =
        vertx
            .createNetServer()
            .connectHandler(
                near -> {
                  near.pause();
                  client
                      .connect(port, "127.0.0.1")
                      .onSuccess(
                          far -> {
                            open.add(near);
                            near.handler(bytes -> pass(near, far, bytes));
                            far.handler(bytes -> pass(near, near, bytes));
                            near.closeHandler(gone -> far.close());
                            near.resume();
                          });
                })
            .listen(0, "127.0.0.1")
            .await(10, TimeUnit.SECONDS);
  }

  private void pass(NetSocket near, NetSocket to, io.vertx.core.buffer.Buffer bytes) {
    if (!dead.contains(near)) {
      to.write(bytes);
    }
  }

  int port() {
    return server.actualPort();
  }

  /** What is connected now carries nothing any more; later connections do. */
  void mute() {
    dead.addAll(open);
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
