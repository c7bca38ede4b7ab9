package dev.why502.gateway.running;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Gateway.Kind;
import dev.why502.evidence.Access;
import dev.why502.evidence.Listeners;
import dev.why502.gateway.ProcFiles;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes as /proc shows them, in a /proc of the test's own. */
@Timeout(20)
class RunningGatewaysTest {
  private static final String MOUNTS = "mnt:[1]";
  private static Vertx vertx;

  @TempDir Path directory;
  private Path proc;
  private Path work;
  private Path config;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stop() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  @BeforeEach
  void files() throws IOException {
    directory = directory.toRealPath();
    proc = Files.createDirectories(directory.resolve("proc"));
    work = Files.createDirectories(directory.resolve("work"));
    config = Files.writeString(work.resolve("own.conf"), "");
    Files.createDirectories(proc.resolve("self/ns"));
    Files.createSymbolicLink(proc.resolve("self/ns/mnt"), Path.of(MOUNTS));
  }

  @Test
  void holderOfThePortIsTheGatewayWhateverElseRuns() throws Exception {
    // Given
    process(10, "nginx", 1, "/usr/sbin/nginx", MOUNTS, "nginx: master process nginx -c /other");
    process(20, "nginx", 1, "/usr/sbin/nginx", MOUNTS, "nginx: master process nginx -c " + config);
    process(21, "nginx", 20, "/usr/sbin/nginx", MOUNTS, "nginx: worker process");

    // When
    Holder holder = at(row("0.0.0.0", 21, "nginx"));

    // Then
    assertEquals(Holder.State.GATEWAY, holder.state());
    assertEquals(
        List.of(new RunningGateway(Kind.NGINX, 20, List.of(config.toString()), null, null)),
        holder.gateways());
  }

  @Test
  void relativeFileIsMeantFromTheWorkingDirectory() throws Exception {
    // Given
    process(30, "haproxy", 1, "/usr/sbin/haproxy", MOUNTS, "haproxy", "-W", "-f", "own.conf");
    process(31, "haproxy", 30, "/usr/sbin/haproxy", MOUNTS, "haproxy", "-W", "-f", "own.conf");

    // When
    Holder holder = at(row("127.0.0.1", 31, "haproxy"));

    // Then
    assertEquals(30, holder.gateways().get(0).pid());
    assertEquals(List.of(config.toString()), holder.gateways().get(0).configs());
  }

  @Test
  void caddyWithoutAFileTakesTheOneBesideIt() throws Exception {
    // Given
    Path caddyfile = Files.writeString(work.resolve("Caddyfile"), "");
    process(40, "caddy", 1, "/usr/bin/caddy", MOUNTS, "caddy", "run");

    // When
    Holder holder = at(row("::", 40, "caddy"));

    // Then
    assertEquals(List.of(caddyfile.toString()), holder.gateways().get(0).configs());
  }

  @Test
  void gatewayOfAContainerKeepsItsFilesToItself() throws Exception {
    // Given
    process(
        50, "nginx", 1, "/usr/sbin/nginx", "mnt:[2]", "nginx: master process nginx -c " + config);
    Files.createDirectories(proc.resolve("50/root"));
    Files.writeString(proc.resolve("50/cgroup"), "0::/system.slice/docker-4f.scope\n");

    // When
    Holder holder = at(row("0.0.0.0", 50, "nginx"));

    // Then
    assertEquals(List.of(), holder.gateways().get(0).configs());
    assertEquals("it runs in a container, with files of its own", holder.gateways().get(0).why());
  }

  @Test
  void missingFileIsNotReplacedByAStandardOne() throws Exception {
    // Given
    process(60, "httpd", 1, "/usr/sbin/httpd", MOUNTS, "httpd", "-f", directory + "/gone.conf");

    // When
    Holder holder = at(row("127.0.0.1", 60, "httpd"));

    // Then
    assertEquals(List.of(), holder.gateways().get(0).configs());
    assertTrue(String.valueOf(holder.gateways().get(0).why()).contains("gone.conf"));
  }

  @Test
  void otherProgramIsNoGateway() throws Exception {
    // Given
    process(70, "node", 1, "/usr/bin/node", MOUNTS, "node", "server.js");
    process(71, "nginx", 1, "/usr/sbin/nginx", MOUNTS, "nginx: master process nginx -c " + config);

    // When
    Holder holder = at(row("127.0.0.1", 70, "node"), row("0.0.0.0", 71, "nginx"));

    // Then
    assertEquals(Holder.State.OTHER, holder.state());
    assertEquals("node, pid 70", holder.program());
    assertEquals(List.of(), holder.gateways());
  }

  @Test
  void hiddenHolderLeavesEveryGatewayThatRuns() throws Exception {
    // Given
    process(80, "nginx", 1, null, null, "nginx: master process nginx -c " + config);
    process(81, "nginx", 80, null, null, "nginx: worker process");
    process(82, "nginx", 1, null, null, "nginx", "-s", "reload");

    // When
    Holder holder = at(row("127.0.0.1", 0, null));

    // Then
    assertEquals(Holder.State.HIDDEN, holder.state());
    assertEquals(List.of(80), holder.gateways().stream().map(RunningGateway::pid).toList());
    assertEquals(List.of(config.toString()), holder.gateways().get(0).configs());
  }

  @Test
  void standardErrorIsALogWhereItIsAFile() throws Exception {
    // Given
    Path log = Files.writeString(directory.resolve("caddy.log"), "");
    process(90, "caddy", 1, "/usr/bin/caddy", MOUNTS, "caddy", "run", "--config", config + "");
    Files.createDirectories(proc.resolve("90/fd"));
    Files.createSymbolicLink(proc.resolve("90/fd/2"), log);

    // When
    Holder holder = at(row("127.0.0.1", 90, "caddy"));

    // Then
    assertEquals(log.toString(), holder.gateways().get(0).errorFile());
  }

  @Test
  void nothingListensWhereNoSocketTakesTheAddress() throws Exception {
    // Given
    process(95, "nginx", 1, "/usr/sbin/nginx", MOUNTS, "nginx: master process nginx -c " + config);

    // When
    Holder holder = at(row("127.0.0.2", 95, "nginx"));

    // Then
    assertEquals(Holder.State.NOBODY, holder.state());
    assertEquals(1, holder.gateways().size());
    assertNull(holder.program());
  }

  private Holder at(Listeners.Row... rows) throws Exception {
    Listeners listeners = new Listeners(Instant.EPOCH, Access.GRANTED, List.of(rows));
    return new RunningGateways(vertx, new ProcFiles(proc))
        .at("127.0.0.1", 80, listeners)
        .await(10, TimeUnit.SECONDS);
  }

  private static Listeners.Row row(String address, int pid, String command) {
    return new Listeners.Row(address, 80, null, -1, -1, 0, pid, command);
  }

  /** A process; without a program or mounts it is one whose links do not show to us. */
  private void process(
      int pid, String name, int parent, String program, String mounts, String... arguments)
      throws IOException {
    Path at = Files.createDirectories(proc.resolve(pid + "/ns")).getParent();
    Files.writeString(
        at.resolve("stat"),
        pid + " (" + name + ") S " + parent + " 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 100 0 0\n");
    Files.writeString(at.resolve("cmdline"), String.join("\0", arguments) + "\0");
    Files.writeString(at.resolve("cgroup"), "0::/system.slice/a.service\n");
    if (program != null) {
      Files.createSymbolicLink(at.resolve("exe"), Path.of(directory + program));
      Files.createSymbolicLink(at.resolve("cwd"), work);
    }
    if (mounts != null) {
      Files.createSymbolicLink(at.resolve("ns/mnt"), Path.of(mounts));
    }
  }
}
