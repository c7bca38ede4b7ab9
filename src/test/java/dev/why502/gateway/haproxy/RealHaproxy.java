package dev.why502.gateway.haproxy;

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

/** The HAProxy of this machine, started on a configuration of ours. */
final class RealHaproxy implements AutoCloseable {
  private final Process process;
  private final Path out;

  private RealHaproxy(Process process, Path out) {
    this.process = process;
    this.out = out;
  }

  /** Skips the test aloud where HAProxy is missing, unless gateways are required. */
  static void require() {
    boolean present;
    try {
      present = run(List.of("haproxy", "-v"), Path.of("/")).status == 0;
    } catch (AssertionError e) {
      present = false;
    }
    if (!present && Boolean.getBoolean("why502.require.gateways")) {
      fail("haproxy is required and missing");
    }
    assumeTrue(present, "haproxy is not installed: its comparison is skipped");
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

  /** {@code haproxy -c}. */
  static Said check(Path config) {
    return run(List.of("haproxy", "-c", "-f", config.toString()), Path.of("/"));
  }

  static RealHaproxy start(Path config, int port) throws IOException, InterruptedException {
    return start(List.of("haproxy", "-db", "-f", config.toString()), config, port);
  }

  static RealHaproxy start(List<String> command, Path config, int port)
      throws IOException, InterruptedException {
    Path out = config.resolveSibling("out");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    for (int i = 0; i < 500; i++) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
        return new RealHaproxy(process, out);
      } catch (IOException e) {
        if (process.waitFor(10, TimeUnit.MILLISECONDS)) {
          break;
        }
      }
    }
    process.destroy();
    throw new AssertionError("haproxy did not start: " + Files.readString(out));
  }

  Process process() {
    return process;
  }

  /** What it has written so far, its log where that goes to standard output. */
  String said() throws IOException {
    return Files.readString(out, StandardCharsets.ISO_8859_1);
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

  /** Status and body of a request that is sent byte for byte; status 0 for none. */
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
      int status = answer.startsWith("HTTP/1.") ? Integer.parseInt(answer.substring(9, 12)) : 0;
      return new Reply(status, end < 0 ? "" : answer.substring(end + 4));
    } catch (java.net.SocketException e) {
      return new Reply(0, "");
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
