package dev.why502.gateway.nginx;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The nginx of this machine, started on a configuration of ours. */
final class RealNginx implements AutoCloseable {
  private final Process process;

  private RealNginx(Process process) {
    this.process = process;
  }

  /** Skips the test aloud where nginx is missing, unless gateways are required. */
  static void require() {
    boolean present;
    try {
      present = run(List.of("nginx", "-v"), Path.of("/")).status == 0;
    } catch (AssertionError e) {
      present = false;
    }
    if (!present && Boolean.getBoolean("why502.require.gateways")) {
      fail("nginx is required and missing");
    }
    assumeTrue(present, "nginx is not installed: its comparison is skipped");
  }

  /** What a short command said. */
  record Said(int status, String text) {}

  static Said run(List<String> command, Path directory) {
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
              .start();
      String text =
          new String(process.getInputStream().readNBytes(64 * 1024), StandardCharsets.UTF_8);
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      return new Said(process.exitValue(), text);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** {@code nginx -t}. */
  static Said test(Path directory) {
    return run(
        List.of("nginx", "-t", "-p", directory.toString(), "-c", directory + "/nginx.conf"),
        directory);
  }

  /** Listening as soon as it is here; the configuration's pid file must be "pid" beside it. */
  static RealNginx start(Path directory) throws IOException, InterruptedException {
    Path pid = directory.resolve("pid");
    Files.deleteIfExists(pid);
    Process process =
        new ProcessBuilder(
                "nginx",
                "-p",
                directory.toString(),
                "-c",
                directory + "/nginx.conf",
                "-g",
                "daemon off; master_process off;")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("out").toFile())
            .start();
    for (int i = 0; i < 5000; i++) {
      // Written once its sockets listen.
      if (Files.exists(pid)) {
        return new RealNginx(process);
      }
      if (process.waitFor(2, TimeUnit.MILLISECONDS)) {
        break;
      }
    }
    process.destroy();
    throw new AssertionError("nginx did not start: " + Files.readString(directory.resolve("out")));
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

  /** Status and body of a request that is sent byte for byte. */
  record Reply(int status, String body) {}

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
      return new Reply(status, end < 0 ? "" : answer.substring(end + 4));
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
