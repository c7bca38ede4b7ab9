package dev.why502.app;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** A webhook that keeps all that it was sent, and may have its sender killed while it comes in. */
final class ServiceReceiver implements AutoCloseable {
  /** What one message said, and the body that it said it with. */
  record Heard(String key, String event, JsonObject incident, Instant at) {
    String id() {
      return incident.getString("id");
    }

    long seq() {
      return incident.getLong("seq");
    }
  }

  private final List<Heard> heard = new ArrayList<>();
  private final HttpServer server;
  private volatile Runnable onceBefore = () -> {};
  private volatile Runnable onceAfter = () -> {};

  ServiceReceiver(Executor executor) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/hook", this::take);
    server.setExecutor(executor);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
  }

  /** Runs once, when the next message is in and has no answer yet. */
  void beforeNextAnswer(Runnable runnable) {
    onceBefore = runnable;
  }

  /** Runs once, when the next message was answered. */
  void afterNextAnswer(Runnable runnable) {
    onceAfter = runnable;
  }

  private void take(HttpExchange exchange) throws IOException {
    JsonObject body =
        new JsonObject(
            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    Heard one =
        new Heard(
            exchange.getRequestHeaders().getFirst("Idempotency-Key"),
            body.getString("event"),
            body.getJsonObject("incident"),
            Instant.now());
    synchronized (heard) {
      heard.add(one);
    }
    Runnable before = onceBefore;
    onceBefore = () -> {};
    before.run();
    try {
      exchange.sendResponseHeaders(200, -1);
    } catch (IOException gone) {
      // Its sender was killed just now.
    }
    exchange.close();
    Runnable after = onceAfter;
    onceAfter = () -> {};
    after.run();
  }

  List<Heard> heard() {
    synchronized (heard) {
      return List.copyOf(heard);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
