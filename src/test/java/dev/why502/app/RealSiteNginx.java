package dev.why502.app;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The nginx of this machine on a configuration of ours; every path in it is absolute. */
final class RealSiteNginx implements AutoCloseable {
  private static final int START_TRIES = 250;

  private final Path directory;
  private final List<String> before;
  private @Nullable Process process;

  private RealSiteNginx(Path directory, List<String> before) {
    this.directory = directory;
    this.before = before;
  }

  /**
   * @param before what stands before nginx on its command line
   */
  static RealSiteNginx write(Path directory, String http, String... before) throws IOException {
    Files.createDirectories(directory);
    RealSiteNginx nginx = new RealSiteNginx(directory, List.of(before));
    StringBuilder temporary = new StringBuilder();
    for (String kind : new String[] {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
      temporary.append("    %s_temp_path %s/%s_temp;\n".formatted(kind, directory, kind));
    }
    Files.writeString(
        nginx.config(),
        """
        user root;
        worker_processes 1;
        pid %1$s/nginx.pid;
        error_log %2$s;
        events {
            worker_connections 256;
        }
        http {
            access_log off;
        %3$s
        %4$s
        }
        """
            .formatted(directory, nginx.errorLog(), temporary, http));
    if (!Files.exists(nginx.errorLog())) {
      Files.createFile(nginx.errorLog());
    }
    return nginx;
  }

  Path config() {
    return directory.resolve("nginx.conf");
  }

  Path errorLog() {
    return directory.resolve("error.log");
  }

  void start(int port) throws IOException {
    start(() -> accepts(port));
  }

  void start(BooleanSupplier ready) throws IOException {
    List<String> command = new ArrayList<>(before);
    command.addAll(List.of("nginx", "-p", directory.toString(), "-c", config().toString(), "-g"));
    command.add("daemon off;");
    Process started =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("out").toFile())
            .start();
    process = started;
    for (int i = 0; i < START_TRIES; i++) {
      if (ready.getAsBoolean()) {
        return;
      }
      if (ended(started, 20)) {
        break;
      }
    }
    started.destroy();
    throw new AssertionError("nginx did not start: " + Files.readString(directory.resolve("out")));
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(RealSite.LOOPBACK, port), 1000);
      return true;
    } catch (IOException refused) {
      return false;
    }
  }

  private static boolean ended(Process process, long millis) {
    try {
      return process.waitFor(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError(interrupted);
    }
  }

  /** Replaces a text in the configuration; the running nginx does not know yet. */
  void edit(String old, String with) throws IOException {
    String text = Files.readString(config());
    if (!text.contains(old)) {
      throw new AssertionError(old + " does not stand in " + config());
    }
    Files.writeString(config(), text.replace(old, with));
  }

  /** Loads the configuration and waits until the workers of the old one are gone. */
  void reload() throws IOException {
    List<ProcessHandle> old = workers();
    RealSite.Said said = RealSite.Said.of("nginx", "-s", "reload", "-c", config().toString());
    if (said.status() != 0) {
      throw new AssertionError(said.text());
    }
    settled(old);
  }

  List<ProcessHandle> workers() {
    return requireNonNull(process).children().toList();
  }

  /** Waits until these workers are gone. */
  void settled(List<ProcessHandle> old) {
    for (ProcessHandle worker : old) {
      worker.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }
  }

  @Override
  public void close() {
    if (process != null && process.isAlive()) {
      process.destroy();
      if (!ended(process, 5000)) {
        process.destroyForcibly();
      }
    }
  }
}
