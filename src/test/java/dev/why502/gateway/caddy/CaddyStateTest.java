package dev.why502.gateway.caddy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Gateway;
import dev.why502.definition.Request;
import dev.why502.definition.Request.Header;
import dev.why502.definition.Scheme;
import dev.why502.definition.Target;
import dev.why502.evidence.GatewayState;
import dev.why502.evidence.GatewayState.Mark;
import dev.why502.evidence.Resolution;
import dev.why502.evidence.Route;
import dev.why502.gateway.ConfigFiles;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real Caddy's processes and admin API. */
@Timeout(60)
class CaddyStateTest {
  private static final String CONFIG =
      """
      {
      	admin ADMIN
      	auto_https off
      }
      http://x.example:PORT {
      	reverse_proxy 127.0.0.1:UP {
      		fail_duration 30s
      	}
      }
      """;

  @TempDir Path folder;
  private Vertx vertx;
  private CaddyReader reader;
  private CaddyState state;
  private int port;
  private int admin;

  @BeforeEach
  void prepare() throws IOException {
    RealCaddy.require();
    vertx = Vertx.vertx();
    reader = new CaddyReader(vertx, CaddyStateTest::unknownName);
    state = new CaddyState(vertx, InstantSource.system());
    List<Integer> ports = RealCaddy.ports(2);
    port = ports.get(0);
    admin = ports.get(1);
  }

  @AfterEach
  void close() {
    if (vertx != null) {
      vertx.close();
    }
  }

  private static Future<Resolution> unknownName(String name) {
    return Future.succeededFuture(
        new Resolution(name, Instant.EPOCH, "test", List.of(), "NXDOMAIN"));
  }

  private static <T> T done(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private Gateway write(String adminAddress, int upstream) throws IOException {
    Path file = folder.resolve("Caddyfile");
    Files.writeString(
        file,
        CONFIG
            .replace("ADMIN", adminAddress)
            .replace("PORT", String.valueOf(port))
            .replace("UP", String.valueOf(upstream)));
    return new Gateway("caddy", Gateway.Kind.CADDY, file.toString(), null, null, null);
  }

  private GatewayState look(Gateway gateway) throws Exception {
    ConfigFiles files = done(reader.files(gateway));
    return done(state.state(gateway, files));
  }

  private static void later(Gateway gateway) throws IOException {
    Files.setLastModifiedTime(
        Path.of(Objects.requireNonNull(gateway.config())),
        FileTime.from(Instant.now().plusSeconds(5)));
  }

  @Test
  void countedFailureIsAMark() throws Exception {
    // Given
    Gateway gateway = write("localhost:" + admin, 1);
    try (RealCaddy caddy = RealCaddy.start(folder, "Caddyfile", port)) {
      RealCaddy.ask(port, "GET", "/", "Host: x.example\r\n");

      // When
      GatewayState seen = look(gateway);

      // Then
      assertEquals(true, seen.running());
      assertEquals(caddy.pid(), seen.pid());
      assertEquals(
          List.of(new Mark("127.0.0.1:1", "127.0.0.1:1", "DOWN", "1 failure within 30000 ms")),
          seen.marks());
      assertFalse(seen.edited());
    }
  }

  @Test
  void editThatIsNotLoadedShowsInWhatRuns() throws Exception {
    // Given
    Gateway gateway = write("unix/" + folder + "/admin.sock", 1);
    try (RealCaddy caddy = RealCaddy.start(folder, "Caddyfile", port)) {
      later(gateway);

      // When
      GatewayState touched = look(gateway);
      write("unix/" + folder + "/admin.sock", 2);
      later(gateway);
      GatewayState edited = look(gateway);

      // Then
      assertFalse(touched.edited(), "the same upstreams run");
      assertNull(touched.loadedAt());
      assertTrue(edited.edited(), "another upstream runs than the file says");
      assertEquals(caddy.pid(), edited.pid());
    }
  }

  @Test
  void runningConfigurationIsRoutedOver() throws Exception {
    // Given
    Gateway gateway = write("127.0.0.1:" + admin, 1);
    Target target =
        new Target(Scheme.HTTP, Endpoint.of("127.0.0.1", port), "/p", "http://x.example/p");
    Request request =
        new Request(
            "GET", List.of(new Header("Host", "x.example")), null, null, false, false, null, "1.1");
    try (RealCaddy caddy = RealCaddy.start(folder, "Caddyfile", port)) {
      write("127.0.0.1:" + admin, 2);
      ConfigFiles files = done(reader.files(gateway));

      // When
      String json = Objects.requireNonNull(done(state.running(gateway, files)));
      Route running =
          done(
              reader.running(
                  gateway, Objects.requireNonNull(files.admin()), json, target, request, null));
      Route written = done(reader.route(gateway, target, request, null));

      // Then
      assertEquals(1, Objects.requireNonNull(running.pass()).peers().get(0).port());
      assertEquals(2, Objects.requireNonNull(written.pass()).peers().get(0).port());
      assertTrue(caddy.pid() > 0);
    }
  }

  @Test
  void closedAdminApiTellsNothing() throws Exception {
    // Given
    Gateway gateway = write("off", 1);
    try (RealCaddy caddy = RealCaddy.start(folder, "Caddyfile", port)) {
      RealCaddy.ask(port, "GET", "/", "Host: x.example\r\n");
      later(gateway);

      // When
      ConfigFiles files = done(reader.files(gateway));
      GatewayState seen = done(state.state(gateway, files));

      // Then
      assertNull(files.admin());
      assertEquals(List.of(), seen.marks());
      assertNull(seen.loadedAt());
      assertEquals(caddy.pid(), seen.pid());
      assertNull(done(state.running(gateway, files)));
    }
  }

  @Test
  void anotherCaddyIsNotOurs() throws Exception {
    // Given
    Gateway gateway = write("off", 1);
    try (RealCaddy caddy = RealCaddy.start(folder, "Caddyfile", port)) {
      Path other = Files.writeString(folder.resolve("other"), ":1 {\n\tadmin off\n}\n");
      Gateway elsewhere =
          new Gateway("other", Gateway.Kind.CADDY, other.toString(), null, null, null);

      // When
      GatewayState seen = done(state.state(elsewhere, ConfigFiles.unread(other.toString(), "")));

      // Then
      assertEquals(0, seen.pid());
      assertTrue(caddy.pid() > 0);
      assertEquals("caddy", gateway.id());
    }
  }
}
