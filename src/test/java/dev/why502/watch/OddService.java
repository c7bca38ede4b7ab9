package dev.why502.watch;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** What is no service of ours, or one that has lost its mind: each frame is answered as told. */
final class OddService implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;
  final List<ServerWebSocket> sockets = new CopyOnWriteArrayList<>();

  /**
   * @param answer what it does with a frame, once for each
   */
  OddService(BiConsumer<ServerWebSocket, JsonObject> answer) throws Exception {
    server =
        vertx
            .createHttpServer(new HttpServerOptions().setMaxWebSocketFrameSize(8 * 1024 * 1024))
            .webSocketHandler(
                socket -> {
                  sockets.add(socket);
                  socket.textMessageHandler(text -> answer.accept(socket, new JsonObject(text)));
                })
            .listen(0, "127.0.0.1")
            .await(10, TimeUnit.SECONDS);
  }

  /** Answers every question with nothing. */
  static void nothing(ServerWebSocket socket, JsonObject frame) {
    reply(socket, frame, new JsonObject().put("verdicts", new JsonArray()));
  }

  static void reply(ServerWebSocket socket, JsonObject frame, Object body) {
    String to = frame.getString("replyAddress");
    if (to != null) {
      socket.writeTextMessage(
          new JsonObject().put("type", "rec").put("address", to).put("body", body).encode());
    }
  }

  int port() {
    return server.actualPort();
  }

  /** To everybody who is connected. */
  void say(String frame) {
    sockets.forEach(socket -> socket.writeTextMessage(frame));
  }

  void publish(String address, Object body) {
    say(new JsonObject().put("type", "rec").put("address", address).put("body", body).encode());
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
