package dev.why502.exporter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class AnswersTest {
  private static final String SECRET = "correct-horse-battery";
  private static final String TIMEOUT = "X-Prometheus-Scrape-Timeout-Seconds";

  private static OnDemand probe;
  private static Site site;
  private static HttpServer tls;
  private static HttpServer expired;
  private static int closed;

  @BeforeAll
  static void start(@TempDir Path folder) {
    probe = new OnDemand(Map.of("SECRET", SECRET));
    site = new Site(probe.vertx);
    tls = site.tls(Site.key(folder, "good", "-1d", 30));
    expired = site.tls(Site.key(folder, "expired", "-3d", 1));
    closed = Site.freePort();
    probe.dns.answers = name -> name.equals("site.test") ? List.of("127.0.0.1") : List.of();
    probe.define(
        List.of(site.url("/status/200")),
        List.of("127.0.0.1:*", "*.test"),
        modules(folder.resolve("good.pem"), folder.resolve("expired.pem")));
  }

  private static JsonObject modules(Path good, Path over) {
    return new JsonObject()
        .put("quick", http(new JsonObject()).put("timeout", "300ms"))
        .put("good", http(trusting(good)))
        .put("expired", http(trusting(over)))
        .put("strict", http(trusting(good).put("fail_if_ssl", true)))
        .put("no_ssl", http(new JsonObject().put("fail_if_not_ssl", true)))
        .put("any_404", http(new JsonObject().put("valid_status_codes", JsonArray.of(404))))
        .put("stay", http(new JsonObject().put("follow_redirects", false)))
        .put("stay_too", http(new JsonObject().put("no_follow_redirects", true)))
        .put(
            "body", http(new JsonObject().put("fail_if_body_matches_regexp", JsonArray.of("st.t"))))
        .put(
            "no_body",
            http(new JsonObject().put("fail_if_body_not_matches_regexp", JsonArray.of("absent"))))
        .put("header", http(rule("fail_if_header_matches", "Last-Modified", "2015")))
        .put("no_header", http(rule("fail_if_header_not_matches", "X-Absent", "x")))
        .put("small", http(new JsonObject().put("body_size_limit", "1KB")))
        .put("packed", http(new JsonObject().put("compression", "gzip")))
        .put("two", http(new JsonObject().put("valid_http_versions", JsonArray.of("HTTP/2.0"))))
        .put(
            "secret",
            http(
                new JsonObject()
                    .put(
                        "basic_auth",
                        new JsonObject().put("username", "u").put("password", "${env:SECRET}"))
                    .put("headers", new JsonObject().put("X-Key", "${env:SECRET}"))))
        .put("wrong_bytes", tcp(new JsonObject().put("expect_bytes", "HTTP")))
        .put("wrong_line", tcp(new JsonObject().put("expect", "^never")));
  }

  private static JsonObject http(JsonObject http) {
    return new JsonObject().put("prober", "http").put("timeout", "5s").put("http", http);
  }

  private static JsonObject tcp(JsonObject step) {
    return new JsonObject()
        .put("prober", "tcp")
        .put("timeout", "500ms")
        .put("tcp", new JsonObject().put("query_response", JsonArray.of(step)));
  }

  private static JsonObject trusting(Path ca) {
    return new JsonObject().put("tls_config", new JsonObject().put("ca_file", ca.toString()));
  }

  private static JsonObject rule(String key, String header, String pattern) {
    JsonObject rule = new JsonObject().put("header", header).put("regexp", pattern);
    return new JsonObject().put(key, JsonArray.of(rule));
  }

  @BeforeEach
  void rest() {
    probe.ahead.addAndGet(60_000_000_000L);
    site.requests.clear();
  }

  @AfterAll
  static void stop() {
    site.close();
    probe.close();
  }

  /** Each way to fail is told by its phase, its manner and a cause of ours. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /status/502       | http_2xx     | processing | status        | gateway-bad-gateway
          /status/503       | http_2xx     | processing | status        | gateway-unavailable
          /status/404       | http_2xx     | processing | status        | unexpected-status
          /silent           | quick        | processing | timeout       | edge-timeout
          refused           | http_2xx     | connect    | refused       | edge-refused
          http://gone.test/ | http_2xx     | resolve    | name          | edge-dns
          expired           | expired      | tls        | tls           | edge-tls-expired
          tls               | http_2xx     | tls        | tls           | edge-tls-untrusted
          tls               | strict       | tls        | ssl           |
          /status/200       | no_ssl       | connect    | no-ssl        |
          /loop             | http_2xx     | processing | redirect-limit | redirect-loop
          /to?url=/x        | stay         | processing | status        | unexpected-status
          /status/200       | body         | transfer   | body-regex    | unexpected-body
          /status/200       | no_body      | transfer   | body-regex    | unexpected-body
          /status/200       | header       | processing | header-regex  | unexpected-header
          /status/200       | no_header    | processing | header-regex  | unexpected-header
          /big              | small        | transfer   | body-limit    | unexpected-body
          /status/200       | packed       | transfer   | encoding      |
          /status/200       | two          | processing | http-version  |
          banner            | wrong_bytes  | processing | bytes         | unexpected-body
          banner            | wrong_line   | processing | timeout       | edge-timeout
          port              | tcp_connect  | connect    | refused       | edge-refused
          """)
  void failureIsToldByPlaceMannerAndCause(
      String target, String module, String phase, String kind, String cause) {
    // Given
    String url =
        switch (target) {
          case "refused" -> "http://127.0.0.1:" + closed + "/";
          case "port" -> "127.0.0.1:" + closed;
          case "tls" -> "https://127.0.0.1:" + tls.actualPort() + "/status/200";
          case "expired" -> "https://127.0.0.1:" + expired.actualPort() + "/status/200";
          case "banner" -> "127.0.0.1:" + site.banner.actualPort();
          default -> target.startsWith("http:") ? target : site.url(target);
        };
    // When
    HttpResponse<String> answer = probe.get(url, module);
    // Then
    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals(0, OnDemand.value(answer.body(), "probe_success"));
    assertEquals(
        "probe_failure_info{cause=\""
            + (cause == null ? "" : cause)
            + "\",kind=\""
            + kind
            + "\",phase=\""
            + phase
            + "\"} 1",
        OnDemand.failure(answer.body()));
  }

  @ParameterizedTest
  @CsvSource({
    "/status/200, http_2xx",
    "/status/404, any_404",
    "/cookie, http_2xx",
    "/to?url=/status/200, http_2xx",
    "/big, http_2xx",
  })
  void successHasNoReason(String path, String module) {
    // When
    HttpResponse<String> answer = probe.get(site.url(path), module);
    // Then
    assertEquals(1, OnDemand.value(answer.body(), "probe_success"), answer.body());
    assertEquals("", OnDemand.failure(answer.body()));
  }

  @Test
  void scrapeIsAnsweredInItsTime() {
    // Given
    Map<String, Double> took = new TreeMap<>();
    // When
    for (String seconds : List.of("0.2", "0.8", "1", "1.5")) {
      long begin = System.nanoTime();
      HttpResponse<String> answer = probe.get(site.url("/silent"), "http_2xx", TIMEOUT, seconds);
      double late = (System.nanoTime() - begin) / 1e9 - Double.parseDouble(seconds);
      assertEquals(200, answer.statusCode());
      assertEquals(0, OnDemand.value(answer.body(), "probe_success"));
      took.put(seconds, late);
      assertTrue(
          OnDemand.value(answer.body(), "probe_timeout_seconds") < Double.parseDouble(seconds));
    }
    // Then
    System.out.println("seconds after the scrape's end (below 0: in time): " + took);
    assertTrue(took.get("1.5") < 0 && took.get("1") < 0, took.toString());
  }

  @Test
  void idIsATargetAndChoosesItsModule() {
    // Given
    String banner = "tcp://127.0.0.1:" + site.banner.actualPort();
    OnDemand other = new OnDemand();
    other.define(List.of(site.url("/status/200"), banner), List.of(), new JsonObject());
    // When
    String url = other.ask("target=t0").body();
    String port = other.ask("target=t1").body();
    int neither = other.ask("target=t2").statusCode();
    int mismatch = other.ask("target=t1&module=http_2xx").statusCode();
    int portOfUrl = other.ask("target=t0&module=tcp_connect").statusCode();
    other.close();
    // Then
    assertEquals(200, OnDemand.value(url, "probe_http_status_code"));
    assertEquals(1, OnDemand.value(port, "probe_success"));
    assertEquals(List.of(403, 400, 200), List.of(neither, mismatch, portOfUrl));
  }

  @Test
  void hostnameIsSentAndAskedForByTls() {
    // Given
    String target = OnDemand.encoded("https://127.0.0.1:" + tls.actualPort() + "/status/200");
    // When
    String right = probe.ask("module=good&target=" + target + "&hostname=site.test").body();
    String seen = site.requests.remove();
    String wrong = probe.ask("module=good&target=" + target + "&hostname=other.test").body();
    int hostile = probe.ask("module=good&target=" + target + "&hostname=a%0d%0aX:y").statusCode();
    // Then
    assertEquals(1, OnDemand.value(right, "probe_success"), right);
    assertTrue(seen.contains("Host: site.test"), seen);
    assertTrue(OnDemand.failure(wrong).contains("edge-tls-wrong-host"), wrong);
    assertEquals(400, hostile);
  }

  @Test
  void debugTellsTheWayAndNoSecret() {
    // When
    String page =
        probe
            .ask("debug=true&module=secret&target=" + OnDemand.encoded(site.url("/status/404")))
            .body();
    // Then
    assertTrue(site.requests.remove().contains("X-Key: " + SECRET));
    assertTrue(page.startsWith("Logs for the probe:\n"), page);
    assertTrue(page.contains("status 404, wanted 2xx"), page);
    assertTrue(page.contains("\n\n\nMetrics that would have been returned:\n# HELP probe_"), page);
    assertTrue(page.contains("\n\n\nModule configuration:\nprober: http\n"), page);
    assertTrue(page.contains("Authorization: <secret>"), page);
    assertFalse(page.contains(SECRET), page);
    assertFalse(page.contains("dTpj"), page);
  }

  @ParameterizedTest
  @CsvSource({
    "icmp, icmp",
    "dns_udp, dns",
    "grpc_plain, grpc",
    "websocket, websocket",
    "x, Unknown module \"x\""
  })
  void moduleThatIsNotThereIsNamed(String module, String words) {
    // When
    HttpResponse<String> answer = probe.get(site.url("/status/200"), module);
    // Then
    assertEquals(400, answer.statusCode());
    assertTrue(answer.body().contains(words) && answer.body().contains(module), answer.body());
  }

  @Test
  void clientThatAsksTooOftenIsSentAway() {
    // Given
    String target = site.url("/status/200");
    List<Integer> statuses = new ArrayList<>();
    // When
    for (int i = 0; i < Quota.A_MINUTE + 5; i++) {
      statuses.add(probe.get(target, "http_2xx").statusCode());
    }
    int other = probe.get(site.url("/status/404"), "http_2xx").statusCode();
    // Then
    int passed = (int) statuses.stream().filter(status -> status == 200).count();
    // One comes back each second.
    assertTrue(passed >= Quota.A_MINUTE && passed <= Quota.A_MINUTE + 4, statuses.toString());
    assertTrue(statuses.contains(429));
    assertEquals(200, other);
  }

  @Test
  void fourAtOnceAndNoMore() {
    // Given
    String target = site.url("/silent");
    // When
    List<CompletableFuture<Integer>> all = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      all.add(
          CompletableFuture.supplyAsync(
              () -> probe.get(target, "http_2xx", TIMEOUT, "2").statusCode()));
    }
    List<Integer> statuses = all.stream().map(CompletableFuture::join).sorted().toList();
    // Then
    assertTrue(statuses.contains(429), statuses.toString());
    assertTrue(statuses.stream().filter(status -> status == 200).count() >= 2, statuses.toString());
  }
}
