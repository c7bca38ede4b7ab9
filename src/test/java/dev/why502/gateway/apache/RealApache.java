package dev.why502.gateway.apache;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Gateway;
import dev.why502.definition.Scheme;
import dev.why502.definition.Target;
import dev.why502.evidence.Resolution;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The httpd of this machine, started on a configuration of ours. */
final class RealApache implements AutoCloseable {
  private static final String MODULES = "/usr/lib/apache2/modules/";

  static final List<String> USUAL =
      List.of(
          "mpm_event",
          "authz_core",
          "authz_host",
          "authn_core",
          "access_compat",
          "auth_basic",
          "authn_file",
          "authz_user",
          "proxy",
          "proxy_http",
          "proxy_fcgi",
          "proxy_wstunnel",
          "slotmem_shm",
          "proxy_balancer",
          "lbmethod_byrequests",
          "rewrite",
          "headers",
          "alias",
          "dir",
          "setenvif",
          "socache_shmcb",
          "ssl",
          "macro");

  private final Process process;
  final Path directory;
  final int port;

  private RealApache(Process process, Path directory, int port) {
    this.process = process;
    this.directory = directory;
    this.port = port;
  }

  /** Skips the test aloud where httpd is missing, unless gateways are required. */
  static void require() {
    boolean present = Files.isExecutable(Path.of("/usr/sbin/apache2"));
    if (!present && Boolean.getBoolean("why502.require.gateways")) {
      fail("apache2 is required and missing");
    }
    assumeTrue(present, "apache2 is not installed: its comparison is skipped");
  }

  /** Modules and what httpd wants besides. */
  static String head(Path directory, int port, List<String> modules) {
    StringBuilder text = new StringBuilder();
    for (String each : modules) {
      text.append("LoadModule ").append(each).append("_module ");
      text.append(MODULES).append("mod_").append(each).append(".so\n");
    }
    return text
        + "ServerRoot "
        + directory
        + "\nServerName main.test\nDefaultRuntimeDir "
        + directory
        + "\nPidFile "
        + directory
        + "/pid\nMutex pthread\nErrorLog "
        + directory
        + "/error.log\nListen 127.0.0.1:"
        + port
        + "\nDocumentRoot "
        + directory
        + "/www\nUser www-data\nGroup www-data\nStartServers 1\nThreadsPerChild 5\n"
        + "MinSpareThreads 5\nMaxSpareThreads 10\nMaxRequestWorkers 10\n"
        + "SSLSessionCache none\n";
  }

  static Path write(Path directory, String text) throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectories(directory.resolve("www/dir"));
    Files.writeString(directory.resolve("www/file.txt"), "file");
    Files.writeString(directory.resolve("www/dir/index.html"), "index");
    return Files.writeString(directory.resolve("apache2.conf"), text);
  }

  static RealApache start(Path directory, int port, String text)
      throws IOException, InterruptedException {
    Path config = write(directory, text);
    Process process =
        new ProcessBuilder("apache2", "-f", config.toString(), "-DFOREGROUND")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("out").toFile())
            .start();
    for (int i = 0; i < 500; i++) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
        return new RealApache(process, directory, port);
      } catch (IOException e) {
        if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
          break;
        }
      }
    }
    process.destroy();
    throw new AssertionError(
        "apache2 did not start: " + Files.readString(directory.resolve("out")));
  }

  long pid() {
    return process.pid();
  }

  /** {@code apache2 -t}: what it says, empty when it takes the configuration. */
  static String test(Path config) {
    try {
      Process process =
          new ProcessBuilder("apache2", "-t", "-f", config.toString())
              .redirectErrorStream(true)
              .start();
      String text =
          new String(process.getInputStream().readNBytes(64 * 1024), StandardCharsets.UTF_8);
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      return process.exitValue() == 0 ? "" : text;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static List<Integer> ports(int count) throws IOException {
    List<ServerSocket> open = new ArrayList<>();
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("0.0.0.0"));
      open.add(socket);
      ports.add(socket.getLocalPort());
    }
    for (ServerSocket socket : open) {
      socket.close();
    }
    return ports;
  }

  /** Status and body of a request that is sent byte for byte, and where it came from. */
  record Reply(int status, String body, String client) {}

  static Reply ask(int port, String method, String path, String headers) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 2000);
      socket.setSoTimeout(5000);
      String head = method + " " + path + " HTTP/1.1\r\n" + headers + "Connection: close\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
      String answer =
          new String(socket.getInputStream().readNBytes(64 * 1024), StandardCharsets.UTF_8);
      int end = answer.indexOf("\r\n\r\n");
      int status = answer.startsWith("HTTP/1.1 ") ? Integer.parseInt(answer.substring(9, 12)) : 0;
      return new Reply(
          status, end < 0 ? "" : answer.substring(end + 4), "127.0.0.1:" + socket.getLocalPort());
    }
  }

  static Gateway gateway(Path config) {
    return new Gateway("gw", Gateway.Kind.APACHE, config.toString(), null, null, null);
  }

  static Target target(String host, int port, String path) {
    return new Target(
        Scheme.HTTP, Endpoint.of(host, port), path, "http://" + host + ":" + port + path);
  }

  static Future<Resolution> resolve(String name) {
    boolean known = name.equals("localhost");
    return Future.succeededFuture(
        new Resolution(
            name,
            Instant.EPOCH,
            "table",
            known ? List.of("127.0.0.1") : List.of(),
            known ? null : "NXDOMAIN"));
  }

  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
