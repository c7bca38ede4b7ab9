package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.conf.DefinitionsReader;
import dev.why502.conf.Reading;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The programs of {@code conf/remedies}: their use as their heads describe it, their statuses. */
@Timeout(60)
class ShippedRemediesTest {
  private static final Path SHIPPED = Path.of("conf/remedies");

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  static List<Path> programs() throws IOException {
    try (Stream<Path> all = Files.list(SHIPPED)) {
      return all.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void programIsExecutableAndReadableByAnyShell(Path program) throws IOException {
    assertTrue(Files.isExecutable(program));
    assertEquals("", RealSite.Said.of("sh", "-n", program.toString()).text());
  }

  /** What stands in the head can be copied into definitions as it is. */
  @ParameterizedTest
  @MethodSource("programs")
  void definitionInTheHeadIsAccepted(Path program) throws IOException {
    // Given
    String head =
        String.join(
            "\n",
            Files.readAllLines(program).stream()
                .filter(line -> line.startsWith("#   ") || line.equals("#"))
                .map(line -> line.substring(1))
                .toList());
    String remedy = head.substring(head.indexOf("{\"id\""), head.lastIndexOf('}') + 1);
    String json =
        """
        {"probes": [{"id": "templates", "target": "http://127.0.0.1:1/", "labels": {"unit": "app"}},
                    {"id": "backend", "target": "http://127.0.0.1:2/"}],
         "remedies": [%s]}
        """
            .formatted(remedy);
    // When
    Reading reading =
        new DefinitionsReader(name -> null)
            .read(json.getBytes(StandardCharsets.UTF_8), Path.of("/"));
    // Then
    assertEquals(List.of(), reading.problems());
    assertEquals(List.of(), reading.warnings());
    assertTrue(remedy.contains("/etc/why502/remedies/" + program.getFileName()), remedy);
  }

  @ParameterizedTest
  @CsvSource({
    "start-systemd, app, loaded, inactive, 0",
    "start-systemd, app, loaded, active, 4",
    "start-systemd, app, masked, inactive, 3",
    "start-systemd, app, not-found, inactive, 3",
    "start-systemd, app, loaded, broken, 5",
    "start-systemd, app, loaded, dying, 6",
    "start-systemd, -x, loaded, inactive, 2",
    "start-systemd, $(touch P), loaded, inactive, 2",
    "restart-systemd, app, loaded, active, 0",
    "restart-systemd, app, not-found, inactive, 3",
    "restart-systemd, app, loaded, broken, 4",
    "restart-systemd, app, loaded, dying, 5",
    "restart-systemd, a;touch P, loaded, active, 2"
  })
  void unitOfSystemd(String program, String unit, String load, String active, int status)
      throws Exception {
    // Given
    Path state = directory.resolve("active");
    Files.writeString(state, active);
    stub(
        "systemctl",
        """
        echo "$@" >> DIR/calls
        case $1 in
          show) echo %s ;;
          is-active) [ "$(cat DIR/active)" = active ] ;;
          start | restart)
            case $(cat DIR/active) in
              broken) exit 1 ;;
              dying) ;;
              *) echo active > DIR/active ;;
            esac ;;
        esac
        """
            .formatted(load));
    // When
    int ended = run(program, unit);
    // Then
    assertEquals(status, ended);
    assertTrue(Files.notExists(Path.of("P")) && Files.notExists(directory.resolve("P")));
  }

  @ParameterizedTest
  @CsvSource({
    "app, stopped, 0",
    "app, unknown, 3",
    "app, broken, 4",
    "app, looping, 5",
    "-x, stopped, 2",
    "'', stopped, 2",
    "`touch P`, stopped, 2"
  })
  void processOfPm2(String name, String state, int status) throws Exception {
    // Given
    stub(
        "pm2",
        """
        echo "$@" >> DIR/calls
        case $1 in
          describe) [ %1$s != unknown ] ;;
          restart) [ %1$s != broken ] ;;
          pid) [ %1$s = looping ] && echo 0 || echo 4711 ;;
        esac
        """
            .formatted(state));
    // When
    int ended = run("restart-pm2", name);
    // Then
    assertEquals(status, ended);
    if (status == 0) {
      List<String> calls = Files.readAllLines(directory.resolve("calls"));
      assertTrue(calls.indexOf("describe app") < calls.indexOf("restart app"), calls.toString());
    }
  }

  @Test
  void missingProgramIsAFailure() throws Exception {
    // When
    int ended = run("restart-pm2", "app");
    // Then
    assertEquals(3, ended);
  }

  private void stub(String name, String body) throws IOException {
    Path file = directory.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + body.replace("DIR", directory.toString()));
    assertTrue(file.toFile().setExecutable(true));
    // Nothing is waited for: a test has no time.
    Path sleep = directory.resolve("sleep");
    Files.writeString(sleep, "#!/bin/sh\n");
    assertTrue(sleep.toFile().setExecutable(true));
  }

  private int run(String program, String argument) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
                new ArrayList<>(
                    List.of(SHIPPED.resolve(program).toAbsolutePath().toString(), argument)))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("out").toFile());
    builder.environment().put("PATH", directory + ":/usr/bin:/bin");
    Process process = builder.start();
    assertTrue(process.waitFor(20, TimeUnit.SECONDS));
    return process.exitValue();
  }
}
