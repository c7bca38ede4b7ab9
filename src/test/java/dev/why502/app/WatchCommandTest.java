package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code watch} as people run it: a process beside the service's. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class WatchCommandTest {
  private static final int INTERRUPTED = 128 + 2;
  private static final int NOBODY_READS = 128 + 13;

  private final Path directory;

  WatchCommandTest(@TempDir Path directory) {
    this.directory = directory;
  }

  private Path definitions() throws Exception {
    Path file = directory.resolve("probes.json");
    JsonObject probe =
        new JsonObject()
            .put("id", "backend")
            .put("target", "http://127.0.0.1:" + ServiceProcess.freePort() + "/");
    ServiceSite.write(
        file,
        new JsonObject()
            .put("defaults", new JsonObject().put("interval", "500ms").put("timeout", "1s"))
            .put("probes", JsonArray.of(probe)));
    return file;
  }

  private Process watch(File out, String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "watch"));
    command.addAll(List.of(options));
    return new ProcessBuilder(command)
        .redirectInput(new File("/dev/null"))
        .redirectOutput(out)
        .redirectError(directory.resolve("err").toFile())
        .start();
  }

  private String err() throws Exception {
    return Files.readString(directory.resolve("err"));
  }

  private static boolean has(Path file, String part) {
    try {
      return Files.exists(file) && Files.readString(file).contains(part);
    } catch (IOException half) {
      return false;
    }
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void serviceIsFollowedThroughItsDeathUntilInterrupted() throws Exception {
    // Given
    Path out = directory.resolve("out");
    Path file = definitions();
    Process watch;
    int port;
    try (ServiceProcess service = ServiceProcess.start(file)) {
      port = service.url().getPort();
      service.untilStatus(10_000, "/health/ready", 200);
      watch = watch(out.toFile(), service.url().toString());
      ServiceProcess.until(20_000, "it stands", () -> has(out, "✗ down  backend"));
      service.signal("KILL");
      ServiceProcess.until(20_000, "it is lost", () -> has(out, "connection lost"));
    }
    // When
    try (ServiceProcess service = ServiceProcess.start(file, "--port", Integer.toString(port))) {
      ServiceProcess.until(30_000, "it is back", () -> has(out, "connected again"));
      ServiceProcess.run("kill", "-INT", Long.toString(watch.pid()));
      // Then
      assertTrue(watch.waitFor(10, TimeUnit.SECONDS));
      assertEquals(INTERRUPTED, watch.exitValue());
      assertEquals("", err());
      assertEquals(port, service.url().getPort());
    } finally {
      watch.destroyForcibly();
    }
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void messagesAreLinesOfJsonUntilNobodyReads() throws Exception {
    // Given
    try (ServiceProcess service = ServiceProcess.start(definitions(), "--token", "sesame-4711")) {
      service.untilStatus(10_000, "/health/live", 200);
      ProcessBuilder shell =
          new ProcessBuilder(
              "bash",
              "-c",
              "\"$@\" | { read -r one; printf '%s\\n' \"$one\"; }; echo ${PIPESTATUS[0]}",
              "bash",
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-XX:TieredStopAtLevel=1",
              "-cp",
              System.getProperty("java.class.path"),
              Main.class.getName(),
              "watch",
              "--json",
              service.url().toString());
      shell.environment().put("WHY502_TOKEN", "sesame-4711");
      // When
      Process process =
          shell
              .redirectInput(new File("/dev/null"))
              .redirectError(directory.resolve("err").toFile())
              .start();
      List<String> lines =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .toList();
      // Then
      JsonObject message = new JsonObject(lines.get(0));
      assertTrue(message.getString("address").startsWith("why502."), lines.get(0));
      assertTrue(message.getJsonObject("body").containsKey("seq"), lines.get(0));
      assertEquals(List.of(Integer.toString(NOBODY_READS)), lines.subList(1, lines.size()));
      assertEquals("", err());
    }
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void whoCannotBeFollowedIsOneLineAndStatusTwo() throws Exception {
    // Given
    try (ServiceProcess service = ServiceProcess.start(definitions(), "--token", "sesame-4711")) {
      // When
      CommandRun refused = CommandRun.of("watch", service.url().toString(), "--token", "wrong");
      CommandRun nobody = CommandRun.of("watch", "127.0.0.1:" + ServiceProcess.freePort());
      CommandRun odd = CommandRun.of("watch", "ftp://127.0.0.1/");
      // Then
      assertEquals(List.of(2, 2, 2), List.of(refused.status(), nobody.status(), odd.status()));
      assertEquals("", refused.out() + nobody.out() + odd.out());
      assertEquals(1, refused.err().lines().count(), refused.err());
      assertTrue(refused.err().contains("refuses the token (401)"), refused.err());
      assertEquals(1, nobody.err().lines().count(), nobody.err());
    }
  }
}
