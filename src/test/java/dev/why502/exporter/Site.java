package dev.why502.exporter;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** What is probed: a site in the clear, one over TLS, one whose certificate is over, and a port. */
final class Site implements AutoCloseable {
  static final String PASSWORD = "password";

  private final List<HttpServer> servers = new ArrayList<>();
  private final Vertx vertx;
  final Queue<String> requests = new ConcurrentLinkedQueue<>();
  final HttpServer plain;
  final NetServer banner;

  Site(Vertx vertx) {
    this.vertx = vertx;
    plain = listen(new HttpServerOptions());
    banner =
        OnDemand.await(
            vertx
                .createNetServer()
                .connectHandler(socket -> socket.write("SSH-2.0-OpenSSH_9.2 Debian\r\n"))
                .listen(0, "127.0.0.1"));
  }

  /** Over TLS with the key in a store that {@link #key} has made. */
  HttpServer tls(Path store) {
    return listen(
        new HttpServerOptions()
            .setSsl(true)
            .setKeyCertOptions(new PfxOptions().setPath(store.toString()).setPassword(PASSWORD)));
  }

  private HttpServer listen(HttpServerOptions options) {
    HttpServer server =
        OnDemand.await(
            vertx.createHttpServer(options).requestHandler(this::serve).listen(0, "127.0.0.1"));
    servers.add(server);
    return server;
  }

  private void serve(HttpServerRequest request) {
    StringBuilder seen = new StringBuilder(request.method() + " " + request.uri());
    request
        .headers()
        .forEach((name, value) -> seen.append('\n').append(name).append(": ").append(value));
    requests.add(seen.toString());
    String path = request.path();
    if (path.startsWith("/status/")) {
      request
          .response()
          .setStatusCode(Integer.parseInt(path.substring("/status/".length())))
          .putHeader("Last-Modified", "Wed, 21 Oct 2015 07:28:00 GMT")
          .end("status");
    } else if (path.equals("/to")) {
      request.response().setStatusCode(302).putHeader("Location", request.getParam("url")).end();
    } else if (path.equals("/cookie")) {
      boolean has = "a=b".equals(request.getHeader("Cookie"));
      request
          .response()
          .setStatusCode(has ? 200 : 302)
          .putHeader("Set-Cookie", "a=b; Path=/")
          .putHeader("Location", "/cookie")
          .end();
    } else if (path.equals("/loop")) {
      request.response().setStatusCode(302).putHeader("Location", "/loop").end();
    } else if (path.equals("/big")) {
      request.response().end("x".repeat(2 << 20));
    } else if (!path.equals("/silent")) {
      request.response().end("hello");
    }
  }

  String url(String path) {
    return "http://127.0.0.1:" + plain.actualPort() + path;
  }

  /** A port that nobody listens on. */
  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Makes a key with a certificate for 127.0.0.1 that signs itself, and the certificate as PEM next
   * to it.
   *
   * @param start when it begins, relative to now, such as "-3d"
   */
  static Path key(Path folder, String name, String start, int days) {
    Path store = folder.resolve(name + ".p12");
    String begin = "-keystore " + store + " -storepass " + PASSWORD + " -alias a ";
    keytool(
        begin
            + "-genkeypair -keyalg EC -groupname secp256r1 -dname CN=127.0.0.1"
            + " -ext SAN=IP:127.0.0.1,DNS:localhost,DNS:site.test -ext BC=ca:true -startdate "
            + (start + " -validity " + days));
    keytool(begin + "-exportcert -rfc -file " + folder.resolve(name + ".pem"));
    return store;
  }

  private static void keytool(String arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments.split(" ")));
    run(command, Path.of(System.getProperty("java.io.tmpdir")));
  }

  static String run(List<String> command, Path folder) {
    try {
      Path out = Files.createTempFile(folder, "out", ".txt");
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .start();
      boolean good = process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
      String text = Files.readString(out);
      Files.delete(out);
      if (!good) {
        throw new AssertionError(String.join(" ", command) + "\n" + text);
      }
      return text;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    servers.forEach(server -> OnDemand.await(server.close()));
    OnDemand.await(banner.close());
  }
}
