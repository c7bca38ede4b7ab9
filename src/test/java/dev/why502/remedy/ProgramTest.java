package dev.why502.remedy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Remedy;
import dev.why502.definition.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ProgramTest {
  private final Program program = new Program(300);

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  private Program.Ended run(long timeoutMillis, String... words) {
    return run(timeoutMillis, Map.of(), UnaryOperator.identity(), words);
  }

  private Program.Ended run(
      long timeoutMillis,
      Map<String, String> environment,
      UnaryOperator<String> mask,
      String... words) {
    Remedy remedy =
        Given.remedy(Given.remedy("r", "app", words), environment, Duration.ofSeconds(1));
    Command command = Command.of(remedy, Given.down("app", Given.STOPPED));
    return program.run("RUN" + System.nanoTime(), command, "/", timeoutMillis, mask);
  }

  private Program.Ended shell(long timeoutMillis, String script) {
    return run(timeoutMillis, "sh", "-c", script.replace("DIR", directory.toString()));
  }

  @Test
  void statusAndOutputAreTold() {
    // When
    Program.Ended well = shell(5_000, "echo out; echo err >&2");
    Program.Ended failed = shell(5_000, "echo no; exit 7");
    // Then
    assertEquals(new Program.Ended(0, null, "out\nerr\n"), well);
    assertEquals(new Program.Ended(7, "exited with 7", "no\n"), failed);
  }

  @Test
  void argumentsAreReadByNoShell() {
    // Given
    List<String> hostile =
        List.of("-x", "$(touch P)", "`touch P`", "a;touch P", "a\ntouch P", "*", "", "'", "~");
    List<String> words = new ArrayList<>(List.of("printf", "<%s>"));
    words.addAll(hostile);
    // When
    Program.Ended ended = run(5_000, words.toArray(String[]::new));
    // Then
    assertEquals("<" + String.join("><", hostile) + ">", ended.output());
  }

  @Test
  void environmentIsCleaned() {
    // When
    Program.Ended ended = run(5_000, Map.of("OWN", "x"), UnaryOperator.identity(), "env");
    // Then
    List<String> names =
        Arrays.stream(ended.output().split("\n", -1))
            .filter(line -> line.contains("="))
            .map(line -> line.substring(0, line.indexOf('=')))
            .sorted()
            .toList();
    assertEquals(
        List.of(
            "HOME",
            "LC_ALL",
            "OWN",
            "PATH",
            "WHY502_CAUSE",
            "WHY502_PROBE",
            "WHY502_REMEDY",
            "WHY502_RUN",
            "WHY502_UPSTREAM"),
        names);
  }

  @Test
  void programThatIsNotThereIsAFailure() {
    // When
    Program.Ended none = run(5_000, "no-such-program-502");
    Program.Ended folder = run(5_000, "/tmp");
    // Then
    assertNull(none.exit());
    assertEquals("is not there: no such executable file", none.failure());
    assertEquals("is not there: no such executable file", folder.failure());
  }

  @Test
  void timeoutLeavesNobodyBehind() throws IOException {
    // Given
    // A child, a grandchild, one in a session of its own, one whose parent is gone, and one that
    // does not want to end.
    String script =
        """
        trap '' TERM
        note() { echo $1 >> DIR/pids; }
        sleep 1000 & note $!
        (sleep 1000 & note $!)
        setsid sh -c 'echo $$ >> DIR/pids; exec sleep 1000' &
        setsid sh -c 'setsid sh -c "echo \\$\\$ >> DIR/pids; trap \\"\\" TERM; sleep 1000; sleep 1000" & exit' &
        note $$
        while [ $(wc -l < DIR/pids) -lt 5 ]; do sleep 0.05; done
        echo ready
        sleep 1000
        """;
    // When
    Program.Ended ended = shell(2_000, script);
    // Then
    assertNull(ended.exit());
    assertEquals("was ended after 2000 ms", ended.failure());
    assertTrue(ended.output().startsWith("ready\n"), ended.output());
    List<String> pids = Files.readAllLines(directory.resolve("pids"));
    assertEquals(5, pids.size(), pids.toString());
    for (String pid : pids) {
      assertFalse(lives(pid), pid + " lives on");
    }
  }

  /** A zombie that its new parent has not collected yet is nobody. */
  private static boolean lives(String pid) {
    Optional<ProcessHandle> handle = ProcessHandle.of(Long.parseLong(pid));
    if (handle.isEmpty() || !handle.get().isAlive()) {
      return false;
    }
    try {
      String stat = Files.readString(Path.of("/proc", pid, "stat"));
      return !stat.substring(stat.lastIndexOf(')') + 2).startsWith("Z");
    } catch (IOException gone) {
      return false;
    }
  }

  @Test
  void programMayCleanUpBeforeItIsEnded() {
    // When
    Program.Ended ended =
        shell(300, "trap 'echo put back; exit 1' TERM; while :; do sleep 0.02; done");
    // Then
    assertTrue(ended.output().endsWith("put back\n"), ended.output());
    assertNull(ended.exit());
  }

  @Test
  void whatAProgramStartsGoesOn() throws Exception {
    // When
    Program.Ended ended =
        shell(5_000, "sleep 1000 >/dev/null 2>&1 & echo $! > DIR/pid; echo started");
    // Then
    assertEquals(new Program.Ended(0, null, "started\n"), ended);
    String pid = Files.readString(directory.resolve("pid")).strip();
    assertTrue(lives(pid));
    ProcessHandle.of(Long.parseLong(pid)).orElseThrow().destroyForcibly();
  }

  @Test
  void programThatIsStoppedFromOutsideEnds() throws Exception {
    // Given
    Thread stopper =
        new Thread(
            () -> {
              while (!Files.exists(directory.resolve("up"))) {
                Thread.onSpinWait();
              }
              program.stop();
            });
    stopper.start();
    // When
    Program.Ended ended = shell(20_000, "echo up > DIR/up; sleep 1000");
    // Then
    stopper.join(TimeUnit.SECONDS.toMillis(5));
    assertTrue(ended.failure() != null, ended.toString());
  }

  @Test
  void secretsAndEscapesAreNotInTheOutput() {
    // Given
    Secrets secrets = new Secrets(List.of("hunter2-hunter2"));
    // When
    Program.Ended ended =
        run(
            5_000,
            Map.of("TOKEN", "hunter2-hunter2"),
            secrets::mask,
            "sh",
            "-c",
            "echo \"token $TOKEN\"; printf %s \"$TOKEN\" | base64;"
                + " printf '\\033[2J\\007\\342\\200\\256evil\\r\\n'");
    // Then
    assertEquals("token ***\n***\n\\x1b[2J\\x07\\u{202e}evil\\x0d\n", unpadded(ended.output()));
  }

  private static String unpadded(String text) {
    return text.replace("***=", "***").replaceAll("\\*\\*\\*[A-Za-z0-9+/]{1,2}={0,2}\n", "***\n");
  }

  @Test
  void longOutputKeepsItsBeginningAndItsEnd() {
    // Given
    Secrets secrets = new Secrets(List.of("0123456789abcdef"));
    // When
    Program.Ended ended =
        run(
            10_000,
            Map.of(),
            secrets::mask,
            "sh",
            "-c",
            "echo first; i=0; while [ $i -lt 20000 ]; do echo 0123456789abcdef; i=$((i+1)); done;"
                + " echo last");
    // Then
    String output = ended.output();
    assertTrue(output.length() <= Output.MAX_BYTES, output.length() + " characters");
    assertTrue(output.startsWith("first\n") && output.endsWith("\nlast\n"), output);
    assertTrue(output.contains("bytes and more are left out"), output);
    // Not even the half of one, where the cut is.
    assertFalse(output.contains("0123") || output.contains("cdef"), output);
  }
}
