package dev.why502.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Expectation;
import dev.why502.definition.Expectation.StatusRange;
import dev.why502.definition.Request;
import dev.why502.definition.Request.Header;
import dev.why502.definition.Scheme;
import dev.why502.definition.Target;
import dev.why502.observation.FailureKind;
import dev.why502.observation.Mismatch;
import dev.why502.observation.Mismatch.What;
import dev.why502.observation.Observation;
import dev.why502.observation.Outcome;
import dev.why502.observation.Phase;
import dev.why502.probe.FaultyServer.Manner;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(30)
class AnswersTest {
  private static final String OK = "HTTP/1.1 200 OK\r\n";
  private static Vertx vertx;
  private static Prober prober;

  @BeforeAll
  static void begin() {
    vertx = Vertx.builder().withTransport(TransportsForTests.best()).build();
    InstantSource clock = InstantSource.system();
    prober = new Prober(vertx, new Resolver(vertx, clock), clock);
  }

  @AfterAll
  static void end() throws Exception {
    prober.close().await(5, TimeUnit.SECONDS);
    vertx.close().await(5, TimeUnit.SECONDS);
  }

  private static Manner answering(String answer) {
    return peer -> {
      peer.request();
      peer.send(answer);
    };
  }

  private static Observation run(FaultyServer server, Request request, Expectation expect) {
    return prober
        .run(Probes.of(Probes.http(server.port()), request, expect, Duration.ofSeconds(2)), 0.25)
        .await();
  }

  static List<Arguments> answers() {
    return List.of(
        answer("length", OK + "Content-Length: 2\r\n\r\nok", 200, "ok"),
        answer(
            "same length twice",
            OK + "Content-Length: 2\r\nContent-Length: 2\r\n\r\nok",
            200,
            "ok"),
        answer("until close", OK + "\r\nok", 200, "ok"),
        answer(
            "chunked",
            OK + "Transfer-Encoding: chunked\r\n\r\n1;x=y\r\no\r\n1\r\nk\r\n0\r\nA: b\r\n\r\n",
            200,
            "ok"),
        answer("bare LF", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok", 200, "ok"),
        answer("1.0 without reason", "HTTP/1.0 200\r\n\r\nok", 200, "ok"),
        answer(
            "odd bytes",
            "HTTP/1.1 502 Bad\u001b[2J\u00ffGate\r\nServer: a\u001bb\u00fc\r\nContent-Length: 0\r\n\r\n",
            502,
            ""),
        answer("folded", OK + "A: b\r\n c\r\nContent-Length: 2\r\n\r\nok", 200, "ok"),
        answer(
            "interim",
            "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK + "Content-Length: 2\r\n\r\nok",
            200,
            "ok"),
        answer("204", "HTTP/1.1 204 No Content\r\n\r\n", 204, ""),
        answer(
            "304 with length", "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 304, ""),
        answer(
            "9 KB header line",
            OK + "A: " + "x".repeat(9000) + "\r\nContent-Length: 2\r\n\r\nok",
            200,
            "ok"),
        answer("no UTF-8", OK + "Content-Length: 2\r\n\r\n\u00ff!", 200, "\ufffd!"));
  }

  private static Arguments answer(String name, String answer, int status, String body) {
    return Arguments.of(name, answer, status, body);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("answers")
  void answerIsRead(String name, String answer, int status, String body) {
    try (FaultyServer server = new FaultyServer(answering(answer))) {
      // When
      Observation seen = run(server, Request.GET, Expectation.DEFAULT);
      // Then
      assertNull(seen.failure(), seen.toString());
      assertNotNull(seen.response());
      assertEquals(status, seen.status());
      assertEquals(body, seen.response().body());
      assertEquals(status >= 400 ? Outcome.UNEXPECTED : Outcome.EXPECTED, seen.outcome());
      assertEquals(Phase.PROCESSING, seen.phase());
      assertEquals(0.25, seen.lateMillis());
      double sum = seen.phases().values().stream().mapToDouble(Double::doubleValue).sum();
      assertTrue(sum <= seen.durationMillis() + 0.001, seen.toString());
      assertFalse(seen.phases().containsKey(Phase.RESOLVE));
    }
  }

  @Test
  void requestIsWhatCurlWouldSend() {
    try (FaultyServer server = new FaultyServer(answering(OK + "Content-Length: 0\r\n\r\n"))) {
      // Given
      List<Header> headers =
          List.of(
              new Header("host", "www.example.org"),
              new Header("USER-AGENT", ""),
              new Header("X-A", "1\r\nX-Smuggled: 2"));
      Target target = Probes.target(Scheme.HTTP, "127.0.0.1", server.port(), "/a b?\u00fc=1");
      // When
      prober.run(Probes.get(target, Probes.request("POST", headers, null)), 0).await();
      // Then
      assertEquals(
          List.of(
              "POST /a%20b?%C3%BC=1 HTTP/1.1",
              "Accept: */*",
              "Accept-Encoding: identity",
              "Connection: close",
              "Content-Length: 0",
              "host: www.example.org",
              "X-A: 1  X-Smuggled: 2",
              ""),
          server.requests.remove().lines().toList());
    }
  }

  @Test
  void headHasNoBody() {
    try (FaultyServer server = new FaultyServer(answering(OK + "Content-Length: 1000\r\n\r\n"))) {
      // When
      Observation seen = run(server, Probes.request("HEAD", List.of(), null), Expectation.DEFAULT);
      // Then
      assertEquals(Outcome.EXPECTED, seen.outcome(), seen.toString());
    }
  }

  @Test
  void largeBodyIsCutAtOneMebibyte() {
    byte[] block = "x".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
    Manner large =
        peer -> {
          peer.request();
          peer.send(OK + "Content-Length: " + 10 * block.length + "\r\n\r\n");
          for (int i = 0; i < 10; i++) {
            peer.send(block);
          }
        };
    try (FaultyServer server = new FaultyServer(large)) {
      // When
      Observation seen = run(server, Request.GET, Expectation.DEFAULT);
      // Then
      assertNotNull(seen.response(), seen.toString());
      assertTrue(seen.response().bodyCut());
      assertEquals(1 << 20, seen.response().bodyBytes());
      assertEquals(4096, seen.response().body().length());
      assertEquals(Outcome.EXPECTED, seen.outcome());
    }
  }

  @Test
  void bombIsOnlyUnpackedWhereTextIsAskedFor() throws Exception {
    // Given
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      for (int i = 0; i < 200; i++) {
        gzip.write(new byte[1 << 20]);
      }
    }
    Manner bomb =
        peer -> {
          peer.request();
          peer.send(OK + "Content-Encoding: gzip\r\nContent-Length: " + packed.size() + "\r\n\r\n");
          peer.send(packed.toByteArray());
        };
    try (FaultyServer server = new FaultyServer(bomb)) {
      // When
      Observation plain = run(server, Request.GET, Expectation.DEFAULT);
      Observation text = run(server, Request.GET, body("x", null, Map.of()));
      // Then
      assertNotNull(plain.response());
      assertNotNull(text.response());
      assertEquals(packed.size(), plain.response().bodyBytes());
      assertEquals(1 << 20, text.response().bodyBytes());
      assertTrue(text.response().bodyCut());
      assertEquals(Outcome.UNEXPECTED, text.outcome());
    }
  }

  private static Expectation body(
      @Nullable String contains, @Nullable String matches, Map<String, String> json) {
    return new Expectation(
        Expectation.DEFAULT.status(), null, contains, matches, json, Map.of(), null);
  }

  static List<Arguments> expectations() {
    String json = "{\"data\":[{\"id\":1.0,\"a b\":null}],\"big\":1e999}";
    return List.of(
        Arguments.of(body("data", null, Map.of()), json, List.of()),
        Arguments.of(body("nothing", null, Map.of()), json, List.of(What.BODY)),
        Arguments.of(body(null, "d[a]ta.*id", Map.of()), json, List.of()),
        Arguments.of(body(null, "(x+x+)+y", Map.of()), "x".repeat(1 << 20), List.of(What.BODY)),
        Arguments.of(body(null, null, Map.of("$.data[0].id", "1")), json, List.of()),
        Arguments.of(body(null, null, Map.of("data.0.id", "1")), json, List.of()),
        Arguments.of(body(null, null, Map.of("$.data[0]['a b']", "null")), json, List.of()),
        Arguments.of(body(null, null, Map.of("$.data[1].id", "1")), json, List.of(What.BODY)),
        Arguments.of(body(null, null, Map.of("$.data[0].id", "\"1\"")), json, List.of(What.BODY)),
        Arguments.of(body(null, null, Map.of("big", "1")), json, List.of(What.BODY)),
        Arguments.of(body(null, null, Map.of("a", "1")), "[".repeat(100_000), List.of(What.BODY)),
        Arguments.of(body(null, null, Map.of("a", "1")), "<html>", List.of(What.BODY)),
        Arguments.of(
            new Expectation(
                List.of(new StatusRange(404, 404)),
                Duration.ZERO,
                null,
                null,
                Map.of(),
                Map.of("x-a", "^b$", "x-none", "."),
                null),
            json,
            List.of(What.STATUS, What.HEADER, What.WITHIN)));
  }

  @ParameterizedTest
  @MethodSource("expectations")
  void expectationIsHeldAgainstTheAnswer(Expectation expect, String body, List<What> wrong) {
    String answer = OK + "X-A: a\r\nX-A: b\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    try (FaultyServer server = new FaultyServer(answering(answer))) {
      // When
      Observation seen = run(server, Request.GET, expect);
      // Then
      assertEquals(wrong, seen.mismatches().stream().map(Mismatch::what).toList(), seen.toString());
    }
  }

  @Test
  void webSocketIsOpenedAndClosed() throws Exception {
    // Given
    byte[] farewell = new byte[8];
    Manner upgrading =
        peer -> {
          Matcher key = Pattern.compile("Sec-WebSocket-Key: (\\S+)").matcher(peer.request());
          assertTrue(key.find());
          byte[] hash =
              MessageDigest.getInstance("SHA-1")
                  .digest(
                      (key.group(1) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                          .getBytes(StandardCharsets.US_ASCII));
          peer.send(
              "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                  + "Sec-WebSocket-Accept: "
                  + Base64.getEncoder().encodeToString(hash)
                  + "\r\n\r\n");
          int count = peer.socket.getInputStream().readNBytes(farewell, 0, 8);
          peer.requests().add(count + " " + (farewell[0] & 0xff));
        };
    try (FaultyServer server = new FaultyServer(upgrading)) {
      // When
      Observation seen = prober.run(Probes.get(ws(server.port())), 0).await();
      // Then
      assertEquals(Outcome.EXPECTED, seen.outcome(), seen.toString());
      assertEquals(101, seen.status());
      assertTrue(OpenFiles.settlesAt(-2, () -> -server.requests.size()));
      assertTrue(server.requests.contains("8 136"), server.requests.toString());
    }
  }

  @Test
  void webSocketThatIsNotUpgradedIsAMismatch() {
    String lying =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\n";
    for (String answer : List.of(OK + "Content-Length: 0\r\n\r\n", lying)) {
      try (FaultyServer server = new FaultyServer(answering(answer))) {
        // When
        Observation seen = prober.run(Probes.get(ws(server.port())), 0).await();
        // Then
        assertEquals(
            List.of(What.UPGRADE), seen.mismatches().stream().map(Mismatch::what).toList());
      }
    }
  }

  private static Target ws(int port) {
    return Probes.target(Scheme.WS, "127.0.0.1", port, "/chat");
  }

  @Test
  void redirectToAnotherOriginLosesDeclaredHeaders() {
    List<Header> headers =
        List.of(new Header("Authorization", "Bearer canary"), new Header("X-Key", "canary"));
    try (FaultyServer other = new FaultyServer(answering(OK + "Content-Length: 0\r\n\r\n"));
        FaultyServer server =
            new FaultyServer(
                peer -> {
                  String to =
                      peer.request().startsWith("GET /next")
                          ? "http://127.0.0.1:" + other.port() + "/end"
                          : "next?a=b";
                  peer.send(
                      "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + to + "\r\n\r\n");
                })) {
      // When
      Observation seen =
          prober.run(Probes.get(Probes.http(server.port()), Probes.following(headers)), 0).await();
      // Then
      assertEquals(200, seen.status(), seen.toString());
      assertEquals(
          List.of(
              "http://127.0.0.1:" + server.port() + "/next?a=b",
              "http://127.0.0.1:" + other.port() + "/end"),
          seen.redirects());
      assertEquals("127.0.0.1:" + other.port(), seen.address());
      assertTrue(server.requests.stream().allMatch(request -> request.contains("canary")));
      assertFalse(other.requests.remove().contains("canary"));
    }
  }

  @Test
  void redirectLoopIsNamed() {
    for (String location : List.of("/", "/x")) {
      int[] count = {0};
      Manner manner =
          peer -> {
            peer.request();
            String to = location.equals("/") ? "/" : location + count[0]++;
            peer.send("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + to + "\r\n\r\n");
          };
      try (FaultyServer server = new FaultyServer(manner)) {
        // When
        Observation seen =
            prober
                .run(Probes.get(Probes.http(server.port()), Probes.following(List.of())), 0)
                .await();
        // Then
        assertEquals(
            List.of(What.REDIRECT_LOOP), seen.mismatches().stream().map(Mismatch::what).toList());
        assertTrue(server.accepted.get() <= 11, server.accepted + " requests");
      }
    }
  }

  @Test
  void connectToKeepsTheHost() {
    try (FaultyServer server = new FaultyServer(answering(OK + "Content-Length: 0\r\n\r\n"))) {
      // Given
      Request request = Probes.tls(false, null, Endpoint.of("127.0.0.1", server.port()));
      // When
      Observation seen =
          prober
              .run(Probes.get(Probes.target(Scheme.HTTP, "site.test", 80, "/"), request), 0)
              .await();
      // Then
      assertEquals(Outcome.EXPECTED, seen.outcome(), seen.toString());
      assertEquals("127.0.0.1:" + server.port(), seen.address());
      assertTrue(server.requests.remove().contains("Host: site.test\r\n"));
    }
  }

  @Test
  void guardIsAskedAtEachHop() {
    try (FaultyServer inner = new FaultyServer(answering(OK + "\r\n"));
        FaultyServer server =
            new FaultyServer(
                answering(
                    "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: http://127.0.0.1:"
                        + inner.port()
                        + "/\r\n\r\n"))) {
      // When
      Observation seen =
          prober
              .run(
                  Probes.get(Probes.http(server.port()), Probes.following(List.of())),
                  0,
                  (host, address, port) -> port == server.port())
              .await();
      // Then
      assertEquals(FailureKind.LOCAL, seen.failure());
      assertEquals(Guard.REFUSAL + "127.0.0.1:" + inner.port(), seen.detail());
      assertEquals(0, inner.accepted.get());
    }
  }

  @Test
  void idleConnectionThatIsClosedLosesTheRace() {
    String answer = OK + "Content-Length: 2\r\n\r\nok";
    Manner impatient =
        peer -> {
          peer.request();
          peer.send(answer);
          // Closes as the second request comes, unread.
          int first = peer.socket.getInputStream().read();
          assertTrue(first > 0);
          peer.reset();
        };
    Manner patient =
        peer -> {
          while (true) {
            peer.request();
            peer.send(answer);
          }
        };
    Manner closing =
        peer -> {
          peer.request();
          peer.send(answer);
        };
    try (FaultyServer racing = new FaultyServer(impatient);
        FaultyServer good = new FaultyServer(patient);
        FaultyServer gone = new FaultyServer(closing)) {
      // When
      Observation lost = reused(racing);
      Observation won = reused(good);
      Observation closed = reused(gone);
      // Then
      assertEquals(FailureKind.RESET, lost.failure(), lost.toString());
      assertEquals(Phase.PROCESSING, lost.phase());
      assertEquals(Outcome.EXPECTED, won.outcome(), won.toString());
      assertFalse(won.phases().containsKey(Phase.CONNECT), won.toString());
      assertEquals(2, good.requests.size());
      assertEquals(1, good.accepted.get());
      assertEquals(FailureKind.CLOSED, closed.failure(), closed.toString());
    }
  }

  private static Observation reused(FaultyServer server) {
    return prober.runReused(Probes.get(Probes.http(server.port())), Duration.ofMillis(50)).await();
  }
}
