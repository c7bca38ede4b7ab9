package dev.why502.app;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystem;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A broken site on this machine's loopback: a gateway that sends /api/ to a port where nothing
 * listens, and the service on another. All of it lies in one temporary directory, which {@link
 * #close} removes.
 */
final class DemoSite {
  /** What a visitor of the site asks for, and does not get. */
  static final String API = "/api/templates?sort=popular&limit=6";

  /**
   * The gateway lives in our own process. A pid file that names none keeps "there is no nginx" from
   * being read as "the gateway does not run".
   */
  private static final String NO_PROCESS = "within the demo\n";

  private final Vertx vertx;
  private final Path directory;
  private final Socket reserved;
  private final DemoService service;
  private final DemoGateway gateway;

  private DemoSite(
      Vertx vertx, Path directory, Socket reserved, DemoService service, DemoGateway gateway) {
    this.vertx = vertx;
    this.directory = directory;
    this.reserved = reserved;
    this.service = service;
    this.gateway = gateway;
  }

  /** The site, broken and answering; fails where the machine gives no port or no directory. */
  static Future<DemoSite> start(Vertx vertx) {
    return start(vertx, InstantSource.system());
  }

  static Future<DemoSite> start(Vertx vertx, InstantSource clock) {
    FileSystem files = vertx.fileSystem();
    return files
        .createTempDirectory("why502-demo-")
        .map(Path::of)
        .compose(
            directory ->
                files
                    .mkdir(directory.resolve("sites-enabled").toString())
                    .compose(made -> files.mkdir(directory.resolve("logs").toString()))
                    .compose(made -> build(vertx, directory, clock))
                    .recover(
                        failure ->
                            files
                                .deleteRecursive(directory.toString())
                                .transform(removed -> Future.failedFuture(failure))));
  }

  private static Future<DemoSite> build(Vertx vertx, Path directory, InstantSource clock) {
    Future<Socket> reserved = vertx.executeBlocking(DemoSite::reserve);
    Future<DemoService> service = DemoService.start(vertx);
    Future<DemoGateway> gateway =
        DemoGateway.start(vertx, site(directory), errorLog(directory), clock);
    return Future.join(reserved, service, gateway)
        .compose(
            started -> {
              DemoSite site =
                  new DemoSite(
                      vertx, directory, reserved.result(), service.result(), gateway.result());
              return site.configure().map(configured -> site);
            })
        .onFailure(
            failure -> {
              reserved.onSuccess(DemoSite::release);
              service.onSuccess(DemoService::close);
              gateway.onSuccess(DemoGateway::close);
            });
  }

  /** Where visitors come in, without a path. */
  URI edge() {
    return URI.create("http://" + DemoService.HOST + ":" + gateway.port());
  }

  /** The service itself, without a path. */
  URI upstream() {
    return URI.create("http://" + DemoService.HOST + ":" + rightPort());
  }

  /** The gateway's main configuration file, which includes {@link #site}. */
  Path config() {
    return directory.resolve("nginx.conf");
  }

  /** The file with the wrong line. */
  Path site() {
    return site(directory);
  }

  Path errorLog() {
    return errorLog(directory);
  }

  /** Where the gateway sends: bound by nobody who listens, and kept from being taken. */
  int wrongPort() {
    return reserved.getLocalPort();
  }

  /** Where the service listens. */
  int rightPort() {
    return service.port();
  }

  /** Definitions of this site, as a definitions file holds them. */
  JsonObject definitions() {
    String gateway = "demo-gateway";
    return new JsonObject()
        .put("defaults", new JsonObject().put("interval", "1s").put("timeout", "2s"))
        .put(
            "gateways",
            new JsonArray()
                .add(
                    new JsonObject()
                        .put("id", gateway)
                        .put("kind", "nginx")
                        .put("config", config().toString())
                        .put("errorLog", errorLog().toString())))
        .put(
            "probes",
            new JsonArray()
                .add(
                    probe("templates", edge().resolve(API))
                        .put("gateway", gateway)
                        .put("upstreams", new JsonArray().add("backend")))
                .add(probe("front-page", edge().resolve("/")).put("gateway", gateway))
                .add(probe("backend", upstream().resolve(API))));
  }

  private static JsonObject probe(String id, URI target) {
    return new JsonObject().put("id", id).put("target", target.toString());
  }

  /** Does what the fix says: corrects the port in that line, then reloads the gateway. */
  Future<Void> repair() {
    FileSystem files = vertx.fileSystem();
    return files
        .readFile(site().toString())
        .map(text -> text.toString().replace(":" + wrongPort() + "/", ":" + rightPort() + "/"))
        .compose(text -> files.writeFile(site().toString(), Buffer.buffer(text)))
        .compose(written -> gateway.reload());
  }

  /** Stops both servers and removes the directory. */
  Future<Void> close() {
    return Future.join(gateway.close(), service.close())
        .eventually(() -> vertx.executeBlocking(() -> release(reserved)))
        .eventually(() -> vertx.fileSystem().deleteRecursive(directory.toString()))
        .mapEmpty();
  }

  private Future<Void> configure() {
    FileSystem files = vertx.fileSystem();
    String main =
        """
        error_log %s;
        pid %s;
        events {}
        http {
            include sites-enabled/*;
        }
        """
            .formatted(errorLog(), pidFile());
    String site =
        """
        server {
            listen %s;
            server_name shop.localhost;
            proxy_set_header Host $http_host;

            location / {
                proxy_pass http://127.0.0.1:%d;
            }

            location /api/ {
                proxy_pass http://127.0.0.1:%d/api/;
            }
        }
        """
            .formatted(edge().getAuthority(), rightPort(), wrongPort());
    return Future.join(
            List.of(
                files.writeFile(config().toString(), Buffer.buffer(main)),
                files.writeFile(pidFile().toString(), Buffer.buffer(NO_PROCESS)),
                files.writeFile(site().toString(), Buffer.buffer(site))))
        .compose(written -> gateway.reload());
  }

  private Path pidFile() {
    return directory.resolve("logs").resolve("gateway.pid");
  }

  private static Path site(Path directory) {
    return directory.resolve("sites-enabled").resolve("shop");
  }

  private static Path errorLog(Path directory) {
    return directory.resolve("logs").resolve("error.log");
  }

  /**
   * A port that refuses. The socket is bound and never listens: the kernel answers a SYN with a
   * reset (tcp(7)), and nobody else gets the port meanwhile.
   */
  private static Socket reserve() throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
    return socket;
  }

  private static @Nullable Void release(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It was never connected: there is nothing to lose with it.
    }
    return null;
  }
}
