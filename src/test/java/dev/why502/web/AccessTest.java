package dev.why502.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.bus.Samples;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(30)
@Execution(ExecutionMode.CONCURRENT)
class AccessTest {
  private static final String TOKEN = "correct-horse-battery";

  /** Path, method, status with the right token; "open" where no token is asked. */
  private static final List<String[]> ROUTES =
      List.of(
          row("/", "GET", 200),
          row("/why502.css", "GET", 200),
          row("/why502.js", "GET", 200),
          row("/bus.js", "GET", 200),
          row("/cases.js", "GET", 200),
          row("/dom.js", "GET", 200),
          row("/incidents.js", "GET", 200),
          row("/lang.js", "GET", 200),
          row("/model.js", "GET", 200),
          row("/past.js", "GET", 200),
          row("/path.js", "GET", 200),
          row("/probes.js", "GET", 200),
          row("/rest.js", "GET", 200),
          row("/token.js", "GET", 200),
          row("/words.js", "GET", 200),
          row("/status", "GET", 200),
          row("/status.js", "GET", 200),
          row("/status.json", "GET", 200),
          row("/icon.svg", "GET", 200),
          row("/api/v1/verdicts", "GET", 200),
          row("/api/v1/verdicts/:id", "GET", 200),
          row("/api/v1/verdicts/:id/case", "GET", 200),
          row("/api/v1/openapi.json", "GET", 200),
          row("/api/v1/events", "HEAD", 200),
          row("/api/v1/incidents", "GET", 200),
          row("/api/v1/incidents/:id", "GET", 404),
          row("/api/v1/incidents/:id/case", "GET", 404),
          row("/api/v1/probes", "GET", 200),
          row("/api/v1/probes/:id/history", "GET", 200),
          row("/api/v1/export", "GET", 200),
          row("/badge/:id.svg", "GET", 200),
          row("/badge/:id.json", "GET", 200),
          row("/badge/:id/uptime.svg", "GET", 200),
          row("/badge/:id/uptime.json", "GET", 200),
          row("/badge/:id/response-time.svg", "GET", 200),
          row("/badge/:id/response-time.json", "GET", 200),
          row("/api/v1/remedies", "GET", 200),
          row("/api/v1/remedies/:id/resume", "POST", 404),
          row("/-/reload", "POST", 200),
          row("/health/live", "open", 200),
          row("/-/healthy", "open", 200),
          row("/health/ready", "open", 200),
          row("/-/ready", "open", 200),
          row("/metrics", "GET", 200),
          row("/probe", "GET", 400),
          row("/eventbus/websocket", "GET", 400),
          row("/eventbus/:server/:session/websocket", "GET", 400),
          row("/eventbus/:server/:session/:transport", "POST", 404),
          row("/eventbus", "GET", 200));

  private static Service service;
  private static Service guarded;
  private static Service exposed;
  private static Service guardedInPublic;

  /** What a service on a public address without a token refuses besides. */
  private static final Set<String> HIDDEN =
      Set.of(
          "/api/v1/verdicts/:id/case",
          "/api/v1/incidents/:id/case",
          "/api/v1/remedies/:id/resume",
          "/probe");

  private static String[] row(String path, String method, int status) {
    return new String[] {path, method, String.valueOf(status)};
  }

  @BeforeAll
  static void start() {
    service = Service.start(Service.options("127.0.0.1", null, WebOptions.Times.DEFAULT));
    guarded = Service.start(Service.options("127.0.0.1", TOKEN, WebOptions.Times.DEFAULT));
    exposed = Service.start(Service.options("0.0.0.0", null, WebOptions.Times.DEFAULT));
    guardedInPublic = Service.start(Service.options("0.0.0.0", TOKEN, WebOptions.Times.DEFAULT));
    all().forEach(one -> one.feed.verdict(Samples.down("templates")));
  }

  @AfterAll
  static void stop() {
    all().forEach(Service::close);
  }

  private static List<Service> all() {
    return List.of(service, guarded, exposed, guardedInPublic);
  }

  static List<String[]> routes() {
    return ROUTES;
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void everyRouteStandsInTheTable() {
    // Given
    Set<String> listed = new TreeSet<>();
    ROUTES.forEach(route -> listed.add(route[0]));
    // When
    Set<String> served = new TreeSet<>(guarded.web.paths());
    // Then
    assertEquals(listed, served);
  }

  private static String concrete(String path) {
    return path.replace(":id", "templates")
        .replace(":server", "1")
        .replace(":session", "a")
        .replace(":transport", "xhr_send");
  }

  /** One way to ask, and what is expected of it. */
  private record Attempt(Service of, Map<String, String> headers, int expected) {}

  private static List<Attempt> attempts(String path, boolean open, int status) {
    List<Attempt> attempts = new ArrayList<>();
    for (Service one : all()) {
      boolean loopback = one == service || one == guarded;
      boolean token = one == guarded || one == guardedInPublic;
      for (String presented : List.of("", "Bearer wrong", "Bearer " + TOKEN)) {
        for (String host :
            List.of("127.0.0.1:" + one.port(), "attacker.example", "why.example.com")) {
          for (String origin :
              List.of("", "http://" + host, "https://evil.example", "https://status.example.com")) {
            Map<String, String> headers = new HashMap<>(Map.of("Host", host));
            if (!presented.isEmpty()) {
              headers.put("Authorization", presented);
            }
            if (!origin.isEmpty()) {
              headers.put("Origin", origin);
            }
            int expected = status;
            if (!open) {
              if (loopback && host.equals("attacker.example")) {
                expected = 421;
              } else if (origin.equals("https://evil.example")) {
                expected = 403;
              } else if (token && !presented.endsWith(TOKEN)) {
                expected = 401;
              } else if (one == exposed && HIDDEN.contains(path)) {
                expected = 403;
              }
            }
            attempts.add(new Attempt(one, headers, expected));
          }
        }
      }
    }
    return attempts;
  }

  /** Four services, three tokens, three hosts, four origins: 144 attempts at each route. */
  @ParameterizedTest
  @Execution(ExecutionMode.SAME_THREAD)
  @MethodSource("routes")
  void routeIsGuardedUnderAllCircumstances(String path, String method, String status) {
    // Given
    boolean open = method.equals("open");
    HttpMethod verb = open ? HttpMethod.GET : HttpMethod.valueOf(method);
    List<Attempt> attempts = attempts(path, open, Integer.parseInt(status));
    // When
    List<String> wrong = new ArrayList<>();
    for (Attempt attempt : attempts) {
      int got = attempt.of().request(verb, concrete(path), attempt.headers(), null).status();
      if (got != attempt.expected()) {
        wrong.add(attempt.expected() + " expected, " + got + ": " + attempt.headers());
      }
    }
    // Then
    assertEquals(List.of(), wrong);
    assertEquals(144, attempts.size());
  }

  @ParameterizedTest
  @Execution(ExecutionMode.SAME_THREAD)
  @MethodSource("routes")
  void routeAsksForTheToken(String path, String method, String status) {
    // Given
    String concrete = concrete(path);
    boolean open = method.equals("open");
    HttpMethod verb = open ? HttpMethod.GET : HttpMethod.valueOf(method);
    // When
    int none = guarded.request(verb, concrete, Map.of(), null).status();
    int wrong =
        guarded
            .request(verb, concrete, Map.of("Authorization", "Bearer correct-horse-batterz"), null)
            .status();
    int inTheUrl =
        guarded.request(verb, concrete + "?access_token=" + TOKEN, Map.of(), null).status();
    int right =
        guarded.request(verb, concrete, Map.of("Authorization", "Bearer " + TOKEN), null).status();
    // Then
    int refused = open ? Integer.parseInt(status) : 401;
    assertEquals(List.of(refused, refused, refused), List.of(none, wrong, inTheUrl));
    assertEquals(Integer.parseInt(status), right);
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void webSocketTakesTheTokenInItsHeaderOrUrl() {
    // Given
    String[] paths = {"/eventbus/websocket", "/eventbus/1/abc/websocket"};
    for (String path : paths) {
      // When
      int none = handshake(guarded, path, Map.of());
      int wrong = handshake(guarded, path + "?access_token=x", Map.of());
      int url = handshake(guarded, path + "?access_token=" + TOKEN, Map.of());
      int header = handshake(guarded, path, Map.of("Authorization", "Bearer " + TOKEN));
      // Then
      assertEquals(List.of(401, 401, 101, 101), List.of(none, wrong, url, header), path);
    }
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void pageWithoutTokenIsRefusedAndAsksForIt() {
    // Given
    Map<String, String> browser = Map.of("Accept", "text/html,*/*");
    // When
    Service.Reply reply = guarded.request(HttpMethod.GET, "/", browser, null);
    // Then
    assertEquals(401, reply.status());
    assertTrue(reply.body().contains("<form id=\"token\""), reply.body());
    assertFalse(reply.body().contains("src="), reply.body());
    String policy = reply.headers().get("Content-Security-Policy");
    assertTrue(policy.contains("script-src 'sha256-"), policy);
    assertFalse(policy.contains("unsafe"), policy);
  }

  @ParameterizedTest
  @Execution(ExecutionMode.SAME_THREAD)
  @CsvSource({
    "localhost, 200",
    "LOCALHOST:8502, 200",
    "127.0.0.1:1, 200",
    "127.9.9.9, 200",
    "[::1]:8502, 200",
    "why.example.com, 200",
    "why.example.com:443, 200",
    "attacker.example, 421",
    "localhost.attacker.example, 421",
    "127.0.0.1.attacker.example, 421",
    "10.0.0.1:8502, 421",
    "[::2], 421"
  })
  void loopbackServiceAnswersForLoopbackHosts(String host, int status) {
    // Given
    Map<String, String> headers = Map.of("Host", host);
    // When
    List<Integer> statuses = new ArrayList<>();
    for (String path : List.of("/", "/api/v1/verdicts", "/metrics", "/eventbus/info")) {
      statuses.add(service.request(HttpMethod.GET, path, headers, null).status());
    }
    int open = service.request(HttpMethod.GET, "/health/live", headers, null).status();
    int reload = service.request(HttpMethod.POST, "/-/reload", headers, null).status();
    // Then
    assertEquals(List.of(status, status, status, status), statuses);
    assertEquals(status, reload);
    assertEquals(200, open);
  }

  @ParameterizedTest
  @Execution(ExecutionMode.SAME_THREAD)
  @CsvSource({
    "http://127.0.0.1:PORT, true",
    "http://localhost:PORT, true",
    "http://[::1]:PORT, true",
    "https://status.example.com, true",
    "https://why.example.com, true",
    "http://127.0.0.1:1, false",
    "http://127.0.0.1, false",
    "https://evil.example, false",
    "https://evil.example:PORT, false",
    "https://status.example.com.evil.example, false",
    "http://status.example.com, false",
    "null, false"
  })
  void originDecidesOnEveryTransport(String origin, boolean allowed) {
    // Given
    Map<String, String> headers =
        Map.of("Origin", origin.replace("PORT", String.valueOf(service.port())));
    String session = "/eventbus/1/s" + Integer.toHexString(origin.hashCode());
    // When
    Map<String, Boolean> passed = new HashMap<>();
    passed.put("raw", handshake(service, "/eventbus/websocket", headers) == 101);
    passed.put("framed", handshake(service, session + "w/websocket", headers) == 101);
    passed.put("info", service.status(HttpMethod.GET, "/eventbus/info", headers) == 200);
    passed.put("xhr", service.status(HttpMethod.POST, session + "x/xhr", headers) == 200);
    passed.put(
        "streaming", service.status(HttpMethod.POST, session + "y/xhr_streaming", headers) == 200);
    passed.put(
        "eventsource", service.status(HttpMethod.GET, session + "e/eventsource", headers) == 200);
    passed.put("api", service.status(HttpMethod.GET, "/api/v1/verdicts", headers) == 200);
    passed.put("reload", service.status(HttpMethod.POST, "/-/reload", headers) == 200);
    // Then
    assertEquals(Set.of(allowed), Set.copyOf(passed.values()), passed.toString());
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void exposedServiceShowsNothingOfTheInside() {
    // Given
    Service.Peer viewer = exposed.connect();
    viewer.register("why502.verdicts");
    JsonObject reply = viewer.ask("why502.query.verdicts", new JsonObject());
    // When
    exposed.feed.verdict(Samples.down("templates"));
    // Then
    List<String> leaving =
        List.of(
            reply.encode(),
            viewer.next(),
            exposed.get("/api/v1/verdicts").body(),
            exposed.get("/api/v1/verdicts/templates").body());
    for (String text : leaving) {
      assertTrue(text.contains("gateway-wrong-port"), text);
      assertFalse(text.contains("\"data\""), text);
      assertFalse(text.contains("\"fix\""), text);
      assertFalse(text.contains("systemctl"), text);
    }
    assertEquals(403, exposed.get("/api/v1/verdicts/templates/case").status());
    assertEquals(403, exposed.get("/probe?target=templates").status());
    assertTrue(service.get("/api/v1/verdicts").body().contains("systemctl"));
  }

  private static int handshake(Service service, String path, Map<String, String> headers) {
    return Service.await(
        service
            .handshake(path, headers)
            .map(
                socket -> {
                  socket.close();
                  return 101;
                })
            .recover(
                failure ->
                    failure instanceof UpgradeRejectedException rejected
                        ? io.vertx.core.Future.succeededFuture(rejected.getStatus())
                        : io.vertx.core.Future.failedFuture(failure)));
  }
}
