package dev.why502.gateway.caddy;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
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

/** The Caddy of this machine, started on a configuration of ours. */
final class RealCaddy implements AutoCloseable {
  private final Process process;
  private final Path directory;

  private RealCaddy(Process process, Path directory) {
    this.process = process;
    this.directory = directory;
  }

  /** Skips the test aloud where Caddy is missing, unless gateways are required. */
  static void require() {
    boolean present;
    try {
      present = run(List.of("caddy", "version"), Path.of("/")).status == 0;
    } catch (AssertionError e) {
      present = false;
    }
    if (!present && Boolean.getBoolean("why502.require.gateways")) {
      fail("caddy is required and missing");
    }
    assumeTrue(present, "caddy is not installed: its comparison is skipped");
  }

  /** What a short command said. */
  record Said(int status, String out, String errors) {}

  static Said run(List<String> command, Path directory) {
    try {
      Path errors = Files.createTempFile("caddy", ".err");
      Process process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectError(errors.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
              .start();
      String text =
          new String(process.getInputStream().readNBytes(1024 * 1024), StandardCharsets.UTF_8);
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      String said = Files.readString(errors);
      Files.delete(errors);
      return new Said(process.exitValue(), text, said);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static Said adapt(Path config) {
    Path folder = config.getParent();
    return run(
        List.of("caddy", "adapt", "--config", config.toString(), "--adapter", "caddyfile"),
        folder == null ? Path.of("/") : folder);
  }

  /** Runs a configuration; its log goes to the file "log" beside it. */
  static RealCaddy start(Path directory, String file, int port)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("caddy", "run", "--config", file));
    if (!file.endsWith(".json")) {
      command.addAll(List.of("--adapter", "caddyfile"));
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile());
    builder.environment().put("HOME", directory.toString());
    builder.environment().put("XDG_DATA_HOME", directory.resolve("data").toString());
    builder.environment().put("XDG_CONFIG_HOME", directory.resolve("config").toString());
    Process process = builder.start();
    for (int i = 0; i < 500; i++) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
        return new RealCaddy(process, directory);
      } catch (IOException e) {
        if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
          break;
        }
      }
    }
    process.destroy();
    throw new AssertionError("caddy did not start: " + Files.readString(directory.resolve("log")));
  }

  long pid() {
    return process.pid();
  }

  Path log() {
    return directory.resolve("log");
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

  /**
   * An answer.
   *
   * @param client our own end of the connection
   */
  record Reply(int status, String head, String body, String client) {}

  static Reply ask(int port, String method, String path, String headers) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 2000);
      socket.setSoTimeout(8000);
      String head = method + " " + path + " HTTP/1.1\r\n" + headers + "Connection: close\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
      String answer =
          new String(socket.getInputStream().readNBytes(64 * 1024), StandardCharsets.UTF_8);
      int end = answer.indexOf("\r\n\r\n");
      int status = answer.startsWith("HTTP/1.") ? Integer.parseInt(answer.substring(9, 12)) : 0;
      return new Reply(
          status,
          end < 0 ? answer : answer.substring(0, end),
          end < 0 ? "" : answer.substring(end + 4),
          "127.0.0.1:" + socket.getLocalPort());
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
