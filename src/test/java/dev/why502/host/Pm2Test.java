package dev.why502.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.ProcessSelector;
import dev.why502.evidence.ProcessState;
import dev.why502.evidence.ProcessState.Condition;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class Pm2Test {
  private static final String PASSWORD = "p4ssw0rd-of-the-shop";
  private static final long OWN_PID = ProcessHandle.current().pid();

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

  private static String entry(
      String name, String status, long pid, int restarts, int unstable, int uptimeSeconds) {
    return String.format(
        Locale.ROOT,
        """
        {"pid":%d,"name":"%s","pm2_env":{"name":"%s","status":"%s","restart_time":%d,\
        "unstable_restarts":%d,"pm_uptime":%d,"exit_code":1,"pm_cwd":"/srv/shop",\
        "args":["start","-p","3100","--secret","%s"],"pm_err_log_path":"/srv/shop/err.log",\
        "DATABASE_URL":"postgres://shop:%s@db/shop","env":{"PORT":"3000",\
        "name":"liar","status":"online","DATABASE_URL":"postgres://shop:%s@db/shop"},\
        "axm_options":{"name":"x","list":[1,{"pid":5}]}},"pm_id":0,"monit":{"memory":1,"cpu":0}}""",
        pid,
        name,
        name,
        status,
        restarts,
        unstable,
        Facts.NOW.toEpochMilli() - uptimeSeconds * 1000L,
        PASSWORD,
        PASSWORD,
        PASSWORD);
  }

  private void pm2Prints(String before, String list) throws IOException {
    Path file = facts.write("jlist.txt", before + list + "\n");
    facts.program("pm2", "[ \"$*\" = jlist ] && cat " + file);
  }

  private ProcessState ask(String name) {
    return Facts.of(
        facts.host().process("backend", new ProcessSelector(ProcessSelector.Kind.PM2, name)));
  }

  @ParameterizedTest
  @CsvSource({
    "errored, 0, 15, 0, 60, CRASH_LOOP",
    "waiting restart, 0, 3, 3, 1, CRASH_LOOP",
    "online, SELF, 8, 6, 1, CRASH_LOOP",
    "online, SELF, 8, 0, 90000, RUNNING",
    "online, SELF, 4000, 3, 90000, RUNNING",
    "online, SELF, 0, 0, 1, RUNNING",
    "online, 0, 0, 0, 100, NOT_KNOWN",
    "stopped, 0, 2, 0, 100, STOPPED",
    "stopping, SELF, 0, 0, 100, STOPPED",
    "launching, 0, 0, 0, 0, NOT_KNOWN",
    "one-launch-status, 0, 0, 0, 0, NOT_KNOWN",
  })
  void statusComesToACondition(
      String status, String pid, int restarts, int unstable, int uptime, Condition condition)
      throws IOException {
    // Given
    pm2Prints(
        "",
        "["
            + entry("shop", status, pid.equals("SELF") ? OWN_PID : 0, restarts, unstable, uptime)
            + "]");
    // When
    ProcessState state = ask("shop");
    // Then
    assertTrue(state.access().readable(), state.summary());
    assertEquals(condition, state.condition());
    assertEquals(true, state.known());
    assertEquals(status, state.status());
    assertEquals(restarts, state.restarts());
    assertEquals(List.of(3100, 3000), state.ports());
    assertEquals("/srv/shop", state.directory());
    assertEquals("/srv/shop/err.log", state.errorLog());
    assertFalse(state.toString().contains(PASSWORD));
    assertFalse(state.summary().contains(PASSWORD));
  }

  @Test
  void deadPidOfAnOnlineProcessIsNotKnown() throws Exception {
    // Given
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    pm2Prints("", "[" + entry("shop", "online", ended.pid(), 0, 0, 500) + "]");
    // When
    ProcessState state = ask("shop");
    // Then
    assertEquals(Condition.NOT_KNOWN, state.condition());
  }

  @Test
  void restartsThatGrowBetweenTwoLooksAreACrashLoop() throws IOException {
    // Given a list whose count of restarts is one higher at each look, and no unstable ones
    Path list = facts.write("entry.txt", "[" + entry("shop", "online", OWN_PID, 999, 0, 1) + "]");
    Path count = facts.write("count", "5");
    facts.program(
        "pm2", "n=$(($(cat %s)+1)); echo $n > %s; sed s/999/$n/ %s".formatted(count, count, list));
    // When
    ProcessState state = ask("shop");
    // Then
    assertEquals(Condition.CRASH_LOOP, state.condition());
    assertEquals(7, state.restarts());
  }

  @Test
  void onlineProcessThatIsDeadAtBothLooksOfManyIsACrashLoop() throws IOException {
    // Given
    pm2Prints("", "[" + entry("shop", "online", 0, 8, 0, 1) + "]");
    // When
    ProcessState state = ask("shop");
    // Then
    assertEquals(Condition.CRASH_LOOP, state.condition());
  }

  @Test
  void restartsThatGrowFromRoundToRoundAreACrashLoop() {
    // Given
    Pm2History history = new Pm2History();
    // When
    boolean first = history.grew("shop", 20, Facts.NOW);
    boolean deployed = history.grew("shop", 21, Facts.NOW.plusSeconds(10));
    boolean again = history.grew("shop", 22, Facts.NOW.plusSeconds(20));
    boolean muchLater = history.grew("shop", 40, Facts.NOW.plusSeconds(2000));
    // Then
    assertFalse(first);
    assertFalse(deployed);
    assertTrue(again);
    assertFalse(muchLater);
  }

  @Test
  void daemonOfAnotherHomeIsNamed() throws Exception {
    // Given
    realPm2(folder.resolve("ran"));
    Process daemon =
        new ProcessBuilder(
                "bash", "-c", "exec -a 'PM2 v7.0.1: God Daemon (/home/app/.pm2)' sleep 60")
            .start();
    try {
      ProcFs proc = new ProcFs(Path.of("/proc"));
      while (!proc.arguments((int) daemon.pid()).toString().contains("[PM2 v")) {
        Thread.onSpinWait();
      }
      // When
      ProcessState state = ask("shop");
      // Then
      assertTrue(
          String.valueOf(state.access().why()).endsWith("; one runs with PM2_HOME=/home/app/.pm2"),
          state.summary());
    } finally {
      daemon.destroyForcibly();
    }
  }

  @Test
  void restartByHandIsNotACrashLoop() throws IOException {
    // Given
    pm2Prints("", "[" + entry("shop", "online", OWN_PID, 12, 0, 2) + "]");
    // When
    ProcessState state = ask("shop");
    // Then
    assertEquals(Condition.RUNNING, state.condition());
    assertEquals(2000, state.uptimeMillis());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\u001b[31m[PM2] Spawning PM2 daemon with pm2_home=/root/.pm2\u001b[39m\n[PM2] PM2"
            + " Successfully daemonized\n",
        ">>>> In-memory PM2 is out-of-date, do:\n>>>> $ pm2 update\nIn memory PM2 version:"
            + " 5.3.0\nLocal PM2 version: 6.0.13\n\n",
        "[1] 4711\n[\"a\"]\n",
        "\u001b[0m",
      })
  void linesBeforeTheListArePassedOver(String before) throws IOException {
    // Given
    pm2Prints(
        before,
        "["
            + entry("other", "online", 1, 0, 0, 9)
            + ","
            + entry("shop", "errored", 0, 9, 0, 9)
            + "]");
    // When
    ProcessState state = ask("shop");
    // Then
    assertEquals(Condition.CRASH_LOOP, state.condition());
  }

  @Test
  void nameThatIsNotInTheListIsNotThere() throws IOException {
    // Given
    pm2Prints("", "[" + entry("shop", "online", OWN_PID, 0, 0, 9) + "]");
    // When
    ProcessState state = ask("liar");
    // Then
    assertEquals(Condition.NOT_THERE, state.condition());
    assertEquals(false, state.known());
    assertTrue(state.access().readable());
  }

  @Test
  void oneLiveInstanceOfSeveralIsRunning() throws IOException {
    // Given
    pm2Prints(
        "",
        "["
            + entry("shop", "errored", 0, 16, 0, 9)
            + ","
            + entry("shop", "online", OWN_PID, 0, 0, 90)
            + "]");
    // When
    ProcessState state = ask("shop");
    // Then
    assertEquals(Condition.RUNNING, state.condition());
    assertEquals("online (1 of 2 instances run)", state.status());
    assertEquals(OWN_PID, state.pid());
  }

  @Test
  void stoppedProcessIsFrozen() throws Exception {
    // Given
    Process sleeper = new ProcessBuilder("sleep", "60").start();
    try {
      signal("STOP", sleeper.pid());
      pm2Prints("", "[" + entry("shop", "online", sleeper.pid(), 0, 0, 90) + "]");
      // When
      ProcessState state = ask("shop");
      // Then
      assertEquals(Condition.FROZEN, state.condition());
    } finally {
      sleeper.destroyForcibly();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nonsense", "{}", "[{\"name\":\"shop\"", "[1,2]", "", "[[[[[[[["})
  void outputWithoutAListIsNotKnown(String output) throws IOException {
    // Given
    pm2Prints("", output);
    // When
    ProcessState state = ask("shop");
    // Then
    assertFalse(state.access().readable());
    assertEquals(Condition.NOT_KNOWN, state.condition());
    assertNull(state.known());
  }

  @Test
  void missingProgramIsNotKnown() {
    // When
    ProcessState state = ask("shop");
    // Then
    assertEquals("pm2 is not installed or not on PATH", state.access().why());
    assertEquals(Condition.NOT_KNOWN, state.condition());
  }

  @Test
  void slowProgramIsNotKnownAndEndsWithAllItStarted() throws Exception {
    // Given
    Path pids = folder.resolve("pids");
    facts.program(
        "pm2",
        "echo $$ >> %s; (sleep 300 & echo $! >> %s; wait) & sleep 300; echo '[]'"
            .formatted(pids, pids));
    long began = System.nanoTime();
    // When
    ProcessState state = ask("shop");
    // Then
    long tookMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    assertFalse(state.access().readable());
    assertTrue(tookMillis >= 2900 && tookMillis < 4500, "took " + tookMillis + " ms");
    List<String> started = Files.readAllLines(pids);
    assertEquals(2, started.size());
    for (String pid : started) {
      ended(pid);
    }
  }

  @Test
  void orphanThatHoldsThePipeDelaysNothing() throws Exception {
    // Given
    Path pid = folder.resolve("pid");
    facts.program("pm2", "(sleep 300 & echo $! > %s) ; echo '[]'".formatted(pid));
    long began = System.nanoTime();
    // When
    ProcessState state = ask("shop");
    // Then
    assertEquals(Condition.NOT_THERE, state.condition());
    assertTrue(System.nanoTime() - began < TimeUnit.MILLISECONDS.toNanos(2000));
    ended(Files.readString(pid));
  }

  @Test
  void endlessOutputIsNotKnown() throws IOException {
    // Given
    facts.program("pm2", "yes '[{\"name\":\"shop\"},'");
    // When
    ProcessState state = ask("shop");
    // Then
    assertFalse(state.access().readable());
  }

  @Test
  void longListIsReadWhole() throws IOException {
    // Given some 1.5 MB
    StringBuilder list = new StringBuilder("[");
    for (int i = 0; i < 1800; i++) {
      list.append(entry("app" + i, "online", 1, 0, 0, 9)).append(",");
    }
    pm2Prints("", list + entry("shop", "stopped", 0, 0, 0, 9) + "]");
    // When
    ProcessState state = ask("shop");
    // Then
    assertEquals(Condition.STOPPED, state.condition());
  }

  @Test
  void childrenGetNothingOfOurEnvironment() throws IOException {
    // Given
    Path seen = folder.resolve("seen");
    facts.program("pm2", "env > " + seen + "; echo '[]'");
    // When
    ask("shop");
    // Then
    String environment = Files.readString(seen);
    assertFalse(environment.contains("not-for-children"), environment);
    assertTrue(environment.contains("HOME=" + folder.resolve("home")), environment);
  }

  @Test
  void hostileNamesAreOnlyCompared() throws IOException {
    // Given
    pm2Prints("", "[]");
    for (String name : Hostile.names(folder)) {
      // When
      ProcessState state = ask(name);
      // Then
      assertEquals(Condition.NOT_THERE, state.condition());
    }
    assertFalse(Files.exists(Hostile.trap(folder)));
  }

  private Path realPm2(Path ran) throws IOException {
    Path script =
        facts.write("lib/node_modules/pm2/bin/pm2", "#!/bin/bash\ntouch " + ran + "; echo '[]'\n");
    assertTrue(script.toFile().setExecutable(true));
    Files.createDirectories(folder.resolve("bin"));
    return Files.createSymbolicLink(folder.resolve("bin/pm2"), script);
  }

  @Test
  void pm2ItselfIsNotRunWhereItWouldStartADaemon() throws IOException {
    // Given
    Path ran = folder.resolve("ran");
    realPm2(ran);
    facts.write("home/.pm2/dump.pm2", "[" + dumped() + "]");
    // When
    ProcessState state = ask("shop");
    // Then
    assertFalse(Files.exists(ran));
    if (state.access().readable()) {
      // All processes of this host are visible, and no daemon is among them.
      assertEquals(Condition.UNMANAGED, state.condition());
      assertEquals("kept in dump.pm2, and no PM2 daemon runs", state.status());
    } else {
      assertTrue(String.valueOf(state.access().why()).startsWith("no PM2 daemon runs"));
      assertEquals(Condition.NOT_KNOWN, state.condition());
      assertNull(state.known());
      assertNull(state.status());
    }
    assertEquals(List.of(3000), state.ports(), "what it saved is still of use");
    assertEquals("/srv/shop", state.directory());
  }

  private static String dumped() {
    return "{\"name\":\"shop\",\"PORT\":3000,\"pm_cwd\":\"/srv/shop\",\"status\":\"online\","
        + "\"restart_time\":3,\"env\":{\"SECRET\":\""
        + PASSWORD
        + "\"}}";
  }

  @Test
  void pm2ItselfIsAskedWhileItsDaemonTakesConnections() throws IOException {
    // Given
    Path ran = folder.resolve("ran");
    realPm2(ran);
    facts.write("home/.pm2/pm2.pid", OWN_PID + "\n");
    try (ServerSocketChannel daemon = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      daemon.bind(UnixDomainSocketAddress.of(folder.resolve("home/.pm2/rpc.sock")));
      // When
      ProcessState state = ask("shop");
      // Then
      assertTrue(Files.exists(ran));
      assertEquals(Condition.NOT_THERE, state.condition());
    }
  }

  @Test
  void staleSocketOfADaemonIsNoDaemon() throws IOException {
    // Given
    Path ran = folder.resolve("ran");
    realPm2(ran);
    facts.write("home/.pm2/pm2.pid", OWN_PID + "\n");
    try (ServerSocketChannel daemon = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      daemon.bind(UnixDomainSocketAddress.of(folder.resolve("home/.pm2/rpc.sock")));
    }
    // When
    ProcessState state = ask("shop");
    // Then
    assertFalse(Files.exists(ran));
    assertFalse(state.access().readable());
  }

  @Test
  void wrapperGetsAHomeThatNoDaemonCanLiveIn() throws IOException {
    // Given a wrapper that may run PM2 in the end
    Path home = folder.resolve("seen-home");
    facts.program(
        "pm2",
        "echo -n $PM2_HOME > %s; mkdir -p $PM2_HOME/logs 2>/dev/null && touch %s; echo '[]'"
            .formatted(home, folder.resolve("made")));
    // When
    ask("shop");
    // Then
    assertTrue(Files.readString(home).startsWith("/dev/null/"));
    assertFalse(Files.exists(folder.resolve("made")));
  }

  @Test
  void manyWhoAskAtOnceCostOneRun() throws IOException {
    // Given
    Path runs = folder.resolve("runs");
    facts.program("pm2", "echo x >> " + runs + "; sleep 0.2; echo '[]'");
    ProcessSelector selector = new ProcessSelector(ProcessSelector.Kind.PM2, "shop");
    // When
    List<io.vertx.core.Future<ProcessState>> all =
        Stream.generate(() -> facts.host().process("backend", selector)).limit(30).toList();
    // Then
    for (io.vertx.core.Future<ProcessState> one : all) {
      assertEquals(Condition.NOT_THERE, Facts.of(one).condition());
    }
    assertEquals(1, Files.readAllLines(runs).size());
  }

  /** Gone, or dead and not yet collected by whoever is its parent now. */
  private static void ended(String pid) {
    ProcFs proc = new ProcFs(Path.of("/proc"));
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
    ProcFs.Stat stat = proc.stat(Integer.parseInt(pid.trim()));
    while (stat != null && !stat.dead() && System.nanoTime() - deadline < 0) {
      Thread.onSpinWait();
      stat = proc.stat(Integer.parseInt(pid.trim()));
    }
    assertTrue(stat == null || stat.dead(), () -> "still runs: " + pid);
  }

  private static void signal(String name, long pid) throws Exception {
    assertEquals(0, new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor());
  }
}
