package dev.why502.gateway;

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

/** A gateway of this machine, started on a configuration of ours. */
public abstract class RealGateway implements AutoCloseable {
  private final Process process;

  protected RealGateway(Process process) {
    this.process = process;
  }

  /** Skips the test aloud where a program is missing, unless gateways are required. */
  protected static void require(String program, boolean present) {
    if (!present && Boolean.getBoolean("why502.require.gateways")) {
      fail(program + " is required and missing");
    }
    assumeTrue(present, program + " is not installed: its comparison is skipped");
  }

  protected static boolean runs(String... command) {
    try {
      return run(List.of(command), Path.of("/")).status() == 0;
    } catch (AssertionError e) {
      return false;
    }
  }

  /** What a short command said. */
  public record Said(int status, String text) {}

  public static Said run(List<String> command, Path directory) {
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
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

  /** Starts a program that writes to a file, and waits until it listens. */
  protected static Process listening(ProcessBuilder program, Path out, int port)
      throws IOException, InterruptedException {
    Process process = program.redirectErrorStream(true).redirectOutput(out.toFile()).start();
    for (int i = 0; i < 500; i++) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
        return process;
      } catch (IOException e) {
        if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
          break;
        }
      }
    }
    process.destroy();
    throw new AssertionError(program.command() + " did not start: " + Files.readString(out));
  }

  public Process process() {
    return process;
  }

  public long pid() {
    return process.pid();
  }

  /** Ports that were free a moment ago. */
  public static List<Integer> ports(int count) throws IOException {
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
   * @param status 0 for none
   * @param client our own end of the connection
   */
  public record Reply(int status, String head, String body, String client) {
    public static final Reply NONE = new Reply(0, "", "", "");
  }

  /** Sends a request byte for byte. */
  public static Reply ask(int port, String method, String path, String headers) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 2000);
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
