package dev.why502.matrix;

import dev.why502.definition.Gateway;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A gateway of this machine on a site of ours. */
final class RunningGateway implements AutoCloseable {
  private static final int MAX_TRIES = 250;
  private static final int STEP_MILLIS = 20;

  final Program program;
  final Path directory;
  private final Site site;
  private @Nullable Process process;
  private @Nullable Syslog syslog;

  RunningGateway(Program program, Site site, Path directory) throws IOException {
    this.program = program;
    this.site = site;
    this.directory = directory;
    program.write(site, directory);
    if (program.kind() == Gateway.Kind.HAPROXY) {
      syslog = Syslog.start(site.syslogPort, log());
    }
  }

  Path config() {
    return program.config(directory);
  }

  Path log() {
    return program.log(directory);
  }

  void start() throws IOException, InterruptedException {
    Path out = directory.resolve("out");
    process =
        new ProcessBuilder(program.command(directory))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    for (int i = 0; i < MAX_TRIES; i++) {
      if (accepts(site.port)) {
        return;
      }
      if (process.waitFor(STEP_MILLIS, TimeUnit.MILLISECONDS)) {
        break;
      }
    }
    throw new AssertionError(program.title() + " did not start: " + Files.readString(out));
  }

  static boolean accepts(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
      return true;
    } catch (IOException refused) {
      return false;
    }
  }

  long pid() {
    return process == null ? 0 : process.pid();
  }

  /** Its worker processes. */
  Set<Long> workers() {
    return process == null
        ? Set.of()
        : process.children().map(ProcessHandle::pid).collect(Collectors.toSet());
  }

  /** Replaces a text wherever it stands in its files; what runs does not know yet. */
  void edit(String old, String with) throws IOException {
    boolean found = false;
    for (Path file : files()) {
      String text = Files.readString(file);
      if (text.contains(old)) {
        Files.writeString(file, text.replace(old, with));
        found = true;
      }
    }
    if (!found) {
      throw new AssertionError(old + " does not stand in the configuration");
    }
  }

  private List<Path> files() throws IOException {
    Path sites = directory.resolve("sites-enabled");
    if (!Files.isDirectory(sites)) {
      return List.of(config());
    }
    try (var all = Files.list(sites)) {
      return java.util.stream.Stream.concat(java.util.stream.Stream.of(config()), all).toList();
    }
  }

  /** Takes its log away for good: what it writes from now on is nobody's to read. */
  void loseLog() throws IOException {
    if (syslog != null) {
      syslog.mute();
    }
    Files.deleteIfExists(log());
  }

  /**
   * Takes the files of its configuration away, which what runs does not mind, or puts them back.
   */
  void config(boolean there) throws IOException {
    Path away = Files.createDirectories(directory.resolve("away"));
    for (Path file : List.of(config(), directory.resolve("sites-enabled"))) {
      Path other = away.resolve(file.getFileName());
      Path from = there ? other : file;
      if (Files.exists(from)) {
        Files.move(from, there ? file : other);
      }
    }
  }

  /** Runs printed steps as they stand; what they said where one of them failed, else null. */
  @Nullable String follow(List<String> steps) throws IOException, InterruptedException {
    Path tools = Files.createDirectories(directory.resolve("tools"));
    for (Map.Entry<String, String> one : program.substitutes(directory, pid()).entrySet()) {
      Path file = tools.resolve(one.getKey());
      Files.writeString(file, "#!/bin/bash\n" + one.getValue() + "\n");
      if (!file.toFile().setExecutable(true)) {
        throw new IOException(file + " cannot be made executable");
      }
    }
    Map<String, String> environment = new HashMap<>();
    environment.put("PATH", tools + ":" + System.getenv("PATH"));
    environment.put("HOME", directory.toString());
    Set<Long> before = new HashSet<>(workers());
    for (String step : steps) {
      Said said = Said.of(environment, "bash", "-c", step);
      if (said.status() != 0) {
        return step + ": " + said.text();
      }
    }
    settle(before);
    return null;
  }

  /** Waits until the workers of the old configuration are gone, or long enough. */
  private void settle(Set<Long> before) throws InterruptedException {
    if (process == null || program.kind() == Gateway.Kind.CADDY) {
      return;
    }
    for (int i = 0; i < MAX_TRIES; i++) {
      Set<Long> now = workers();
      boolean fresh = now.stream().anyMatch(pid -> !before.contains(pid));
      boolean old = now.stream().anyMatch(before::contains);
      if ((fresh && !old) || process.waitFor(STEP_MILLIS, TimeUnit.MILLISECONDS)) {
        return;
      }
    }
  }

  void signal(String name, long pid) throws IOException, InterruptedException {
    Said.good("kill", "-" + name, String.valueOf(pid));
  }

  /** Nothing of it is worth a farewell, and what is stopped or hangs would not heed one. */
  void stop() {
    if (process != null) {
      List<ProcessHandle> workers = process.descendants().toList();
      process.destroyForcibly();
      workers.forEach(ProcessHandle::destroyForcibly);
      process.onExit().orTimeout(2, TimeUnit.SECONDS).join();
    }
  }

  @Override
  public void close() {
    stop();
    if (syslog != null) {
      syslog.close();
    }
  }
}
