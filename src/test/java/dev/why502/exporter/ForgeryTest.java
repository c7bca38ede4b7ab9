package dev.why502.exporter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetServer;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whoever may ask {@code /probe} must not reach with it what the definitions do not permit
 * (server-side request forgery; blackbox_exporter's CVE-2020-16248). A canary counts whoever
 * connects to it.
 */
@Timeout(120)
class ForgeryTest {
  private static final int TRIES = 1_000;

  private OnDemand probe;
  private Site site;
  private Canary canary;

  /** A listener on loopback that nobody may reach. */
  private static final class Canary {
    final AtomicInteger connections = new AtomicInteger();
    final NetServer server;

    Canary(Vertx vertx, String address, int port) {
      server =
          OnDemand.await(
              vertx
                  .createNetServer()
                  .connectHandler(
                      socket -> {
                        connections.incrementAndGet();
                        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                      })
                  .listen(port, address));
    }

    int port() {
      return server.actualPort();
    }
  }

  @BeforeEach
  void start() {
    probe = new OnDemand();
    site = new Site(probe.vertx);
    canary = new Canary(probe.vertx, "0.0.0.0", 0);
  }

  @AfterEach
  void stop() {
    site.close();
    probe.close();
  }

  /** Each way to write an address that is, or becomes, this host's. PORT is the canary's. */
  private static final List<String> SPELLINGS =
      List.of(
          "127.0.0.1:PORT",
          "http://127.0.0.1:PORT/",
          "http://127.1:PORT/",
          "http://127.0.1:PORT/",
          "http://0x7f000001:PORT/",
          "http://0x7f.0.0.1:PORT/",
          "http://2130706433:PORT/",
          "http://0177.0.0.1:PORT/",
          "http://017700000001:PORT/",
          "http://127.0.0.1.:PORT/",
          "http://127.000.000.001:PORT/",
          "http://0.0.0.0:PORT/",
          "http://0:PORT/",
          "http://127.255.255.254:PORT/",
          "http://localhost:PORT/",
          "http://localhost.:PORT/",
          "http://LOCALHOST:PORT/",
          "http://a.localhost:PORT/",
          "http://[::]:PORT/",
          "http://[::1]:PORT/",
          "http://[0:0:0:0:0:0:0:1]:PORT/",
          "http://[::ffff:127.0.0.1]:PORT/",
          "http://[::ffff:7f00:1]:PORT/",
          "http://[::127.0.0.1]:PORT/",
          "http://[::ffff:0:127.0.0.1]:PORT/",
          "http://[64:ff9b::127.0.0.1]:PORT/",
          "http://[64:ff9b:1::7f00:1]:PORT/",
          "http://[2002:7f00:1::]:PORT/",
          "http://[fe80::1%25lo]:PORT/",
          "http://[::1%25lo]:PORT/",
          "http://site.test@127.0.0.1:PORT/",
          "http://site.test%40127.0.0.1:PORT/",
          "http://127%2e0%2e0%2e1:PORT/",
          "http://127.0.0.1%3aPORT/",
          "http://127.0.0.1\t:PORT/",
          "http://127.0.0.1\n:PORT/",
          "http://127.0.0.1 :PORT/",
          "http://\uff11\uff12\uff17.\uff10.\uff10.\uff11:PORT/",
          "http://\u2460\u2461\u2466.0.0.1:PORT/",
          "http://127\u30020\u30020\u30021:PORT/",
          "http:\\\\127.0.0.1:PORT\\",
          "http:///127.0.0.1:PORT/",
          "http://site.test#@127.0.0.1:PORT/",
          "http://site.test\\@127.0.0.1:PORT/",
          "HTTPS://127.0.0.1:PORT/",
          "tcp://127.0.0.1:PORT",
          "tls://127.0.0.1:PORT",
          "ws://127.0.0.1:PORT/",
          "unix:/run/docker.sock:/info",
          "file:///etc/passwd",
          "gopher://127.0.0.1:PORT/_x",
          "http://any.test:PORT/",
          "http://metadata.test/latest/meta-data",
          "http://169.254.169.254/latest/meta-data",
          "http://[::ffff:169.254.169.254]/",
          "http://[fd00:ec2::254]/latest");

  @Test
  void noSpellingOfALoopbackAddressReachesAnyone() {
    // Given
    probe.dns.answers =
        name ->
            name.equals("any.test") || name.equals("site.test")
                ? List.of("127.0.0.1")
                : name.equals("metadata.test") ? List.of("169.254.169.254") : List.of();
    Map<String, Integer> answers = new LinkedHashMap<>();
    // When
    for (List<String> allow :
        List.of(List.<String>of(), List.of("*"), List.of("*:*", "0.0.0.0/0", "::/0"))) {
      probe.define(List.of(site.url("/status/200")), allow, new JsonObject());
      for (String spelling : SPELLINGS) {
        probe.ahead.addAndGet(10_000_000_000L);
        String target = spelling.replace("PORT", String.valueOf(canary.port()));
        for (String module : List.of("http_2xx", "tcp_connect")) {
          int status = probe.get(target, module).statusCode();
          answers.merge(spelling, status, Math::max);
          if (status != 403) {
            answers.put(spelling + " " + module + " " + allow, status);
          }
        }
      }
    }
    HttpResponse<String> declared = probe.get(site.url("/status/200"), "http_2xx");
    // Then
    System.out.println(
        "forgery: "
            + SPELLINGS.size()
            + " spellings x 2 modules x 3 permissions: "
            + canary.connections.get()
            + " connections");
    answers.values().removeIf(status -> status == 403);
    assertEquals(Map.of(), answers);
    assertEquals(0, canary.connections.get());
    assertEquals(200, declared.statusCode());
    assertEquals(1, OnDemand.value(declared.body(), "probe_success"));
    assertEquals(1, site.requests.size());
  }

  @Test
  void nameThatTurnsToLoopbackReachesNobody() {
    // Given
    int port = canary.port();
    Canary other = new Canary(probe.vertx, "127.0.0.1", 0);
    Canary permitted = new Canary(probe.vertx, "127.0.0.2", other.port());
    probe.define(
        List.of(),
        List.of("*.turning.test:" + other.port(), "127.0.0.2:" + other.port()),
        new JsonObject());
    Map<Integer, Integer> before = new TreeMap<>();
    Map<Integer, Integer> after = new TreeMap<>();
    // When
    probe.dns.answers = name -> List.of("127.0.0.2");
    turn(before, 200, other.port());
    int reached = permitted.connections.get();
    probe.dns.answers = name -> List.of("127.0.0.1");
    turn(after, 403, other.port());
    // Then
    System.out.println(
        "forgery: names that turn to 127.0.0.1, answers by status: "
            + (before + ", then " + after + "; ")
            + (other.connections.get() + " connections to the canary"));
    assertEquals(Map.of(200, TRIES), before);
    assertEquals(TRIES, reached);
    assertEquals(0, other.connections.get());
    assertEquals(0, canary.connections.get(), "port " + port);
    assertEquals(TRIES, after.get(403));
    // What an answer that was still remembered led to was the permitted address.
    assertEquals(after.getOrDefault(200, 0), permitted.connections.get() - reached);
  }

  private void turn(Map<Integer, Integer> statuses, int until, int port) {
    for (int i = 0; i < 10 * TRIES && statuses.getOrDefault(until, 0) < TRIES; i++) {
      probe.ahead.addAndGet(2_000_000_000L);
      String target = "http://n" + i % TRIES + ".turning.test:" + port + "/";
      statuses.merge(probe.get(target, "http_2xx").statusCode(), 1, Integer::sum);
    }
  }

  @Test
  void mixedAnswerIsJudgedByTheAddressThatIsUsed() {
    // Given
    Canary other = new Canary(probe.vertx, "127.0.0.1", 0);
    Canary permitted = new Canary(probe.vertx, "127.0.0.2", other.port());
    probe.define(List.of(), List.of("mixed.test", "127.0.0.2:*"), new JsonObject());
    probe.dns.answers = name -> List.of("127.0.0.2", "127.0.0.1");
    // When
    int status = probe.get("http://mixed.test:" + other.port() + "/", "http_2xx").statusCode();
    // Then
    assertEquals(200, status);
    assertEquals(1, permitted.connections.get());
    assertEquals(0, other.connections.get());
  }

  @Test
  void redirectLeadsNowhereThatIsNotPermitted() {
    // Given
    List<String> locations =
        List.of(
            "http://127.0.0.1:PORT/",
            "//127.0.0.1:PORT/",
            "http://localhost:PORT/",
            "http://[::ffff:127.0.0.1]:PORT/",
            "http://2130706433:PORT/",
            "https://127.0.0.1:PORT/",
            "http://a.turning.test:PORT/",
            "tcp://127.0.0.1:PORT",
            "file:///etc/passwd",
            "unix:/run/docker.sock",
            "http://169.254.169.254/");
    probe.dns.answers = name -> List.of("127.0.0.1");
    List<String> targets = new ArrayList<>();
    for (String location : locations) {
      String to = location.replace("PORT", String.valueOf(canary.port()));
      targets.add(site.url("/to?url=" + OnDemand.encoded(to)));
    }
    probe.define(targets, List.of("*.turning.test"), new JsonObject());
    // When
    Map<String, String> told = new TreeMap<>();
    for (String target : targets) {
      HttpResponse<String> answer = probe.get(target, "http_2xx");
      told.merge(
          answer.statusCode() + " " + OnDemand.value(answer.body(), "probe_success"),
          "x",
          String::concat);
    }
    // Then
    assertEquals(Map.of("200 0.0", "x".repeat(locations.size())), told);
    assertEquals(0, canary.connections.get());
    assertTrue(
        OnDemand.failure(probe.get(targets.get(0), "http_2xx").body())
            .contains("kind=\"redirect-forbidden\""));
  }

  @Test
  void declaredNameMayNotLeadToLoopbackButLocalhostMay() {
    // Given
    Canary home = new Canary(probe.vertx, "127.0.0.1", 0);
    probe.dns.answers = name -> List.of("127.0.0.1");
    String named = "http://app.turning.test:" + home.port() + "/";
    String local = "http://localhost:" + home.port() + "/";
    probe.define(List.of(named, local), List.of(), new JsonObject());
    // When
    HttpResponse<String> byName = probe.get(named, "http_2xx");
    HttpResponse<String> byId = probe.get("t0", "http_2xx");
    HttpResponse<String> byLocalhost = probe.get(local, "http_2xx");
    // Then
    assertEquals(403, byName.statusCode());
    assertEquals(403, byId.statusCode());
    assertTrue(byName.body().contains("probe.allow"), byName.body());
    assertEquals(200, byLocalhost.statusCode());
    assertEquals(1, home.connections.get());
  }

  @Test
  void secretsGoToTheFirstOriginOnly() {
    // Given
    Site other = new Site(probe.vertx);
    String elsewhere = other.url("/to?url=" + OnDemand.encoded(site.url("/status/200")));
    String target = site.url("/to?url=" + OnDemand.encoded(elsewhere));
    JsonObject http =
        new JsonObject()
            .put("headers", new JsonObject().put("X-Key", "canary-1").put("User-Agent", "ua"))
            .put("bearer_token", "canary-2");
    probe.define(
        List.of(target),
        List.of("127.0.0.1:" + other.plain.actualPort()),
        new JsonObject().put("m", new JsonObject().put("prober", "http").put("http", http)));
    // When
    HttpResponse<String> answer = probe.get(target, "m");
    // Then
    assertEquals(1, OnDemand.value(answer.body(), "probe_success"), answer.body());
    assertEquals(2, OnDemand.value(answer.body(), "probe_http_redirects"));
    assertEquals(1, other.requests.size());
    String strange = other.requests.remove();
    assertTrue(!strange.contains("canary") && strange.contains("ua"), strange);
    String first = site.requests.remove();
    assertTrue(first.contains("canary-1") && first.contains("Bearer canary-2"), first);
    // Nor again, when it leads back.
    assertTrue(!site.requests.remove().contains("canary"));
    other.close();
  }

  @Test
  void ownRequestIsRefused() {
    // Given
    String self = "http://127.0.0.1:" + probe.port() + "/probe?target=t0";
    probe.define(List.of(self), List.of(), new JsonObject());
    // When
    HttpResponse<String> outer = probe.get(self, "http_2xx");
    int marked = probe.ask("target=t0", "Via", "1.1 proxy, 1.1 why502").statusCode();
    // Then
    assertEquals(200, outer.statusCode());
    assertEquals(508, OnDemand.value(outer.body(), "probe_http_status_code"));
    assertEquals(508, marked);
  }
}
