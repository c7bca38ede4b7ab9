package dev.why502.app;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A site as it should be: nginx in front of a service that takes its time and answers 200. */
final class ServiceSite implements AutoCloseable {
  private final HttpServer service;
  private final Process nginx;
  private final Path directory;
  private final int port;

  private ServiceSite(HttpServer service, Process nginx, Path directory, int port) {
    this.service = service;
    this.nginx = nginx;
    this.directory = directory;
    this.port = port;
  }

  static ServiceSite start(Vertx vertx, Path directory, long answerMillis) throws Exception {
    HttpServer service =
        vertx
            .createHttpServer()
            .requestHandler(
                request -> vertx.setTimer(answerMillis, id -> request.response().end("well\n")))
            .listen(0, "127.0.0.1")
            .await(10, TimeUnit.SECONDS);
    int port = ServiceProcess.freePort();
    Path conf = directory.resolve("nginx.conf");
    Files.writeString(
        conf,
        """
        daemon off; master_process off; pid DIR/nginx.pid; error_log DIR/error.log notice;
        events { worker_connections 512; }
        http {
          access_log off;
          client_body_temp_path DIR/body; proxy_temp_path DIR/proxy; fastcgi_temp_path DIR/fastcgi;
          uwsgi_temp_path DIR/uwsgi; scgi_temp_path DIR/scgi;
          server {
            listen 127.0.0.1:EDGE;
            location / { proxy_pass http://127.0.0.1:SERVICE; }
          }
        }
        """
            .replace("DIR", directory.toString())
            .replace("EDGE", Integer.toString(port))
            .replace("SERVICE", Integer.toString(service.actualPort())));
    Process nginx =
        new ProcessBuilder("nginx", "-p", directory.toString(), "-c", conf.toString())
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("nginx.out").toFile())
            .start();
    ServiceSite site = new ServiceSite(service, nginx, directory, port);
    ServiceProcess.until(10_000, "nginx listens", () -> listens(port));
    return site;
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  int port() {
    return port;
  }

  int servicePort() {
    return service.actualPort();
  }

  /** Half of the probes through nginx and half of the service itself. */
  JsonObject definitions(int probes, String interval, String timeout) {
    JsonArray all = new JsonArray();
    for (int i = 0; i < probes; i++) {
      boolean edge = i % 2 == 0;
      JsonObject probe =
          new JsonObject()
              .put("id", (edge ? "edge-" : "service-") + i)
              .put("target", "http://127.0.0.1:" + (edge ? port : servicePort()) + "/page/" + i)
              .put(
                  "expect",
                  new JsonObject().put("status", JsonArray.of(200)).put("within", "1500ms"));
      all.add(edge ? probe.put("gateway", "site-nginx") : probe);
    }
    return new JsonObject()
        .put("defaults", new JsonObject().put("interval", interval).put("timeout", timeout))
        .put(
            "gateways",
            JsonArray.of(
                new JsonObject()
                    .put("id", "site-nginx")
                    .put("kind", "nginx")
                    .put("config", directory.resolve("nginx.conf").toString())
                    .put("errorLog", directory.resolve("error.log").toString())))
        .put("probes", all);
  }

  /** As a program does that never leaves half a file. */
  static void write(Path file, JsonObject definitions) throws IOException {
    Path next = file.resolveSibling("next.json");
    Files.writeString(next, definitions.encodePrettily());
    Files.move(
        next,
        file,
        java.nio.file.StandardCopyOption.ATOMIC_MOVE,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  static List<JsonObject> down(List<JsonObject> frames) {
    return frames.stream()
        .filter(frame -> "why502.verdicts".equals(frame.getString("address")))
        .map(frame -> frame.getJsonObject("body"))
        .filter(verdict -> "down".equals(verdict.getString("state")))
        .toList();
  }

  @Override
  public void close() {
    nginx.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
    service.close().await();
  }
}
