package dev.why502.store;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL of this machine with a directory of its own: one for all tests of the process, or
 * one that a test may stop.
 */
public final class RealPostgres {
  static final String USER = "why502";
  static final String PASSWORD = "s3cr3t:p@ss/w?rd";
  private static @Nullable RealPostgres shared;

  private final Path directory;
  private final int port;
  private final List<String> command;
  private Process process;

  private RealPostgres(Path directory, int port, List<String> command, Process process) {
    this.directory = directory;
    this.port = port;
    this.command = command;
    this.process = process;
  }

  /** Skips the test aloud where there is none, unless it is required. */
  static synchronized RealPostgres require() throws Exception {
    RealPostgres running = shared;
    if (running == null) {
      running = own();
      shared = running;
    }
    return running;
  }

  /** One that nobody else uses; skips the test aloud where there is none, unless required. */
  public static RealPostgres own() throws Exception {
    Path programs = programs();
    if (programs == null && Boolean.getBoolean("why502.require.gateways")) {
      fail("PostgreSQL is required and missing");
    }
    assumeTrue(programs != null, "PostgreSQL is not installed: its half of the tests is skipped");
    return start(programs == null ? Path.of("") : programs);
  }

  /** Ends it at once, with whoever is connected. */
  public void stop() throws Exception {
    run(directory, List.of("kill", "-INT", Long.toString(process.pid())));
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      throw new AssertionError("PostgreSQL does not stop");
    }
  }

  /** Starts it again, where it was. */
  public void goOn() throws Exception {
    process = launch(directory, command);
  }

  private static @Nullable Path programs() throws IOException {
    Path all = Path.of("/usr/lib/postgresql");
    if (!Files.isDirectory(all)) {
      return null;
    }
    try (Stream<Path> versions = Files.list(all)) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
          .max(Comparator.naturalOrder())
          .orElse(null);
    }
  }

  private static RealPostgres start(Path programs) throws Exception {
    Path directory = Files.createTempDirectory("why502-postgres");
    Path password = directory.resolve("password");
    Files.writeString(password, PASSWORD);
    List<String> user = unprivileged();
    if (!user.isEmpty()) {
      run(directory, List.of("chown", "-R", user.get(0), directory.toString()));
    }
    run(
        directory,
        as(
            user,
            programs.resolve("initdb").toString(),
            "--no-sync",
            "--auth=scram-sha-256",
            "--username=" + USER,
            "--pwfile=" + password,
            "--encoding=UTF8",
            "--no-locale",
            "--pgdata=" + directory.resolve("data")));
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    List<String> command =
        as(
            user,
            programs.resolve("postgres").toString(),
            "-D",
            directory.resolve("data").toString(),
            "-p",
            Integer.toString(port),
            "-k",
            directory.toString(),
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "fsync=off",
            "-c",
            "shared_buffers=16MB",
            "-c",
            "max_connections=40");
    Process process = launch(directory, command);
    RealPostgres server = new RealPostgres(directory, port, command, process);
    Runtime.getRuntime().addShutdownHook(new Thread(server::end));
    return server;
  }

  private static Process launch(Path directory, List<String> command) throws Exception {
    Path log = directory.resolveSibling(directory.getFileName() + ".log");
    Process process =
        new ProcessBuilder(command)
            .directory(new File("/"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    Path state = directory.resolve("data/postmaster.pid");
    for (int i = 0; i < 500; i++) {
      // It listens before it answers; its last line then says that it does (storage, file layout).
      if (Files.exists(state) && Files.readString(state).strip().endsWith("ready")) {
        Files.delete(log);
        return process;
      }
      if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
        break;
      }
    }
    process.destroyForcibly();
    throw new AssertionError("PostgreSQL did not start: " + Files.readString(log));
  }

  /** The server refuses to run as root. */
  private static List<String> unprivileged() throws Exception {
    if (!System.getProperty("user.name").equals("root")) {
      return List.of();
    }
    String users = Files.readString(Path.of("/etc/passwd"));
    return List.of(users.contains("\npostgres:") ? "postgres" : "nobody");
  }

  private static List<String> as(List<String> user, String... command) {
    List<String> all = new ArrayList<>();
    if (!user.isEmpty()) {
      String name = user.get(0);
      String group = name.equals("nobody") ? "nogroup" : name;
      all.addAll(List.of("setpriv", "--reuid=" + name, "--regid=" + group, "--clear-groups"));
    }
    all.addAll(List.of(command));
    return all;
  }

  private static void run(Path directory, List<String> command) throws Exception {
    Process process =
        new ProcessBuilder(command).directory(new File("/")).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError(command + " in " + directory + ": " + said);
    }
  }

  public String uri() {
    return "postgresql://" + USER + ":s3cr3t%3Ap%40ss%2Fw%3Frd@127.0.0.1:" + port + "/postgres";
  }

  int port() {
    return port;
  }

  public void end() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      if (!Files.exists(directory)) {
        return;
      }
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
