package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One command as a process of its own.
 *
 * @param millis from its start to its end
 */
record CommandRun(int status, String out, String err, long millis) {
  static CommandRun of(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName()));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile("why502-out-", "");
    Path err = Files.createTempFile("why502-err-", "");
    long began = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .redirectInput(new File("/dev/null"))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      assertTrue(process.waitFor(30, TimeUnit.SECONDS), "did not end: " + command);
      long millis = (System.nanoTime() - began) / 1_000_000;
      return new CommandRun(
          process.exitValue(), Files.readString(out), Files.readString(err), millis);
    } finally {
      process.destroyForcibly();
      Files.delete(out);
      Files.delete(err);
    }
  }

  /** The first verdict of what was printed with {@code --json}. */
  JsonObject verdict() {
    return new JsonObject(out).getJsonArray("verdicts").getJsonObject(0);
  }
}
