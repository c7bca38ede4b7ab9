package dev.why502.gateway.nginx;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.gateway.ProcFiles;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Assumptions;

/** A real nginx with a configuration of the test's own. */
final class NginxErrorLogLive implements AutoCloseable {
  private static final String BINARY = "nginx";
  private static final int TIMEOUT_MILLIS = 5_000;

  final Path directory;
  final Path config;
  final Path pidFile;
  final Path errorLog;
  final int port;

  NginxErrorLogLive(Path directory, String main, String servers) throws IOException {
    requireNginx();
    this.directory = directory;
    this.config = directory.resolve("nginx.conf");
    this.pidFile = directory.resolve("nginx.pid");
    this.errorLog = directory.resolve("error.log");
    this.port = freePort();
    // The workers run as another user, who has to find the files.
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(
        config,
        main
            + "\npid "
            + pidFile
            + ";\nerror_log "
            + errorLog
            + " info;\nevents { worker_connections 64; }\nhttp { access_log off;\n"
            + servers.replace("PORT", Integer.toString(port))
            + "\n}\n");
    run();
    waitFor(() -> pid() > 0 && answers(), "nginx listens");
  }

  static void requireNginx() {
    boolean there;
    try {
      there = ended(new ProcessBuilder(BINARY, "-v").start()) == 0;
    } catch (IOException e) {
      there = false;
    }
    if (Boolean.getBoolean("why502.require.gateways")) {
      assertTrue(there, "nginx is required");
    }
    Assumptions.assumeTrue(there, "nginx is not installed: skipped");
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Status of the answer, 0 when none came. */
  int get(String host, String path) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      String request =
          "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      InputStream in = socket.getInputStream();
      String answer = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
      return !answer.startsWith("HTTP/") || answer.length() < 12
          ? 0
          : Integer.parseInt(answer.substring(9, 12));
    }
  }

  /** Not by {@code nginx -s}, which refuses to where the configuration is broken. */
  void signal(String name) throws IOException {
    kill(name, pid());
  }

  boolean logged(String text) {
    try {
      return Files.readString(errorLog).contains(text);
    } catch (IOException e) {
      return false;
    }
  }

  int pid() {
    try {
      return Integer.parseInt(Files.readString(pidFile).strip());
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
  }

  List<Long> workers() {
    return ProcessHandle.of(pid()).stream()
        .flatMap(ProcessHandle::children)
        .map(ProcessHandle::pid)
        .toList();
  }

  static void kill(String signal, long pid) throws IOException {
    ended(new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start());
  }

  static void waitFor(BooleanSupplier condition, String what) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, what);
      LockSupport.parkNanos(2_000_000);
    }
  }

  private boolean answers() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean ended(int pid) {
    ProcFiles.Stat stat = new ProcFiles(Path.of("/proc")).stat(pid);
    return stat == null || stat.state() == 'Z';
  }

  private void run() throws IOException {
    Process process =
        new ProcessBuilder(BINARY, "-c", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output").toFile())
            .start();
    ended(process);
  }

  private static int ended(Process process) {
    try {
      assertTrue(process.waitFor(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS), "it hangs");
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() throws IOException {
    int pid = pid();
    if (pid > 0) {
      for (long worker : workers()) {
        kill("CONT", worker);
      }
      kill("TERM", pid);
      waitFor(() -> ended(pid), "nginx ends");
    }
  }
}
