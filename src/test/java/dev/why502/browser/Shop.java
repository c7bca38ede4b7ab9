package dev.why502.browser;

import dev.why502.app.ServiceProcess;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A shop: the real nginx in front of a service, and definitions that watch both. */
final class Shop implements AutoCloseable {
  private final Path directory;
  private final HttpServer service;
  private final int edge;
  private final int nowhere;
  private final Process nginx;

  private Shop(Vertx vertx, Path directory, Consumer<HttpServerRequest> answer) throws Exception {
    this.directory = directory;
    this.edge = ServiceProcess.freePort();
    this.nowhere = ServiceProcess.freePort();
    service =
        vertx
            .createHttpServer()
            .requestHandler(answer::accept)
            .listen(0, "127.0.0.1")
            .await(10, TimeUnit.SECONDS);
    Files.createDirectories(directory.resolve("sites-enabled"));
    Files.writeString(
        config(),
        """
        daemon off; user root; worker_processes 1; pid DIR/nginx.pid; error_log DIR/error.log notice;
        events { worker_connections 256; }
        http {
          access_log off;
          client_body_temp_path DIR/body; proxy_temp_path DIR/proxy; fastcgi_temp_path DIR/fastcgi;
          uwsgi_temp_path DIR/uwsgi; scgi_temp_path DIR/scgi;
          include DIR/sites-enabled/*;
        }
        """
            .replace("DIR", directory.toString()));
    Files.writeString(
        site(),
        """
        server {
          listen 127.0.0.1:EDGE;
          location / { return 200 "a shop\\n"; }
          location /api/ {
            proxy_pass http://127.0.0.1:SERVICE;
          }
        }
        """
            .replace("EDGE", Integer.toString(edge))
            .replace("SERVICE", Integer.toString(service.actualPort())));
    nginx =
        new ProcessBuilder("nginx", "-p", directory.toString(), "-c", config().toString())
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("nginx.out").toFile())
            .start();
    ServiceProcess.until(10_000, "nginx listens", () -> status() > 0);
  }

  /**
   * @param answer what the service says to each request
   */
  static Shop start(Vertx vertx, Path directory, Consumer<HttpServerRequest> answer)
      throws Exception {
    return new Shop(vertx, directory, answer);
  }

  private Path config() {
    return directory.resolve("nginx.conf");
  }

  private Path site() {
    return directory.resolve("sites-enabled/shop");
  }

  String edge() {
    return "http://127.0.0.1:" + edge;
  }

  /** The status that a visitor gets now; 0 for none. */
  int status() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), edge)) {
      socket.setSoTimeout(5_000);
      socket
          .getOutputStream()
          .write(
              "GET /api/templates HTTP/1.0\r\nHost: shop\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      String head = new String(socket.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1);
      return head.length() == 12 ? Integer.parseInt(head.substring(9)) : 0;
    } catch (IOException | NumberFormatException notYet) {
      return 0;
    }
  }

  /** From now on nginx sends to a port where nothing listens. */
  void misdirect() throws Exception {
    String right = Files.readString(site());
    Files.writeString(site(), right.replace(":" + service.actualPort() + ";", ":" + nowhere + ";"));
    ServiceProcess.run("nginx", "-s", "reload", "-c", config().toString());
  }

  /** What watches it, once a second. */
  Path definitions() throws IOException {
    Path file = directory.resolve("probes.json");
    JsonObject definitions =
        new JsonObject()
            .put("defaults", new JsonObject().put("interval", "1s").put("timeout", "2s"))
            .put(
                "gateways",
                JsonArray.of(
                    new JsonObject()
                        .put("id", "shop-nginx")
                        .put("kind", "nginx")
                        .put("config", config().toString())
                        .put("errorLog", directory.resolve("error.log").toString())))
            .put(
                "probes",
                JsonArray.of(
                    probe("templates", edge() + "/api/templates?sort=popular")
                        .put("description", "Templates on the front page")
                        .put("gateway", "shop-nginx")
                        .put("upstreams", JsonArray.of("backend")),
                    probe("permissions", edge() + "/api/user-permissions/test")
                        .put("description", "What a customer may do")
                        .put("gateway", "shop-nginx")
                        .put("upstreams", JsonArray.of("backend")),
                    probe("front-page", edge() + "/").put("gateway", "shop-nginx"),
                    probe(
                        "backend", "http://127.0.0.1:" + service.actualPort() + "/api/templates")));
    Files.writeString(file, definitions.encodePrettily());
    return file;
  }

  private static JsonObject probe(String id, String target) {
    return new JsonObject().put("id", id).put("target", target);
  }

  @Override
  public void close() {
    nginx.destroy();
    nginx.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    service.close().await();
  }
}
