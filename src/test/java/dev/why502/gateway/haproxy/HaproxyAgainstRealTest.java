package dev.why502.gateway.haproxy;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Request;
import dev.why502.definition.Request.Header;
import dev.why502.evidence.Route;
import dev.why502.evidence.Route.Handling;
import dev.why502.gateway.ByteText;
import dev.why502.gateway.RealGateway;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The reader says of each request what the real HAProxy does with it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class HaproxyAgainstRealTest {
  private static final String BACKENDS =
      """
      backend a
        server s1 @A@
      backend b
        server s1 @B@
      backend c
        server s1 @C@
      backend d
        server s1 @D@
      """;

  private final Vertx vertx = Vertx.vertx();
  private @Nullable EchoServers servers;

  @BeforeAll
  void start() throws IOException {
    RealHaproxy.require();
    servers = new EchoServers();
  }

  @AfterAll
  void stop() {
    if (servers != null) {
      servers.close();
    }
    HaproxyDesk.await(vertx.close());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sites")
  void readerAgreesWithHaproxy(HaproxySite site, @TempDir Path directory) throws Exception {
    // Given
    int port = RealHaproxy.ports(1).get(0);
    HaproxyDesk desk = new HaproxyDesk(vertx, directory);
    site.files().forEach(desk::write);
    String text = site.config().contains("\nbackend a") ? site.config() : site.config() + BACKENDS;
    String head =
        """
        defaults
          mode http
          timeout connect 1s
          timeout client 5s
          timeout server 5s
          timeout tarpit 10ms
          retries 0
        """;
    desk.write(
        "haproxy.cfg",
        Objects.requireNonNull(servers)
            .placed((site.bare() ? "" : head) + text)
            .replace("FRONT", "" + port));
    List<String> predicted = new ArrayList<>();
    List<String> real = new ArrayList<>();

    // When
    try (RealHaproxy running = RealHaproxy.start(desk.config(), port)) {
      assertTrue(running.process().isAlive());
      for (String line : site.requests()) {
        Asked asked = Asked.of(line);
        real.add(line + " => " + real(port, asked));
      }
    }
    for (String line : site.requests()) {
      Asked asked = Asked.of(line);
      List<Header> headers = new ArrayList<>(asked.headers());
      headers.add(new Header("Host", asked.host()));
      Request request = HaproxyDesk.request(asked.method(), headers);
      Route route =
          desk.route("http://127.0.0.1:" + port + asked.path(), request, "127.0.0.1:" + port);
      assertEquals(List.of(), route.faults(), line);
      predicted.add(line + " => " + told(route, asked));
    }

    // Then
    List<org.junit.jupiter.api.function.Executable> all = new ArrayList<>();
    for (int i = 0; i < real.size(); i++) {
      String expected = real.get(i);
      String actual = predicted.get(i);
      all.add(() -> assertEquals(expected, actual));
    }
    assertAll(all);
  }

  static Stream<HaproxySite> sites() {
    return HaproxySites.all().stream();
  }

  /** A request line of the table: {@code GET host /path Name:value ...}. */
  record Asked(String method, String host, String path, List<Header> headers) {
    static Asked of(String line) {
      String[] words = line.split(" ");
      List<Header> headers = new ArrayList<>();
      for (int i = 3; i < words.length; i++) {
        int colon = words[i].indexOf(':');
        headers.add(
            new Header(
                words[i].substring(0, colon), words[i].substring(colon + 1).replace("%20", " ")));
      }
      return new Asked(words[0], words[1], words[2], headers);
    }
  }

  private String real(int port, Asked asked) throws IOException {
    StringBuilder headers = new StringBuilder("Host: " + asked.host() + "\r\n");
    for (Header header : asked.headers()) {
      headers.append(header.name()).append(": ").append(header.value()).append("\r\n");
    }
    RealGateway.Reply reply =
        RealHaproxy.ask(port, asked.method(), asked.path(), headers.toString());
    if (!reply.body().startsWith("SERVER ")) {
      return Integer.toString(reply.status());
    }
    String[] lines = reply.body().split("\n");
    List<String> kept = new ArrayList<>();
    for (int i = 3; i < lines.length; i++) {
      if (lines[i].startsWith("x-") || lines[i].startsWith("host:")) {
        kept.add(lines[i]);
      }
    }
    kept.sort(null);
    return lines[0] + " " + lines[1] + " " + lines[2] + " " + kept;
  }

  private String told(Route route, Asked asked) {
    Route.Pass pass = route.pass();
    if (route.handling() == Handling.NO_SERVER) {
      return "503";
    }
    if (pass == null) {
      return route.handling() == Handling.UNKNOWN
          ? "unknown " + route.unknown()
          : Integer.toString(route.answerStatus());
    }
    List<Route.Peer> up = pass.peers().stream().filter(peer -> !peer.down()).toList();
    if (up.isEmpty()) {
      return "503";
    }
    List<String> kept = new ArrayList<>();
    kept.add("host: " + pass.host());
    List<Header> sent = new ArrayList<>(pass.setHeaders());
    for (Header own : asked.headers()) {
      if (pass.setHeaders().stream().noneMatch(set -> set.name().equalsIgnoreCase(own.name()))) {
        sent.add(own);
      }
    }
    for (Header header : sent) {
      if (!header.value().isEmpty() && ByteText.lower(header.name()).startsWith("x-")) {
        kept.add(ByteText.lower(header.name()) + ": " + header.value());
      }
    }
    kept.sort(null);
    return "SERVER "
        + Objects.requireNonNull(servers).letterAt(Objects.requireNonNull(up.get(0).address()))
        + " "
        + pass.method()
        + " "
        + pass.uri()
        + " "
        + kept
        + (route.unknown().isEmpty() ? "" : " " + route.unknown());
  }
}
