package dev.why502.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.ProcessSelector;
import dev.why502.evidence.ProcessState;
import dev.why502.evidence.ProcessState.Condition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class SystemdTest {
  private Path folder;
  private Facts facts;

  @BeforeEach
  void open(@TempDir Path folder) {
    this.folder = folder;
    facts = new Facts(folder, InstantSource.fixed(Facts.NOW));
  }

  @AfterEach
  void close() {
    facts.close();
  }

  private ProcessState ask(String unit) {
    return Facts.of(
        facts.host().process("backend", new ProcessSelector(ProcessSelector.Kind.SYSTEMD, unit)));
  }

  private void systemctlPrints(String... lines) throws IOException {
    Path file = facts.write("show.txt", String.join("\n", lines) + "\n");
    facts.program(
        "systemctl", "printf '%s\\n' \"$@\" > " + folder.resolve("arguments") + "; cat " + file);
  }

  @ParameterizedTest
  @CsvSource({
    "active, running, success, 0, 0, RUNNING",
    "active, exited, success, 0, 0, NOT_KNOWN",
    "reloading, reload, success, 0, SELF, RUNNING",
    "activating, auto-restart, exit-code, 7, 0, CRASH_LOOP",
    "activating, auto-restart-queued, exit-code, 1, 0, CRASH_LOOP",
    "activating, auto-restart, oom-kill, 2, 0, KILLED",
    "activating, start, success, 0, 0, NOT_KNOWN",
    "activating, start-pre, exit-code, 9, 0, CRASH_LOOP",
    "failed, failed, exit-code, 0, 0, FAILED",
    "failed, failed, exit-code, 5, 0, CRASH_LOOP",
    "failed, failed, start-limit-hit, 0, 0, CRASH_LOOP",
    "failed, failed, oom-kill, 0, 0, KILLED",
    "failed, failed, signal, 0, 0, FAILED",
    "inactive, dead, success, 0, 0, STOPPED",
    "deactivating, stop-sigterm, success, 0, SELF, STOPPED",
    "maintenance, what, success, 0, 0, NOT_KNOWN",
  })
  void unitStateComesToACondition(
      String active, String sub, String result, int restarts, String pid, Condition condition)
      throws IOException {
    // Given
    systemctlPrints(
        "LoadState=loaded",
        "ActiveState=" + active,
        "SubState=" + sub,
        "Result=" + result,
        "NRestarts=" + restarts,
        "MainPID=" + (pid.equals("SELF") ? ProcessHandle.current().pid() : 0),
        "ExecMainStatus=1",
        "ExecMainCode=1",
        "WorkingDirectory=!/srv/shop",
        "ExecStart={ path=/usr/bin/node ; argv[]=/usr/bin/node server.js --token x1y2z3 --port 3002"
            + " ; ignore_errors=no ; start_time=[n/a] }");
    // When
    ProcessState state = ask("shop.service");
    // Then
    assertEquals(condition, state.condition());
    assertEquals(active + "/" + sub, state.status());
    assertEquals(restarts, state.restarts());
    assertEquals(1, state.exitCode());
    assertEquals(List.of(3002), state.ports());
    assertEquals("/srv/shop", state.directory());
    assertFalse(state.toString().contains("x1y2z3"));
    List<String> arguments = Files.readAllLines(folder.resolve("arguments"));
    assertEquals(List.of("--", "shop.service"), arguments.subList(4, 6));
  }

  @Test
  void killSignalIsNamedInTheResult() throws IOException {
    // Given
    systemctlPrints(
        "ActiveState=failed",
        "SubState=failed",
        "Result=signal",
        "ExecMainCode=2",
        "ExecMainStatus=9");
    // When
    ProcessState state = ask("shop");
    // Then
    assertEquals(Condition.FAILED, state.condition());
    assertEquals("signal (signal 9)", state.result());
    assertNull(state.exitCode());
  }

  @Test
  void youngStartAfterManyRestartsIsACrashLoop() throws Exception {
    // Given
    Process young = new ProcessBuilder("sleep", "60").start();
    try {
      systemctlPrints(
          "ActiveState=active",
          "SubState=running",
          "Result=success",
          "NRestarts=41",
          "MainPID=" + young.pid());
      // When
      ProcessState state = ask("shop");
      // Then
      assertEquals(Condition.CRASH_LOOP, state.condition());
      assertTrue(state.uptimeMillis() >= 0 && state.uptimeMillis() < 10_000);
    } finally {
      young.destroyForcibly();
    }
  }

  @Test
  void unitThatIsNotFoundIsNotThere() throws IOException {
    // Given
    systemctlPrints("LoadState=not-found", "ActiveState=inactive", "SubState=dead");
    // When
    ProcessState state = ask("nope.service");
    // Then
    assertEquals(Condition.NOT_THERE, state.condition());
    assertEquals(false, state.known());
  }

  @Test
  void absentSystemdIsNotKnown() throws IOException {
    // Given
    facts.program(
        "systemctl",
        "echo 'System has not been booted with systemd as init system (PID 1).' >&2; exit 1");
    // When
    ProcessState state = ask("shop");
    // Then
    assertEquals("systemd does not run here", state.access().why());
    assertEquals(Condition.NOT_KNOWN, state.condition());
    assertNull(state.known());
  }

  @Test
  void slowSystemctlIsNotKnown() throws IOException {
    // Given
    facts.program("systemctl", "sleep 300; echo ActiveState=active");
    // When
    ProcessState state = ask("shop");
    // Then
    assertFalse(state.access().readable());
    assertTrue(String.valueOf(state.access().why()).contains("longer than"));
  }

  @Test
  void hostileNamesAreNotHandedOn() throws IOException {
    // Given
    facts.program("systemctl", "touch " + folder.resolve("ran") + "; echo ActiveState=active");
    for (String name : Hostile.names(folder)) {
      // When
      ProcessState state = ask(name);
      // Then
      assertFalse(state.access().readable(), name);
    }
    assertFalse(Files.exists(Hostile.trap(folder)));
    assertFalse(Files.exists(folder.resolve("ran")));
  }
}
