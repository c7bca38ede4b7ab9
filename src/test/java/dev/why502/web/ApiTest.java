package dev.why502.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.bus.Latest;
import dev.why502.bus.Samples;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class ApiTest {
  private static final String SHARED = "https://status.example.com";

  private Service service;

  @BeforeEach
  void start() {
    service = Service.start(Service.options("127.0.0.1", null, WebOptions.Times.DEFAULT));
    service.feed.verdict(Samples.down("templates"));
    service.feed.verdict(Samples.up("backend"));
  }

  @AfterEach
  void stop() {
    service.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/verdicts",
        "/api/v1/verdicts/templates",
        "/api/v1/verdicts/templates/case",
        "/api/v1/probes",
        "/api/v1/incidents",
        "/api/v1/openapi.json"
      })
  void unchangedAnswerIsNotSentAgain(String path) {
    // Given
    String tag = service.get(path).headers().get("ETag");
    // When
    List<Integer> statuses = new ArrayList<>();
    for (String known :
        List.of(tag, "W/" + tag, "\"other\", " + tag, "*", "\"other\"", tag + "x")) {
      statuses.add(
          service.request(HttpMethod.GET, path, Map.of("If-None-Match", known), null).status());
    }
    Service.Reply head = service.request(HttpMethod.HEAD, path, Map.of("If-None-Match", tag), null);
    // Then
    assertEquals(List.of(304, 304, 304, 304, 200, 200), statuses);
    assertEquals(304, head.status());
    assertEquals(tag, head.headers().get("ETag"));
    assertEquals("private, no-cache", head.headers().get("Cache-Control"));
  }

  @Test
  void strangersSeeNoCommandOfARemedy() {
    // Given
    Service exposed = Service.start(Service.options("0.0.0.0", null, WebOptions.Times.DEFAULT));
    try {
      // When
      String seen = exposed.get("/api/v1/remedies").body();
      Service.Reply resumed =
          exposed.request(HttpMethod.POST, "/api/v1/remedies/restart/resume", Map.of(), null);
      // Then
      assertTrue(seen.contains("its last run made it worse"), seen);
      assertFalse(seen.contains("argv") || seen.contains("pm2"), seen);
      assertEquals(403, resumed.status());
    } finally {
      exposed.close();
    }
  }

  @Test
  void changedListHasAnotherTag() {
    // Given
    String before = service.get("/api/v1/verdicts").headers().get("ETag");
    // When
    service.feed.verdict(Samples.degraded("backend"));
    Service.Reply after =
        service.request(HttpMethod.GET, "/api/v1/verdicts", Map.of("If-None-Match", before), null);
    // Then
    assertEquals(200, after.status());
    assertNotEquals(before, after.headers().get("ETag"));
  }

  @ParameterizedTest
  @CsvSource({
    "limit=0, limit",
    "limit=-1, limit",
    "limit=x, limit",
    "limit=, limit",
    "limit=1.5, limit",
    "limit=9999999999, limit",
    "limit=1&limit=2, limit",
    "after=, after",
    "after=../x, after",
    "after=%0a, after",
    "after=a&after=b, after",
    "probe=a%20b, probe"
  })
  void badParameterIsNamed(String query, String parameter) {
    // Given
    List<String> lists = List.of("/api/v1/verdicts", "/api/v1/probes", "/api/v1/incidents");
    for (String list : lists) {
      // When
      Service.Reply reply = service.get(list + "?" + query);
      // Then
      assertEquals(400, reply.status(), reply.body());
      assertEquals("application/problem+json", reply.headers().get("Content-Type"));
      assertEquals(parameter, reply.json().getString("parameter"));
      assertTrue(reply.json().getString("detail").startsWith(parameter + " must "), reply.body());
    }
  }

  @Test
  void longListsComeInPagesThatFit() {
    // Given
    int many = 2_000;
    for (int i = 0; i < many; i++) {
      service.probes.declare(String.format(Locale.ROOT, "p%05d", i), "up");
    }
    // When
    List<String> ids = new ArrayList<>();
    int longest = 0;
    int pages = 0;
    String next = "";
    while (next != null) {
      Service.Reply reply = service.get("/api/v1/probes" + next);
      longest = Math.max(longest, reply.body().getBytes(StandardCharsets.UTF_8).length);
      reply
          .json()
          .getJsonArray("probes")
          .forEach(probe -> ids.add(((JsonObject) probe).getString("id")));
      next = reply.json().getString("next");
      next = next == null ? null : "?after=" + next;
      pages++;
    }
    // Then
    assertEquals(many + 1, ids.size());
    assertEquals(ids.stream().sorted().distinct().toList(), ids);
    assertTrue(longest <= Latest.MAX_REPLY && pages > 1, longest + " bytes, " + pages + " pages");
    assertEquals(
        "[\"p00001\",\"p00002\"]",
        service.get("/api/v1/probes?limit=2&after=p00000").json().getJsonArray("probes").stream()
            .map(probe -> '"' + ((JsonObject) probe).getString("id") + '"')
            .toList()
            .toString()
            .replace(" ", ""));
  }

  @Test
  void listOfOneProbeHoldsThatProbe() {
    // Given
    // When
    Service.Reply verdicts = service.get("/api/v1/verdicts?probe=backend");
    Service.Reply probes = service.get("/api/v1/probes?probe=templates");
    Service.Reply none = service.get("/api/v1/probes?probe=nobody");
    // Then
    assertEquals(1, verdicts.json().getJsonArray("verdicts").size());
    assertEquals(1, probes.json().getJsonArray("probes").size());
    assertEquals("{\"probes\":[]}", none.body());
  }

  @Test
  void incidentThatIsNotThereIsAProblem() {
    // Given
    // When
    Service.Reply reply = service.get("/api/v1/incidents/01J");
    // Then
    assertEquals(404, reply.status());
    assertEquals("application/problem+json", reply.headers().get("Content-Type"));
  }

  @ParameterizedTest
  @CsvSource({
    "/api/v1/verdicts, 'GET, HEAD, OPTIONS'",
    "/api/v1/verdicts/templates/case, 'GET, HEAD, OPTIONS'",
    "/metrics, 'GET, HEAD, OPTIONS'",
    "/health/live, 'GET, HEAD, OPTIONS'",
    "/-/reload, 'POST, OPTIONS'"
  })
  void optionsNamesTheMethods(String path, String allowed) {
    // Given
    // When
    Service.Reply options = service.request(HttpMethod.OPTIONS, path, Map.of(), null);
    Service.Reply refused = service.request(HttpMethod.PATCH, path, Map.of(), null);
    // Then
    assertEquals(204, options.status());
    assertEquals(405, refused.status());
    assertEquals(
        List.of(allowed, allowed),
        List.of(options.headers().get("Allow"), refused.headers().get("Allow")));
  }

  @Test
  void headSaysHowLongTheAnswerIs() {
    // Given
    Service.Reply get = service.get("/api/v1/verdicts");
    // When
    Service.Reply head = service.request(HttpMethod.HEAD, "/api/v1/verdicts", Map.of(), null);
    // Then
    assertEquals(200, head.status());
    assertEquals("", head.body());
    assertEquals(get.headers().get("Content-Length"), head.headers().get("Content-Length"));
    assertEquals(get.headers().get("ETag"), head.headers().get("ETag"));
  }

  @Test
  void onlyAllowedOriginsMayRead() {
    // Given
    Map<String, String> shared = Map.of("Origin", SHARED);
    Map<String, String> own = Map.of("Origin", "http://127.0.0.1:" + service.port());
    Map<String, String> evil = Map.of("Origin", "https://evil.example");
    // When
    Service.Reply read = service.request(HttpMethod.GET, "/api/v1/verdicts", shared, null);
    Service.Reply ours = service.request(HttpMethod.GET, "/api/v1/verdicts", own, null);
    Service.Reply refused = service.request(HttpMethod.GET, "/api/v1/verdicts", evil, null);
    // Then
    assertEquals(List.of(200, 200, 403), List.of(read.status(), ours.status(), refused.status()));
    assertEquals(SHARED, read.headers().get("Access-Control-Allow-Origin"));
    assertEquals("Origin, Accept-Language", read.headers().get("Vary"));
    assertNull(ours.headers().get("Access-Control-Allow-Origin"));
    assertNull(refused.headers().get("Access-Control-Allow-Origin"));
    assertNull(read.headers().get("Access-Control-Allow-Credentials"));
  }

  @Test
  void preflightNeedsAnAllowedOriginAndNoToken() {
    // Given
    try (Service guarded =
        Service.start(Service.options("127.0.0.1", "sesame-4711", WebOptions.Times.DEFAULT))) {
      Map<String, String> asking =
          Map.of(
              "Origin", SHARED,
              "Access-Control-Request-Method", "GET",
              "Access-Control-Request-Headers", "authorization");
      Map<String, String> evil =
          Map.of("Origin", "https://evil.example", "Access-Control-Request-Method", "GET");
      // When
      Service.Reply allowed = guarded.request(HttpMethod.OPTIONS, "/api/v1/verdicts", asking, null);
      int refused = guarded.request(HttpMethod.OPTIONS, "/api/v1/verdicts", evil, null).status();
      int plain = guarded.request(HttpMethod.OPTIONS, "/api/v1/verdicts", Map.of(), null).status();
      Service.Reply get =
          guarded.request(HttpMethod.GET, "/api/v1/verdicts", Map.of("Origin", SHARED), null);
      // Then
      assertEquals(
          List.of(204, 403, 401, 401), List.of(allowed.status(), refused, plain, get.status()));
      assertEquals(SHARED, allowed.headers().get("Access-Control-Allow-Origin"));
      assertEquals("GET, HEAD, OPTIONS", allowed.headers().get("Access-Control-Allow-Methods"));
      assertTrue(allowed.headers().get("Access-Control-Allow-Headers").contains("Authorization"));
      assertEquals(SHARED, get.headers().get("Access-Control-Allow-Origin"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'GET / HTTP/1.1|Host: localhost|X: LONG||', 431",
    "'GET /LONG HTTP/1.1|Host: localhost||', 414",
    "'hello there||', 400",
    "'GET /%zz HTTP/1.1|Host: localhost||', 400",
    "'GET /api/v1/verdicts?limit=%zz HTTP/1.1|Host: localhost||', 400",
    "'GET / HTTP/1.1||', 400",
    "'GET / HTTP/1.1|Host: localhost|Content-Length: x||', 400"
  })
  void whatIsNoRequestGetsAProblemDocument(String request, int status) {
    // Given
    String text = request.replace("|", "\r\n").replace("LONG", "x".repeat(20_000));
    // When
    String answer = exchange(text);
    // Then
    assertTrue(answer.matches("(?s)HTTP/1\\.[01] " + status + " .*"), answer);
    Matcher body = Pattern.compile("\r\n\r\n(.*)", Pattern.DOTALL).matcher(answer);
    assertTrue(body.find());
    assertTrue(answer.contains("application/problem+json"), answer);
    assertTrue(answer.contains("nosniff"), answer);
    assertEquals(status, new JsonObject(body.group(1)).getInteger("status"));
  }

  @Test
  void textFromOutsideIsEscapedInJson() {
    // Given
    service.probes.declare("hostile", "up");
    service.probes.one("hostile").put("description", "\u009b31m\u202e\u2028\u001b[2J");
    // When
    Service.Reply reply = service.get("/api/v1/probes?probe=hostile");
    // Then
    assertTrue(reply.body().contains("\\u009b31m\\u202e\\u2028\\u001B[2J"), reply.body());
    assertFalse(reply.body().codePoints().anyMatch(c -> c < 0x20 || c >= 0x7f), reply.body());
  }

  /** What comes back until the connection ends or a whole answer is there. */
  private String exchange(String text) {
    NetSocket socket =
        Service.await(service.vertx.createNetClient().connect(service.port(), "127.0.0.1"));
    Promise<String> whole = Promise.promise();
    Buffer got = Buffer.buffer();
    socket.handler(
        bytes -> {
          got.appendBuffer(bytes);
          if (got.toString().endsWith("}")) {
            whole.tryComplete(got.toString());
          }
        });
    socket.closeHandler(gone -> whole.tryComplete(got.toString()));
    socket.exceptionHandler(failure -> {});
    socket.write(text);
    String answer = Service.await(whole.future());
    socket.close();
    return answer;
  }
}
