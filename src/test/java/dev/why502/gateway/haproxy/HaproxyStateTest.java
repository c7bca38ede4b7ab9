package dev.why502.gateway.haproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Gateway;
import dev.why502.evidence.GatewayState;
import dev.why502.evidence.GatewayState.Mark;
import dev.why502.gateway.ConfigFiles;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class HaproxyStateTest {
  private static final String CONFIG =
      """
      global
        stats socket DIR/s level %s
        stats socket 127.0.0.1:ADMIN level operator
      defaults
        mode http
        timeout connect 1s
        timeout client 1s
        timeout server 1s
      frontend web
        bind 127.0.0.1:FRONT
        default_backend app
      backend app
        option httpchk
        server dead 127.0.0.1:NOBODY check inter 50ms fall 1
        server off 127.0.0.1:1 disabled
        server well 127.0.0.1:2
      """;

  private final Vertx vertx = Vertx.vertx();
  private final Path directory;

  HaproxyStateTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @AfterEach
  void stop() {
    HaproxyDesk.await(vertx.close());
  }

  private HaproxyDesk desk(String level, List<Integer> ports) {
    return new HaproxyDesk(vertx, directory)
        .write(
            "haproxy.cfg",
            CONFIG
                .formatted(level)
                .replace("FRONT", "" + ports.get(0))
                .replace("NOBODY", "" + ports.get(1))
                .replace("ADMIN", "" + ports.get(2)));
  }

  private GatewayState state(HaproxyDesk desk, @Nullable String admin) {
    Gateway gateway =
        new Gateway("gw", Gateway.Kind.HAPROXY, desk.config().toString(), null, null, admin);
    ConfigFiles files = HaproxyDesk.await(desk.reader.files(gateway));
    return HaproxyDesk.await(new HaproxyState(vertx, InstantSource.system()).state(gateway, files));
  }

  /** Asks until the check has had its say. */
  private GatewayState settled(HaproxyDesk desk, @Nullable String admin) {
    GatewayState state = state(desk, admin);
    for (int i = 0; i < 200 && state.marks().size() < 2; i++) {
      state = state(desk, admin);
    }
    return state;
  }

  @ParameterizedTest
  @CsvSource({"user, config", "admin, config", "admin, path", "user, port"})
  void serversOutOfUseAreMarked(String level, String how) throws Exception {
    // Given
    RealHaproxy.require();
    List<Integer> ports = RealHaproxy.ports(3);
    HaproxyDesk desk = desk(level, ports);
    String admin =
        how.equals("path")
            ? "unix:" + directory.resolve("s")
            : how.equals("port") ? "127.0.0.1:" + ports.get(2) : null;

    // When
    GatewayState state;
    Instant before = Instant.now();
    try (RealHaproxy running = RealHaproxy.start(desk.config(), ports.get(0))) {
      state = settled(desk, admin);
      assertEquals(running.process().pid(), state.pid());
    }

    // Then
    assertEquals(true, state.running());
    assertEquals(
        List.of(
            new Mark(
                "app/dead",
                "127.0.0.1:" + ports.get(1),
                "DOWN",
                "Layer4 connection problem, Connection refused"),
            new Mark("app/off", "127.0.0.1:1", "MAINT", null)),
        state.marks());
    Instant loaded = Objects.requireNonNull(state.loadedAt());
    assertTrue(Duration.between(before, loaded).abs().toSeconds() < 5, loaded.toString());
    assertTrue(!state.edited());
  }

  @Test
  void workerOfMasterTellsWhenItWasLoaded() throws Exception {
    // Given
    RealHaproxy.require();
    List<Integer> ports = RealHaproxy.ports(3);
    HaproxyDesk desk = desk("user", ports);
    List<String> command = List.of("haproxy", "-W", "-f", desk.config().toString());

    // When
    GatewayState first;
    GatewayState edited;
    GatewayState second;
    try (RealHaproxy running = RealHaproxy.start(command, desk.config(), ports.get(0))) {
      first = settled(desk, null);
      Files.setLastModifiedTime(
          desk.config(), java.nio.file.attribute.FileTime.from(Instant.now().plusSeconds(1)));
      edited = state(desk, null);
      Files.setLastModifiedTime(
          desk.config(), java.nio.file.attribute.FileTime.from(Instant.now().minusSeconds(60)));
      RealHaproxy.run(List.of("kill", "-USR2", "" + running.process().pid()), directory);
      long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
      do {
        second = state(desk, null);
      } while (!later(first, second) && System.nanoTime() < end);
    }

    // Then
    assertEquals(true, first.running());
    assertEquals(first.pid(), second.pid());
    assertTrue(edited.edited());
    assertTrue(later(first, second));
  }

  /** By more than start times are sure. */
  private static boolean later(GatewayState first, GatewayState second) {
    Instant before = Objects.requireNonNull(first.loadedAt());
    Instant after = second.loadedAt();
    return after != null && after.isAfter(before.plusMillis(30));
  }

  @Test
  void stoppedOneDoesNotRun() {
    // Given
    HaproxyDesk desk = desk("user", List.of(1, 2, 3));

    // When
    GatewayState state = state(desk, null);

    // Then
    assertTrue(state.running() == null || !state.running());
    assertNull(state.loadedAt());
    assertEquals(List.of(), state.marks());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/nowhere/s", "127.0.0.1", "http://x/", "127.0.0.1:1", ""})
  void adminThatDoesNotAnswerMarksNothing(String admin) {
    // Given
    HaproxyDesk desk = desk("user", List.of(1, 2, 3));

    // When
    GatewayState state = state(desk, admin);

    // Then
    assertEquals(List.of(), state.marks());
  }

  @Test
  void silentAdminIsLeftInTime() throws Exception {
    // Given
    HaproxyDesk desk = desk("user", List.of(1, 2, 3));
    long begun = System.nanoTime();

    // When
    GatewayState state;
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      state = state(desk, "127.0.0.1:" + silent.getLocalPort());
    }

    // Then
    assertEquals(List.of(), state.marks());
    assertTrue(System.nanoTime() - begun < Duration.ofSeconds(3).toNanos());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "haproxy -Ws -f /etc/haproxy/haproxy.cfg -p /run/haproxy.pid|/etc/haproxy/haproxy.cfg",
        "/usr/sbin/haproxy -f a.cfg -f conf.d -db|a.cfg conf.d",
        "haproxy -sf 12 13 -x /run/s -f a.cfg|a.cfg",
        "haproxy -D -- a.cfg b.cfg|a.cfg b.cfg",
        "haproxy -v|''",
      })
  void commandLineNamesItsConfiguration(String line, String configs) {
    // When
    List<String> found = HaproxyProcesses.configs(line);

    // Then
    assertEquals(configs, String.join(" ", found));
  }

  @Test
  void tableOfAnotherShapeIsNoTable() {
    assertNull(HaproxyStats.marks("HTTP/1.0 400 Bad request\r\n"));
    assertEquals(List.of(), HaproxyStats.marks("# pxname,svname,status\n\na\n,,,,,\n"));
    assertEquals(
        List.of(new Mark("b/s", null, "FULL", "2 of 2 sessions, 3 waiting")),
        HaproxyStats.marks(
            "# pxname,svname,status,type,slim,scur,qcur\nb,s,UP,2,2,2,3\nb,t,UP 1/3,2,2,1,0\n"));
  }
}
