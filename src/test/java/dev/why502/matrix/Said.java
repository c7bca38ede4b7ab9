package dev.why502.matrix;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What a short command said, and how it ended. */
record Said(int status, String text) {
  private static final int MAX_TEXT = 256 * 1024;
  private static final int MAX_SECONDS = 30;

  static Said of(String... command) throws IOException, InterruptedException {
    return of(Map.of(), command);
  }

  static Said of(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(List.of(command))
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    String text;
    try (InputStream in = process.getInputStream()) {
      text = new String(in.readNBytes(MAX_TEXT), StandardCharsets.UTF_8);
    }
    if (!process.waitFor(MAX_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(String.join(" ", command) + " hangs");
    }
    return new Said(process.exitValue(), text);
  }

  /** The same for a command that must do. */
  static String good(String... command) throws IOException, InterruptedException {
    Said said = of(command);
    if (said.status != 0) {
      throw new AssertionError(String.join(" ", command) + ": " + said.text);
    }
    return said.text;
  }

  static boolean usable(String... command) {
    try {
      return of(command).status == 0;
    } catch (IOException absent) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
