package dev.why502.gateway.caddy;

import dev.why502.gateway.RealGateway;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The Caddy of this machine, started on a configuration of ours. */
final class RealCaddy extends RealGateway {
  private final Path directory;

  private RealCaddy(Process process, Path directory) {
    super(process);
    this.directory = directory;
  }

  /** Skips the test aloud where Caddy is missing, unless gateways are required. */
  static void require() {
    require("caddy", runs("caddy", "version"));
  }

  /** What a short command said, its errors apart. */
  record Heard(int status, String out, String errors) {}

  static Heard hear(List<String> command, Path directory) {
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
      return new Heard(process.exitValue(), text, said);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static Heard adapt(Path config) {
    Path folder = config.getParent();
    return hear(
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
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().put("HOME", directory.toString());
    builder.environment().put("XDG_DATA_HOME", directory.resolve("data").toString());
    builder.environment().put("XDG_CONFIG_HOME", directory.resolve("config").toString());
    return new RealCaddy(listening(builder, directory.resolve("log"), port), directory);
  }

  Path log() {
    return directory.resolve("log");
  }
}
