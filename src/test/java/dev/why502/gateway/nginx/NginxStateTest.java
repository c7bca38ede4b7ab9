package dev.why502.gateway.nginx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Gateway;
import dev.why502.evidence.Access;
import dev.why502.evidence.GatewayState;
import dev.why502.gateway.ConfigFiles;
import dev.why502.gateway.GatewayProcesses;
import dev.why502.gateway.ProcFiles;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class NginxStateTest {
  private static final String SERVER = "server { listen 127.0.0.1:PORT; return 204; }";

  private Vertx vertx;
  private Path directory;

  @BeforeEach
  void setUp(@TempDir Path temporary) {
    vertx = Vertx.vertx();
    directory = temporary;
  }

  @AfterEach
  void tearDown() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void editIsSeenUntilReload() throws Exception {
    // Given
    try (NginxErrorLogLive nginx =
        new NginxErrorLogLive(directory, "worker_processes 2;", SERVER)) {
      NginxErrorLogLive.waitFor(() -> nginx.workers().size() == 2, "the first workers");
      GatewayState started = read(nginx, nginx.pidFile);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(80));
      // When
      Files.writeString(nginx.config, "# edited\n", StandardOpenOption.APPEND);
      GatewayState edited = read(nginx, nginx.pidFile);
      List<Long> before = nginx.workers();
      nginx.signal("HUP");
      NginxErrorLogLive.waitFor(
          () -> nginx.workers().size() == 2 && nginx.workers().stream().noneMatch(before::contains),
          "new workers");
      GatewayState reloaded = read(nginx, nginx.pidFile);
      // Then
      assertEquals(true, started.running());
      assertEquals(nginx.pid(), started.pid());
      assertFalse(started.edited(), started::summary);
      assertTrue(edited.edited(), edited::summary);
      assertEquals(nginx.config.toString(), edited.editedFile());
      assertFalse(reloaded.edited(), reloaded::summary);
      Instant loadedAt = reloaded.loadedAt();
      assertNotNull(loadedAt);
      assertTrue(Duration.between(loadedAt, Instant.now()).toMillis() < 5_000);
      assertEquals(true, reloaded.sameNetwork());
      assertFalse(reloaded.frozen());
      assertTrue(reloaded.openFiles() > 0);
      assertTrue(reloaded.openFilesLimit() > 0);
      assertNotNull(reloaded.user());
    }
  }

  @Test
  void masterIsFoundByItsConfigWithoutPidFile() throws Exception {
    // Given
    try (NginxErrorLogLive nginx = new NginxErrorLogLive(directory, "", SERVER)) {
      // When
      GatewayState state = read(nginx, null);
      GatewayState stranger = read(gateway(Files.createFile(directory.resolve("x"))), null);
      // Then
      assertEquals(nginx.pid(), state.pid());
      assertEquals(0, stranger.pid());
      assertNull(stranger.running());
    }
  }

  @Test
  void reloadThatFailedLeavesOldConfigRunning() throws Exception {
    // Given
    try (NginxErrorLogLive nginx = new NginxErrorLogLive(directory, "", SERVER)) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(80));
      Files.writeString(nginx.config, "nonsense on;\n", StandardOpenOption.APPEND);
      nginx.signal("HUP");
      NginxErrorLogLive.waitFor(() -> nginx.logged("nonsense"), "the reload fails");
      // When
      GatewayState state = read(nginx, nginx.pidFile);
      // Then
      assertTrue(state.edited(), state::summary);
    }
  }

  @Test
  void stoppedWorkersAreFrozen() throws Exception {
    // Given
    try (NginxErrorLogLive nginx =
        new NginxErrorLogLive(directory, "worker_processes 2;", SERVER)) {
      NginxErrorLogLive.waitFor(() -> nginx.workers().size() == 2, "two workers");
      List<Long> workers = nginx.workers();
      // When
      NginxErrorLogLive.kill("STOP", workers.get(0));
      NginxErrorLogLive.waitFor(() -> stopped(workers.get(0)), "the first stops");
      GatewayState one = read(nginx, nginx.pidFile);
      NginxErrorLogLive.kill("STOP", workers.get(1));
      NginxErrorLogLive.waitFor(() -> stopped(workers.get(1)), "the second stops");
      GatewayState both = read(nginx, nginx.pidFile);
      // Then
      assertFalse(one.frozen());
      assertTrue(both.frozen());
    }
  }

  @Test
  void singleProcessIsItsOwnWorker() throws Exception {
    // Given
    try (NginxErrorLogLive nginx =
        new NginxErrorLogLive(directory, "master_process off;", SERVER)) {
      // When
      GatewayState byPid = read(nginx, nginx.pidFile);
      GatewayState byConfig = read(nginx, null);
      // Then
      assertEquals(nginx.pid(), byPid.pid());
      assertEquals(nginx.pid(), byConfig.pid());
      assertNotNull(byPid.loadedAt());
    }
  }

  @Test
  void stoppedNginxDoesNotRunWhereAllProcessesShow() throws Exception {
    // Given
    Path pidFile;
    Gateway gateway;
    try (NginxErrorLogLive nginx = new NginxErrorLogLive(directory, "", SERVER)) {
      pidFile = nginx.pidFile;
      gateway = gateway(nginx.config);
      Files.copy(pidFile, directory.resolve("stale.pid"));
    }
    // When
    GatewayState gone = read(gateway, pidFile);
    GatewayState stale = read(gateway, directory.resolve("stale.pid"));
    // Then
    boolean all = "pid:[4026531836]".equals(new ProcFiles(Path.of("/proc")).link(0, "ns/pid"));
    assertEquals(all ? Boolean.FALSE : null, gone.running());
    assertEquals(all ? Boolean.FALSE : null, stale.running());
    assertEquals(all, gone.access().readable());
  }

  @Test
  void withoutPidFileItIsNotKnownThatNoneRuns() throws Exception {
    // Given
    Gateway gateway = gateway(Files.createFile(directory.resolve("nginx.conf")));
    // When
    GatewayState state = read(gateway, null);
    // Then
    assertNull(state.running());
  }

  @Test
  void unreadableProcIsNotKnown() throws Exception {
    // Given
    GatewayProcesses reader =
        new GatewayProcesses(
            vertx,
            InstantSource.system(),
            new NginxProcesses(),
            new ProcFiles(directory.resolve("proc")));
    Gateway gateway = gateway(Files.createFile(directory.resolve("nginx.conf")));
    // When
    GatewayState state = read(reader, gateway, directory.resolve("nginx.pid"));
    // Then
    assertFalse(state.access().readable());
    assertNull(state.running());
  }

  @Test
  void containersOwnProcessesDoNotTellAboutTheHost() throws Exception {
    // Given
    Path proc = Files.createDirectories(directory.resolve("proc"));
    process(proc, "1", "sh", "S", 0, "sh");
    process(proc, "self", "java", "S", 0, "java");
    Files.createDirectories(proc.resolve("self/ns"));
    Files.createSymbolicLink(proc.resolve("self/ns/pid"), Path.of("pid:[4026532999]"));
    Gateway gateway = gateway(Files.createFile(directory.resolve("nginx.conf")));
    GatewayProcesses reader =
        new GatewayProcesses(
            vertx, InstantSource.system(), new NginxProcesses(), new ProcFiles(proc));
    // When
    GatewayState state = read(reader, gateway, directory.resolve("nginx.pid"));
    // Then
    assertNull(state.running());
    assertFalse(state.access().readable());
  }

  @Test
  void ageOfWorkersIsThatOfTheOldestThatServes() throws Exception {
    // Given
    Path proc = Files.createDirectories(directory.resolve("proc"));
    Path config = Files.createFile(directory.resolve("nginx.conf"));
    process(proc, "10", "nginx", "S", 1, "nginx: master process nginx -c " + config);
    process(proc, "11", "nginx", "S", 10, 1_000, "nginx: worker process is shutting down");
    process(proc, "12", "nginx", "T", 10, 5_000, "nginx: worker process");
    process(proc, "13", "nginx", "T", 10, 5_001, "nginx: worker process");
    process(proc, "14", "nginx", "S", 10, 5_002, "nginx: cache manager process");
    Files.writeString(proc.resolve("uptime"), "100.50 3.00\n");
    Files.writeString(directory.resolve("nginx.pid"), "10\n");
    Instant now = Instant.parse("2025-09-18T09:46:00.500Z");
    GatewayProcesses reader =
        new GatewayProcesses(vertx, () -> now, new NginxProcesses(), new ProcFiles(proc));
    // When
    GatewayState state = read(reader, gateway(config), directory.resolve("nginx.pid"));
    // Then
    assertEquals(10, state.pid());
    assertEquals(Instant.parse("2025-09-18T09:45:10Z"), state.loadedAt());
    assertTrue(state.frozen());
    assertEquals(-1, state.openFiles());
    assertNull(state.sameNetwork());
  }

  private static void process(
      Path proc, String pid, String name, String state, int parent, String title) throws Exception {
    process(proc, pid, name, state, parent, 100, title);
  }

  private static void process(
      Path proc, String pid, String name, String state, int parent, long ticks, String title)
      throws Exception {
    Path directory = Files.createDirectories(proc.resolve(pid));
    String fields = " 0".repeat(17);
    Files.writeString(
        directory.resolve("stat"),
        pid + " (" + name + ") " + state + " " + parent + fields + " " + ticks + " 0 0\n");
    Files.writeString(directory.resolve("cmdline"), title + "\0\0");
  }

  private static boolean stopped(long pid) {
    ProcFiles.Stat stat = new ProcFiles(Path.of("/proc")).stat((int) pid);
    return stat != null && stat.state() == 'T';
  }

  private GatewayState read(NginxErrorLogLive nginx, @Nullable Path pidFile) throws Exception {
    return read(gateway(nginx.config), pidFile);
  }

  private GatewayState read(Gateway gateway, @Nullable Path pidFile) throws Exception {
    return read(
        new GatewayProcesses(vertx, InstantSource.system(), new NginxProcesses()),
        gateway,
        pidFile);
  }

  private static GatewayState read(GatewayProcesses reader, Gateway gateway, @Nullable Path pidFile)
      throws Exception {
    Path config = Path.of(String.valueOf(gateway.config()));
    Instant changed = Files.getLastModifiedTime(config).toInstant();
    return reader
        .state(
            gateway,
            new ConfigFiles(
                Access.GRANTED,
                config.toString(),
                List.of(new ConfigFiles.Seen(config.toString(), changed, "")),
                true,
                pidFile == null ? null : pidFile.toString(),
                null,
                List.of(),
                List.of(),
                null,
                0))
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  private static Gateway gateway(Path config) {
    return new Gateway("edge", Gateway.Kind.NGINX, config.toString(), null, null, null);
  }
}
