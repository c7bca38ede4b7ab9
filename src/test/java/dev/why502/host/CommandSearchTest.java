package dev.why502.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.ProcessSelector;
import dev.why502.evidence.Listeners;
import dev.why502.evidence.ProcessState;
import dev.why502.evidence.ProcessState.Condition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class CommandSearchTest {
  private static final String LISTEN =
      "import socket,sys\ns=socket.socket()\ns.bind(('127.0.0.1',0))\ns.listen(4)\n"
          + "print(s.getsockname()[1],flush=True)\nsys.stdin.read()";

  private final List<Process> started = new ArrayList<>();
  private final String mark = "mark-" + UUID.randomUUID();
  private Path folder;
  private Facts facts;

  @BeforeEach
  void open(@TempDir Path folder) {
    this.folder = folder;
    facts = new Facts(folder, InstantSource.system());
  }

  @AfterEach
  void close() {
    started.forEach(Process::destroyForcibly);
    facts.close();
  }

  private Process start(String... command) throws IOException {
    Process process = new ProcessBuilder(command).directory(folder.toFile()).start();
    started.add(process);
    return process;
  }

  private ProcessState ask(String pattern) {
    return Facts.of(
        facts
            .host()
            .process("backend", new ProcessSelector(ProcessSelector.Kind.COMMAND, pattern)));
  }

  /** Forked children show their parent's command line until they have become their program. */
  private Process sleeper() throws IOException {
    Process bash = start("bash", "-c", "echo ready; exec sleep 300 # $0", mark);
    assertEquals("ready", bash.inputReader().readLine());
    return bash;
  }

  @Test
  void serviceIsFoundByItsCommandLine() throws Exception {
    // Given
    Facts.needs("python3");
    Process shell = start("bash", "-c", "read line; true", mark, "-p", "1");
    Process service = start("python3", "-u", "-c", LISTEN, mark, "--port", "3002");
    int port = Integer.parseInt(service.inputReader().readLine());
    // When
    ProcessState state = ask(mark + ".*3002");
    // Then
    assertEquals(Condition.RUNNING, state.condition(), state.summary());
    assertEquals(service.pid(), state.pid());
    assertEquals(List.of(3002), state.ports());
    assertEquals(folder.toRealPath().toString(), state.directory());
    assertTrue(state.uptimeMillis() >= 0 && state.uptimeMillis() < 20_000, state.toString());
    // When two match
    ProcessState best = ask(mark);
    // Then the one that listens stands for both
    assertTrue(shell.isAlive());
    assertEquals(service.pid(), best.pid());
    Listeners.Row row =
        Facts.of(facts.host().listeners()).rows().stream()
            .filter(each -> each.port() == port)
            .findFirst()
            .orElseThrow();
    assertEquals(service.pid(), row.pid());
    assertTrue(String.valueOf(row.command()).startsWith("python"), row.toString());
  }

  @Test
  void nodeServiceIsNamedNode() throws Exception {
    // Given
    Facts.needs("node");
    Process service =
        start(
            "node",
            "-e",
            "const s=require('net').createServer().listen(0,()=>console.log(s.address().port))",
            mark);
    int port = Integer.parseInt(service.inputReader().readLine());
    // When
    Listeners listeners = Facts.of(facts.host().listeners());
    // Then
    Listeners.Row row =
        listeners.rows().stream().filter(each -> each.port() == port).findFirst().orElseThrow();
    assertEquals("::", row.address());
    assertEquals("node", row.command());
    assertEquals(service.pid(), row.pid());
    assertEquals(service.pid(), ask(mark).pid());
  }

  @Test
  void stoppedProcessIsFrozen() throws Exception {
    // Given
    Process process = start("sleep", "298.502");
    assertEquals(
        0, new ProcessBuilder("kill", "-STOP", Long.toString(process.pid())).start().waitFor());
    // When
    ProcessState state = ask("^sleep 298\\.502$");
    // Then
    assertEquals(Condition.FROZEN, state.condition());
    assertEquals(process.pid(), state.pid());
  }

  @Test
  void endedProcessIsNotThereOrNotKnown() throws Exception {
    // Given
    Process process = sleeper();
    process.destroyForcibly();
    assertTrue(process.waitFor(5, TimeUnit.SECONDS));
    // When
    ProcessState state = ask(mark);
    // Then
    ProcFs proc = new ProcFs(Path.of("/proc"));
    if (proc.showsHost() && proc.showsOthers()) {
      assertEquals(Condition.NOT_THERE, state.condition());
      assertEquals(false, state.known());
    } else {
      assertEquals(Condition.NOT_KNOWN, state.condition());
      assertFalse(state.access().readable());
    }
  }

  @Test
  void nothingIsClaimedWhereOthersAreHidden() throws IOException {
    // Given a /proc that shows one process of ours and not the first one
    Path proc = folder.resolve("proc");
    Files.createDirectories(proc.resolve("4711"));
    Files.writeString(proc.resolve("4711/cmdline"), "node\0server.js\0");
    ProcFs files = new ProcFs(proc);
    InstantSource clock = InstantSource.fixed(Facts.NOW);
    CommandSearch search =
        new CommandSearch(
            files,
            new CommandRunner(files),
            new ListenerReader(files, clock, new SocketQueues(new CommandRunner(files), Map.of())),
            clock);
    // When
    ProcessState state =
        search.state("backend", new ProcessSelector(ProcessSelector.Kind.COMMAND, "python"));
    // Then
    assertEquals(Condition.NOT_KNOWN, state.condition());
    assertEquals("processes of other users are hidden from this one", state.access().why());
  }

  @Test
  void weOurselvesAreNotFound() {
    // Given
    String own = ProcessHandle.current().info().command().orElse("java");
    // When
    ProcessState state = ask(com.google.re2j.Pattern.quote(own));
    // Then
    assertNotEquals(ProcessHandle.current().pid(), state.pid());
  }

  @Test
  void wrongPatternIsNotKnown() {
    // When
    ProcessState state = ask("(");
    // Then
    assertFalse(state.access().readable());
    assertEquals(Condition.NOT_KNOWN, state.condition());
  }

  @Test
  void hostileNamesAreOnlyPatterns() {
    for (String name : Hostile.names(folder)) {
      // When
      ask(name);
      // Then
      assertFalse(Files.exists(Hostile.trap(folder)));
    }
  }

  @Test
  void statOfAStrangelyNamedProcessIsRead() {
    // Given
    String text =
        "7812 (a) R (b) S 7801 7801 3904 0 -1 4194304 103 0 0 0 0 0 0 0 20 0 1 0 170924 31 3";
    // When
    ProcFs.Stat stat = ProcFs.parseStat(text);
    // Then
    assertEquals(new ProcFs.Stat('S', 7801, 3904, 170924), stat);
  }
}
