package dev.why502.app;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** The service behind the demo's gateway: a shop that is well, on whatever port was free. */
final class DemoService {
  static final String HOST = "127.0.0.1";

  private final HttpServer server;

  private DemoService(HttpServer server) {
    this.server = server;
  }

  static Future<DemoService> start(Vertx vertx) {
    return vertx
        .createHttpServer(options())
        .requestHandler(DemoService::answer)
        .listen(0, HOST)
        .map(DemoService::new);
  }

  /** HTTP/1.1 only, as a plain gateway and a plain service speak it. */
  static HttpServerOptions options() {
    return new HttpServerOptions().setHttp2ClearTextEnabled(false);
  }

  int port() {
    return server.actualPort();
  }

  Future<Void> close() {
    return server.close();
  }

  private static void answer(HttpServerRequest request) {
    request.response().putHeader("X-Powered-By", "why502-demo-shop");
    switch (request.path()) {
      case "/" ->
          answer(request, 200, "text/html; charset=utf-8", "<h1>A shop that is open</h1>\n");
      case "/api/templates" ->
          answer(request, 200, "application/json", templates().encodePrettily() + "\n");
      default -> answer(request, 404, "application/json", "{\"error\": \"no such resource\"}\n");
    }
  }

  private static void answer(HttpServerRequest request, int status, String type, String body) {
    request.response().setStatusCode(status).putHeader("Content-Type", type).end(body);
  }

  private static JsonObject templates() {
    JsonArray templates = new JsonArray();
    for (String name : List.of("portrait", "poster", "postcard")) {
      templates.add(new JsonObject().put("id", name).put("popular", true));
    }
    return new JsonObject().put("templates", templates);
  }
}
