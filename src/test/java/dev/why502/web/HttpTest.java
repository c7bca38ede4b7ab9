package dev.why502.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.bus.Json;
import dev.why502.bus.Samples;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class HttpTest {
  private Service service;

  @BeforeEach
  void start() {
    service = Service.start();
    service.feed.verdict(Samples.down("templates"));
    service.feed.verdict(Samples.up("backend"));
  }

  @AfterEach
  void stop() {
    service.close();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /nowhere, 404",
    "GET, /api/v1/verdicts/nobody, 404",
    "GET, /api/v1/verdicts/nobody/case, 404",
    "GET, /api/v1/verdicts?limit=0, 400",
    "GET, /api/v1/verdicts?limit=x, 400",
    "POST, /api/v1/verdicts, 405",
    "DELETE, /api/v1/verdicts/templates, 405",
    "PUT, /, 405",
    "GET, /-/reload, 405",
    "GET, /index.html, 404",
    "GET, /dev/why502/web/index.html, 404",
    "GET, /%2e%2e/why502.properties, 404",
    "GET, /..%2fwhy502.properties, 404",
    "GET, /.git/config, 404",
    "GET, /why502.js/, 404"
  })
  void refusalIsAProblemDocument(String method, String path, int status) {
    // Given
    // When
    Service.Reply reply = service.request(HttpMethod.valueOf(method), path, Map.of(), null);
    // Then
    assertEquals(status, reply.status());
    assertEquals("application/problem+json", reply.headers().get("Content-Type"));
    assertEquals(status, reply.json().getInteger("status"));
    assertEquals(status == 405, reply.headers().contains("Allow"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/nowhere", "/metrics", "/api/v1/verdicts", "/eventbus/info", "/health/live"})
  void everyAnswerCarriesTheSecurityHeaders(String path) {
    // Given
    // When
    Service.Reply reply = service.get(path);
    // Then
    assertEquals(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'",
        reply.headers().get("Content-Security-Policy"));
    assertEquals("nosniff", reply.headers().get("X-Content-Type-Options"));
    assertEquals("no-referrer", reply.headers().get("Referrer-Policy"));
    assertNull(reply.headers().get("Set-Cookie"));
    assertNull(reply.headers().get("Content-Encoding"));
  }

  @Test
  void listsArePagedAsTheBusDoes() {
    // Given
    // When
    JsonObject first = service.get("/api/v1/verdicts?limit=1").json();
    JsonObject second =
        service.get("/api/v1/verdicts?limit=1&after=" + first.getString("next")).json();
    // Then
    assertEquals("backend", first.getJsonArray("verdicts").getJsonObject(0).getString("probe"));
    assertEquals("templates", second.getJsonArray("verdicts").getJsonObject(0).getString("probe"));
    assertFalse(second.containsKey("next"));
    assertEquals("{\"incidents\":[]}", service.get("/api/v1/incidents").body());
    assertEquals("down", service.get("/api/v1/verdicts/templates").json().getString("state"));
    assertEquals(
        "templates",
        service
            .get("/api/v1/probes")
            .json()
            .getJsonArray("probes")
            .getJsonObject(0)
            .getString("id"));
  }

  @Test
  void caseIsServedAsReplayReadsIt() {
    // Given
    // When
    String stored = service.get("/api/v1/verdicts/templates/case").body();
    // Then
    assertEquals(Samples.wholeCase(), Json.readCase(stored).read());
  }

  @Test
  void reloadAnswersWithTheErrors() {
    // Given
    int accepted = service.request(HttpMethod.POST, "/-/reload", Map.of(), null).status();
    service.reloadErrors.add("/probes/0/target: missing");
    // When
    Service.Reply refused = service.request(HttpMethod.POST, "/-/reload", Map.of(), null);
    // Then
    assertEquals(200, accepted);
    assertEquals(422, refused.status());
    assertEquals("application/problem+json", refused.headers().get("Content-Type"));
    assertFalse(refused.json().getBoolean("accepted"));
    assertEquals("[\"/probes/0/target: missing\"]", refused.json().getJsonArray("errors").encode());
  }

  @Test
  void readyNamesWhatIsMissing() {
    // Given
    service.missing.add("the first round");
    // When
    Service.Reply ready = service.get("/health/ready");
    // Then
    assertEquals(503, ready.status());
    assertEquals("{\"status\":\"not ready\",\"missing\":[\"the first round\"]}", ready.body());
    assertEquals(200, service.get("/health/live").status());
    service.missing.clear();
    assertEquals(200, service.get("/-/ready").status());
  }

  @Test
  void unchangedFileIsNotSentAgain() {
    // Given
    Service.Reply first = service.get("/why502.js");
    // When
    Service.Reply second =
        service.request(
            HttpMethod.GET,
            "/why502.js",
            Map.of("If-None-Match", first.headers().get("ETag")),
            null);
    // Then
    assertEquals(304, second.status());
    assertEquals("", second.body());
    assertEquals("text/javascript; charset=utf-8", first.headers().get("Content-Type"));
  }

  @Test
  void headHasNoBody() {
    // Given
    // When
    Service.Reply head = service.request(HttpMethod.HEAD, "/api/v1/verdicts", Map.of(), null);
    // Then
    assertEquals(200, head.status());
    assertEquals("", head.body());
  }

  @Test
  void bodyIsRefused() {
    // Given
    String body = "x".repeat(WebVerticle.MAX_BODY + 1);
    // When
    Service.Reply reload = service.request(HttpMethod.POST, "/-/reload", Map.of(), body);
    Service.Reply page = service.request(HttpMethod.GET, "/", Map.of(), body);
    Promise<String> chunked = Promise.promise();
    NetSocket socket =
        Service.await(service.vertx.createNetClient().connect(service.port(), "127.0.0.1"));
    socket.handler(bytes -> chunked.tryComplete(bytes.toString()));
    socket.write(
        "POST /-/reload HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
    // Then
    assertEquals(List.of(413, 413), List.of(reload.status(), page.status()));
    assertTrue(Service.await(chunked.future()).startsWith("HTTP/1.1 413 "));
    assertEquals(
        200,
        service
            .request(HttpMethod.POST, "/-/reload", Map.of(), "x".repeat(WebVerticle.MAX_BODY))
            .status());
  }

  @Test
  void longUriIsRefused() {
    // Given
    String path = "/?" + "x".repeat(WebVerticle.MAX_URI);
    // When
    Service.Reply reply = service.get(path);
    // Then
    assertEquals(414, reply.status());
  }

  @Test
  void connectionThatSaysNothingIsClosed() {
    // Given
    service.close();
    service =
        Service.start(Service.options("127.0.0.1", null, new WebOptions.Times(1000, 1000, 200)));
    Promise<Void> closed = Promise.promise();
    NetSocket socket =
        Service.await(service.vertx.createNetClient().connect(service.port(), "127.0.0.1"));
    socket.closeHandler(gone -> closed.complete());
    // When
    socket.write("GET / HTTP/1.1\r\nHost: loc");
    // Then
    Service.await(closed.future());
  }

  @Test
  void metricsHaveTheContractsNames() {
    // Given
    service.meters.observed(Samples.answered("templates", 502));
    service.meters.observed(Samples.refused("back\"end\n"));
    service.meters.judged(Samples.down("templates"));
    service.meters.judged(Samples.up("backend"));
    service.meters.reloaded(true, Samples.AT);
    // When
    Service.Reply reply = service.get("/metrics");
    // Then
    assertEquals("text/plain; version=0.0.4; charset=utf-8", reply.headers().get("Content-Type"));
    List<String> lines = reply.body().lines().toList();
    for (String line :
        List.of(
            "why502_build_info{version=\"0.1.0\"} 1",
            "why502_probe_up{probe=\"templates\"} 0",
            "why502_probe_up{probe=\"backend\"} 1",
            "why502_verdict_info{probe=\"templates\",state=\"down\",cause=\"gateway-wrong-port\",confidence=\"certain\"} 1",
            "why502_probe_duration_seconds{probe=\"templates\",phase=\"processing\"} 0.0052",
            "why502_probe_runs_total{probe=\"templates\",result=\"unexpected\"} 1",
            "why502_probe_runs_total{probe=\"back\\\"end\\n\",result=\"failed\"} 1",
            "why502_probe_lateness_seconds 3.0E-4",
            "why502_incidents_open 0",
            "why502_config_last_reload_successful 1",
            "why502_config_last_reload_success_timestamp_seconds 1.75818876012E9",
            "why502_bridge_sockets 0",
            "why502_store_errors_total 0",
            "why502_event_loop_blocked_total 0")) {
      assertTrue(lines.contains(line), line + " in\n" + reply.body());
    }
    assertFalse(reply.body().contains("instance="), reply.body());
    assertFalse(reply.body().contains("job="), reply.body());
    assertEquals(
        lines.stream().filter(line -> line.startsWith("# TYPE ")).distinct().count(),
        lines.stream().filter(line -> line.startsWith("# TYPE ")).count());
  }

  @Test
  void forgottenProbeLeavesTheMetrics() {
    // Given
    service.meters.judged(Samples.down("templates"));
    // When
    service.meters.forget("templates");
    // Then
    assertFalse(service.get("/metrics").body().contains("templates"));
  }
}
