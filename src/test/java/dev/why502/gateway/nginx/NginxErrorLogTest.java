package dev.why502.gateway.nginx;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.evidence.LogLine.Event;
import dev.why502.evidence.LogLine.Stage;
import dev.why502.evidence.LogLine.Tie;
import dev.why502.gateway.RequestFacts;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NginxErrorLogTest {
  private static final String CLIENT =
      ", client: 127.0.0.1, server: shop.test, request: \"GET /api/templates?limit=6 HTTP/1.1\"";
  private static final String HOST = ", host: \"shop.test:8080\"";
  private static final String UPSTREAM =
      ", upstream: \"http://127.0.0.1:3001/api/templates?limit=6\"";
  private static final String REFUSED =
      "connect() failed (111: Connection refused) while connecting to upstream";
  private static final RequestFacts FACTS =
      new RequestFacts(
          "GET",
          "/api/templates?limit=6",
          "shop.test:8080",
          Set.of("127.0.0.1", "0:0:0:0:0:0:0:1"),
          Set.of(),
          "/api/",
          "shop.test");

  @ParameterizedTest(name = "{0}: {4}")
  @CsvFileSource(resources = "error-log-messages.csv", delimiter = '|', quoteCharacter = '\u0001')
  void messageIsClassified(String level, Event event, Stage stage, int errno, String message) {
    // Given
    boolean process = message.startsWith("~");
    String text = process ? message.substring(1) : message + CLIENT + UPSTREAM + HOST;
    // When
    NginxErrorLogLine line = parse(line(level, (process ? "" : "*7 ") + text));
    // Then
    assertEquals(event, line.event());
    assertEquals(stage, line.stage());
    assertEquals(errno, line.errno());
    assertEquals(process ? null : "127.0.0.1:3001", line.peer());
    assertEquals(level, line.level());
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "http://127.0.0.1:3001/api/x?a=b, http, 127.0.0.1:3001, /api/x?a=b",
        "https://[::1]:3001/, https, [::1]:3001, /",
        "http://unix:/run/app/app.sock:/api, http, unix:/run/app/app.sock, /api",
        "http://unix:/run/app/app.sock:/a:b, http, unix:/run/app/app.sock, /a:b",
        "fastcgi://unix:/run/php.sock:, fastcgi, unix:/run/php.sock, -",
        "fastcgi://127.0.0.1:9000, fastcgi, 127.0.0.1:9000, -",
        "uwsgi://10.0.0.7:9000, uwsgi, 10.0.0.7:9000, -",
        "grpc://127.0.0.1:50051, grpc, 127.0.0.1:50051, -",
        "http://pool/api, http, pool, /api",
        "http://backend, http, backend, -",
        "memcached://127.0.0.1:11211, memcached, 127.0.0.1:11211, -",
        "127.0.0.1:9, -, 127.0.0.1:9, -",
        "http://127.0.0.1:3001?a=b, http, 127.0.0.1:3001, ?a=b",
      })
  void upstreamFieldNamesProtocolPeerAndUri(
      String upstream, @Nullable String protocol, String peer, @Nullable String uri) {
    // Given
    String text = "*1 " + REFUSED + CLIENT + ", upstream: \"" + upstream + "\"" + HOST;
    // When
    NginxErrorLogLine line = parse(line("error", text));
    // Then
    assertAll(
        () -> assertEquals(protocol, line.protocol()),
        () -> assertEquals(peer, line.peer()),
        () -> assertEquals(uri, line.uri()),
        () -> assertEquals(upstream, line.upstream()));
  }

  @Test
  void everyFieldIsRead() {
    // Given
    String text =
        "2025/09/18 09:46:00 [error] 1234#1234: *56 "
            + REFUSED
            + CLIENT
            + ", subrequest: \"/auth\""
            + UPSTREAM
            + HOST
            + ", referrer: \"https://shop.test/a, b\"";
    // When
    NginxErrorLogLine line = NginxErrorLog.parse(text, ZoneId.of("Europe/Berlin"));
    // Then
    assertAll(
        () -> assertEquals(Instant.parse("2025-09-18T07:46:00Z"), line.at()),
        () -> assertEquals(1234, line.pid()),
        () -> assertEquals(56, line.connection()),
        () -> assertEquals("127.0.0.1", line.client()),
        () -> assertEquals("shop.test", line.server()),
        () -> assertEquals("GET /api/templates?limit=6 HTTP/1.1", line.request()),
        () -> assertEquals("/api/templates?limit=6", line.uri()),
        () -> assertEquals("shop.test:8080", line.host()),
        () -> assertFalse(line.cut()),
        () -> assertEquals(Tie.OURS, NginxErrorLog.tie(line, FACTS)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /a\"b HTTP/1.1",
        "GET /a\",upstream:\"http://6.6.6.6:1/\",host:\"x HTTP/1.1",
        "GET /,client:6.6.6.6,server:evil HTTP/1.1",
        "GET /%22,%20upstream:%20%22http://6.6.6.6/ HTTP/2.0",
      })
  void hostileRequestDoesNotMoveTheFieldsAfterIt(String request) {
    // Given
    String text =
        "*1 " + REFUSED + ", client: 127.0.0.1, server: shop.test, request: \"" + request + "\"";
    // When
    NginxErrorLogLine line = parse(line("error", text + UPSTREAM + HOST));
    // Then
    assertEquals(request, line.request());
    assertEquals("127.0.0.1:3001", line.peer());
    assertEquals("shop.test:8080", line.host());
  }

  @Test
  void hostileReferrerDoesNotMoveTheFieldsBeforeIt() {
    // Given
    String referrer = ", referrer: \"x\", client: 6.6.6.6, server: s, request: \"GET / HTTP/1.1\"";
    // When
    NginxErrorLogLine line =
        parse(line("error", "*1 " + REFUSED + CLIENT + UPSTREAM + HOST + referrer));
    // Then
    assertEquals("127.0.0.1", line.client());
    assertEquals("shop.test:8080", line.host());
    assertEquals("127.0.0.1:3001", line.peer());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "open() \"/srv/x, client: 127.0.0.1, server: shop.test, request: \"GET /api/templates?limit=6"
            + " HTTP/1.1\", host: \"shop.test:8080\" failed (2: No such file or directory), client:"
            + " 6.6.6.6, server: shop.test, request: \"GET /x HTTP/1.1\", host: \"h\"",
        "FastCGI sent in stderr: \"no, client: 127.0.0.1, server: , request: \"GET"
            + " /api/templates?limit=6 HTTP/1.1\", host: \"shop.test:8080\"\" while reading response"
            + " header from upstream, client: 6.6.6.6, server: , request: \"GET /x HTTP/1.1\"",
      })
  void textThatImitatesFieldsIsTiedToNobody(String message) {
    // Given
    String text = line("error", "*1 " + message);
    // When
    NginxErrorLogLine line = parse(text);
    // Then
    assertTrue(line.doubtful());
    assertNull(line.request());
    assertEquals(Tie.NONE, NginxErrorLog.tie(line, FACTS));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FastCGI sent in stderr: \"connect() failed (111: Connection refused) while connecting to"
            + " upstream\" while reading response header from upstream",
        "[lua] a.lua:1: upstream prematurely closed connection while reading upstream",
        "client sent invalid header line: \"x: no live upstreams while connecting to upstream\" while"
            + " reading client request headers",
        "js: no live upstreams while connecting to upstream",
        "a sentence could not be resolved (3: Host not found)",
      })
  void wordsOfOthersAreNotTakenForThoseOfNginx(String message) {
    // Given
    String text = line("error", "*1 " + message + CLIENT + HOST);
    // When
    NginxErrorLogLine line = parse(text);
    // Then
    assertEquals(Event.OTHER, line.event());
  }

  @Test
  void lineCutAnywhereClaimsNothingWrong() {
    // Given
    String whole = line("error", "*1 " + REFUSED + CLIENT + UPSTREAM + HOST);
    for (int length = 0; length < whole.length(); length++) {
      // When
      NginxErrorLogLine line = parse(whole.substring(0, length));
      // Then
      String peer = line.peer();
      String host = line.host();
      assertTrue(peer == null || peer.equals("127.0.0.1:3001"), whole.substring(0, length));
      assertTrue(host == null || host.equals("shop.test:8080"), whole.substring(0, length));
      assertTrue(line.event() == Event.REFUSED || line.event() == Event.OTHER);
      assertTrue(
          NginxErrorLog.tie(line, FACTS) != Tie.OURS || line.host() != null || line.cut(),
          whole.substring(0, length));
    }
  }

  @Test
  void longRequestThatNginxCutIsStillOurs() {
    // Given
    String path = "/api/templates?q=" + "a".repeat(3_000);
    RequestFacts facts = new RequestFacts("GET", path, "shop.test", Set.of(), Set.of(), null, null);
    String text =
        "*1 " + REFUSED + ", client: 127.0.0.1, server: shop.test, request: \"GET " + path;
    // When
    NginxErrorLogLine line = parse(line("error", text).substring(0, 2_047));
    // Then
    assertTrue(line.cut());
    assertNull(line.peer());
    assertEquals(Tie.OURS, NginxErrorLog.tie(line, facts));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "127.0.0.1; shop.test; GET /api/templates?limit=6 HTTP/1.1; shop.test:8080; OURS",
        "127.0.0.1; shop.test; GET /api/templates?limit=6 HTTP/2.0; SHOP.test:8080; OURS",
        "::1; shop.test; GET /api/templates?limit=6 HTTP/3.0; shop.test:8080; OURS",
        "::ffff:127.0.0.1; shop.test; GET /api/templates?limit=6 HTTP/1.0; shop.test:8080; OURS",
        "unix:; shop.test; GET /api/templates?limit=6 HTTP/1.1; shop.test:8080; OURS",
        "10.0.0.9; shop.test; GET /api/templates?limit=6 HTTP/1.1; shop.test:8080; SAME_ROUTE",
        "127.0.0.1; shop.test; POST /api/templates?limit=6 HTTP/1.1; shop.test:8080; SAME_ROUTE",
        "127.0.0.1; shop.test; GET /api/templates?limit=66 HTTP/1.1; shop.test:8080; SAME_ROUTE",
        "127.0.0.1; shop.test; GET /api/templates?limit=6; shop.test:8080; SAME_ROUTE",
        "127.0.0.1; shop.test; GET /api/other HTTP/1.1; elsewhere.test; SAME_ROUTE",
        "127.0.0.1; other.test; GET /api/templates?limit=6 HTTP/1.1; other.test; NONE",
        "127.0.0.1; shop.test; GET /static/x HTTP/1.1; shop.test:8080; NONE",
      })
  void tieFollowsRequestHostAndClient(
      String client, String server, String request, String host, Tie expected) {
    // Given
    String text =
        "*1 " + REFUSED + ", client: " + client + ", server: " + server + ", request: \"" + request;
    // When
    NginxErrorLogLine line = parse(line("error", text + "\", host: \"" + host + "\""));
    // Then
    assertEquals(expected, NginxErrorLog.tie(line, FACTS));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "alert; 10 worker_connections are not enough; GATEWAY",
        "crit; accept4() failed (24: Too many open files); GATEWAY",
        "emerg; invalid number of arguments in \"proxy_pass\" directive in /etc/nginx/x:3; GATEWAY",
        "alert; worker process 77 exited on signal 11; GATEWAY",
        "notice; signal process started; NONE",
        "error; recv() failed (111: Connection refused) while resolving, resolver: 127.0.0.1:53; NONE",
        "alert; *9 10 worker_connections are not enough while connecting to upstream, client: 9.9.9.9,"
            + " server: o, request: \"GET / HTTP/1.1\", host: \"o\"; GATEWAY",
      })
  void linesOfTheProcessAreTheGateways(String level, String message, Tie expected) {
    // Given
    String text = line(level, message);
    // When
    Tie tie = NginxErrorLog.tie(parse(text), FACTS);
    // Then
    assertEquals(expected, tie);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "2025/09/18 09:46:00",
        "2025/13/18 09:46:00 [error] 1#1: x",
        "2025/09/18 0a:46:00 [error] 1#1: x",
        "2025/09/18 09:46:00 error 1#1: no live upstreams",
        "PHP message: no live upstreams",
        "2025-09-18 09:46:00 [error] 1#1: no live upstreams while connecting to upstream",
      })
  void lineOfAnotherProgramIsNothing(String text) {
    // Given
    // When
    NginxErrorLogLine line = parse(text);
    // Then
    assertNull(line.at());
    assertEquals(Event.OTHER, line.event());
    assertEquals(Tie.NONE, NginxErrorLog.tie(line, FACTS));
  }

  @Test
  void noTextMakesItFail() {
    // Given
    String whole =
        line("error", "*1 " + REFUSED + CLIENT + UPSTREAM + HOST + ", referrer: \"http://a\"");
    long seed = 502;
    Random random = new Random(seed);
    String alphabet = "\",:( )[]/#*0\u202e\u0000 client: upstream: ";
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder(whole);
      for (int i = 0; i < 1 + random.nextInt(12); i++) {
        int at = random.nextInt(text.length());
        char c = alphabet.charAt(random.nextInt(alphabet.length()));
        switch (random.nextInt(3)) {
          case 0 -> text.setCharAt(at, c);
          case 1 -> text.insert(at, c);
          default -> text.deleteCharAt(at);
        }
      }
      // When
      NginxErrorLogLine line = parse(text.toString());
      // Then
      assertEquals(text.toString(), line.text());
      NginxErrorLog.tie(line, FACTS);
    }
  }

  @Test
  void longestLineIsReadFast() {
    // Given
    String text = line("error", "*1 open() \"" + ", client: 1".repeat(1_400));
    // When
    long start = System.nanoTime();
    for (int i = 0; i < 200; i++) {
      parse(text);
    }
    // Then
    assertTrue(System.nanoTime() - start < 2_000_000_000L);
  }

  private static NginxErrorLogLine parse(String text) {
    return NginxErrorLog.parse(text, ZoneOffset.UTC);
  }

  private static String line(String level, String rest) {
    return "2025/09/18 09:46:00 [" + level + "] 1234#1234: " + rest;
  }
}
