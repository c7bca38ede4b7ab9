package dev.why502.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.history.Counts;
import dev.why502.history.Latency;
import dev.why502.history.Rollup;
import dev.why502.history.Step;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class PastApiTest {
  private static final String HISTORY = "/api/v1/probes/templates/history";

  private Service service;

  @BeforeEach
  void start() {
    service = Service.start(Service.options("127.0.0.1", null, WebOptions.Times.DEFAULT));
    PastSamples.fill(service.history, service.json);
  }

  @AfterEach
  void stop() {
    service.close();
  }

  @Test
  void historyTellsUptimeBudgetAndLatency() {
    // Given
    // When
    JsonObject told = service.get(HISTORY).json();
    // Then
    assertEquals("hour", told.getString("step"));
    assertEquals(25, told.getJsonArray("buckets").size());
    assertEquals(2, told.getJsonArray("verdicts").size());
    assertEquals(1, told.getJsonArray("incidents").size());
    JsonObject hour = window(told, "1h");
    assertEquals(1.0, hour.getDouble("ratio"));
    JsonObject day = window(told, "24h");
    assertEquals((8646 - 3 - 60) / (8646.0 - 3), day.getDouble("ratio"), 1e-9);
    assertTrue(day.getDouble("coverage") > 0.97, day.encode());
    JsonObject quarter = window(told, "90d");
    assertTrue(quarter.getDouble("coverage") < 0.02, quarter.encode());
    JsonObject objective = told.getJsonObject("objective");
    assertEquals(43.2 * 60, objective.getJsonObject("budget").getDouble("totalSeconds"), 1e-6);
    assertEquals(600, objective.getJsonObject("budget").getDouble("spentSeconds"), 1);
    double rate = objective.getJsonArray("burn").getJsonObject(1).getDouble("rate");
    assertEquals(60 / (361 * 6.0 - 3) / 0.001, rate, 1e-6);
    double median = told.getJsonObject("latency").getDouble("p50Millis");
    assertEquals(35, median, 35 / 32.0);
  }

  @Test
  void historyOfNothingClaimsNothing() {
    // Given
    service.probes.declare("silent", "unknown");
    // When
    JsonObject told = service.get("/api/v1/probes/silent/history").json();
    // Then
    for (String window : List.of("1h", "24h", "7d", "30d", "90d")) {
      assertNull(window(told, window).getValue("ratio"));
      assertEquals(0.0, window(told, window).getDouble("coverage"));
    }
    assertNull(told.getValue("objective"));
    assertNull(told.getJsonObject("latency").getValue("p95Millis"));
    assertTrue(
        service.get("/badge/silent/uptime.svg").body().contains("silent uptime 30d: no data"));
    assertTrue(service.get("/badge/silent/response-time.svg").body().contains("no data"));
  }

  @ParameterizedTest
  @CsvSource({
    "from=x, from",
    "from=2025-09-18, from",
    "from=2025-09-18T12:00:00Z&to=2025-09-18T12:00:00Z, from",
    "from=0001-01-01T00:00:00Z, from",
    "to=1900-01-01T00:00:00Z, to",
    "to=2025-09-18T12:00:00Z&to=2025-09-18T12:00:00Z, to",
    "step=second, step",
    "step=minute, step",
    "from=1980-01-01T00:00:00Z, from"
  })
  void badParameterIsNamed(String query, String parameter) {
    // Given
    // When
    Service.Reply reply = service.get(HISTORY + "?" + query);
    // Then
    assertEquals(400, reply.status(), reply.body());
    assertEquals(parameter, reply.json().getString("parameter"));
  }

  @Test
  void storyOfAnIncidentTellsItsEventsAndRemedies() {
    // Given
    // When
    JsonObject story = service.get("/api/v1/incidents/" + PastSamples.INCIDENT).json();
    // Then
    assertEquals("resolved", story.getString("state"));
    assertEquals(
        "opened changed reminded resolved",
        story.getJsonArray("events").stream()
            .map(event -> ((JsonObject) event).getString("event"))
            .collect(Collectors.joining(" ")));
    assertFalse(story.getJsonArray("events").getJsonObject(0).containsKey("verdict"));
    assertEquals("repaired", story.getJsonArray("remedies").getJsonObject(0).getString("outcome"));
    assertTrue(story.getJsonObject("verdict").containsKey("fix"));
  }

  @Test
  void incidentsOfThePastComeInPagesThatFit() {
    // Given
    JsonObject last = service.history.events.get(3);
    String padding = "x".repeat(20_000);
    for (int i = 0; i < 30; i++) {
      service.history.events.add(last.copy().put("id", "01JC" + i).put("summary", padding));
    }
    // When
    int seen = 0;
    int pages = 0;
    String next = "";
    while (next != null) {
      Service.Reply reply = service.get("/api/v1/incidents?state=resolved" + next);
      assertTrue(reply.body().length() <= dev.why502.bus.Latest.MAX_REPLY);
      seen += reply.json().getJsonArray("incidents").size();
      next = reply.json().getString("next");
      next = next == null ? null : "&after=" + next;
      pages++;
    }
    // Then
    assertEquals(31, seen);
    assertTrue(pages > 2, String.valueOf(pages));
    assertEquals(0, incidents("?state=open"));
    assertEquals(0, incidents("?to=2025-09-18T11:00:00Z"));
    assertEquals(5, incidents("?to=2025-09-18T11:30:00Z&limit=5"));
    assertEquals(0, incidents("?probe=other&state=all"));
    assertEquals(400, service.get("/api/v1/incidents?state=broken").status());
  }

  private int incidents(String query) {
    return service.get("/api/v1/incidents" + query).json().getJsonArray("incidents").size();
  }

  @Test
  void chineseIsSpokenOfThePastToo() {
    // Given
    String english = service.get("/api/v1/incidents/" + PastSamples.INCIDENT).body();
    // When
    Service.Reply chinese = service.get("/api/v1/incidents/" + PastSamples.INCIDENT + "?lang=zh");
    // Then
    assertEquals("zh-Hans", chinese.headers().get("Content-Language"));
    assertFalse(english.contains("\u7aef"), english);
    assertTrue(
        chinese.json().getString("summary").matches(".*[\\u4e00-\\u9fff].*"), chinese.body());
  }

  @ParameterizedTest
  @ValueSource(strings = {"jsonl", "csv"})
  void exportIsStreamedWhole(String format) {
    // Given
    String span = "&from=2025-09-10T00:00:00Z";
    // When
    Service.Reply reply =
        service.get("/api/v1/export?what=rollups&step=minute&format=" + format + span);
    // Then
    List<String> lines = reply.body().lines().toList();
    assertEquals(1441 + (format.equals("csv") ? 1 : 0), lines.size());
    assertEquals(8, service.history.slices);
    assertEquals(
        "attachment; filename=\"why502-rollups." + format + "\"",
        reply.headers().get("Content-Disposition"));
    String last = lines.get(lines.size() - 1);
    if (format.equals("csv")) {
      assertEquals(12, lines.get(0).split(",").length);
      assertTrue(last.startsWith("\"templates\",\"minute\",\"2025-09-18T12:34:00.000Z\",6,0,0"));
      assertTrue(reply.body().endsWith("\r\n"));
    } else {
      JsonObject object = new JsonObject(last);
      assertEquals(6, object.getInteger("runs"));
      Latency latency = Latency.parse(object.getString("latency")).latency();
      assertEquals(6, latency.count());
    }
  }

  @Test
  void exportBreaksOffWhenTheMemoryFails() {
    // Given
    StringBuilder got = new StringBuilder();
    Promise<Void> ended = Promise.promise();
    for (int i = 0; i < 20_000; i++) {
      service.history.verdicts.add(service.history.verdicts.get(0));
    }
    NetSocket socket =
        Service.await(service.vertx.createNetClient().connect(service.port(), "127.0.0.1"));
    socket.handler(
        bytes -> {
          got.append(bytes);
          service.history.broken = true;
        });
    socket.closeHandler(gone -> ended.tryComplete());
    // When
    socket.write("GET /api/v1/export?what=verdicts HTTP/1.1\r\nHost: localhost\r\n\r\n");
    Service.await(ended.future());
    // Then
    assertTrue(got.toString().startsWith("HTTP/1.1 200"), got.substring(0, 40));
    assertFalse(got.toString().endsWith("0\r\n\r\n"));
  }

  @Test
  void exportWaitsForItsReader() throws IOException {
    // Given
    fillVerdicts();
    try (Socket idle = reader()) {
      // When
      Promise<Integer> quiet = Promise.promise();
      int[] before = {-1};
      service.vertx.setPeriodic(
          150,
          timer -> {
            int now = service.history.slices;
            if (now > 0 && now == before[0]) {
              service.vertx.cancelTimer(timer);
              quiet.tryComplete(now);
            }
            before[0] = now;
          });
      int slices = Service.await(quiet.future());
      // Then
      assertTrue(idle.isConnected());
      assertTrue(slices < 100, slices + " of 200 pages were read for a reader that reads nothing");
    }
  }

  @Test
  void onlySoManyExportAtOneTime() throws IOException {
    // Given
    fillVerdicts();
    List<Socket> readers = new ArrayList<>();
    for (int i = 0; i < Export.MAX_AT_ONCE; i++) {
      Socket socket = reader();
      readers.add(socket);
      assertEquals('H', socket.getInputStream().read());
    }
    // When
    Service.Reply refused = service.get("/api/v1/export?what=verdicts");
    Service.Reply head = service.request(HttpMethod.HEAD, "/api/v1/export", Map.of(), null);
    // Then
    assertEquals(List.of(503, 200), List.of(refused.status(), head.status()));
    assertEquals("10", refused.headers().get("Retry-After"));
    assertNull(refused.headers().get("Content-Disposition"));
    // When
    for (Socket socket : readers) {
      socket.close();
    }
    // Then
    int later = 503;
    while (later == 503) {
      later = service.get("/api/v1/export?what=incidents").status();
    }
    assertEquals(200, later);
  }

  /** More than any buffer on the way holds. */
  private void fillVerdicts() {
    for (int i = 0; i < 40_000; i++) {
      service.history.verdicts.add(service.history.verdicts.get(0));
    }
  }

  /** Who asks for all and reads only what is read from it. */
  private Socket reader() throws IOException {
    Socket socket = new Socket("127.0.0.1", service.port());
    socket
        .getOutputStream()
        .write(
            "GET /api/v1/export?what=verdicts HTTP/1.1\r\nHost: localhost\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  @Test
  void memoryThatCannotBeReadIsSaidAndNothingElseFails() {
    // Given
    service.history.broken = true;
    service.feed.verdict(dev.why502.bus.Samples.down("templates"));
    // When
    List<Integer> statuses =
        List.of(
                HISTORY,
                "/api/v1/incidents?state=all",
                "/api/v1/incidents/01JA",
                "/api/v1/export",
                "/badge/templates/uptime.svg",
                "/api/v1/incidents",
                "/api/v1/verdicts/templates")
            .stream()
            .map(path -> service.get(path).status())
            .toList();
    // Then
    assertEquals(List.of(503, 503, 503, 503, 503, 200, 200), statuses);
  }

  @Test
  void strangersSeeNoFixAndNoData() {
    // Given
    try (Service exposed =
        Service.start(Service.options("0.0.0.0", null, WebOptions.Times.DEFAULT))) {
      PastSamples.fill(exposed.history, exposed.json);
      for (String path :
          List.of(
              "/api/v1/incidents/01JA",
              "/api/v1/incidents?state=all",
              "/api/v1/export?what=incidents",
              "/api/v1/export?what=verdicts",
              "/api/v1/export?what=verdicts&format=csv")) {
        // When
        String told = exposed.get(path).body();
        // Then
        assertTrue(told.contains("gateway-wrong-port"), path);
        assertFalse(told.contains("\"fix\""), path);
        assertFalse(told.contains("\"data\""), path);
        assertFalse(told.contains("systemctl"), path);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "6000, 0, 100%",
    "6000, 1, 99.98%",
    "6000000, 1, 99.99%",
    "1000, 1, 99.90%",
    "10, 10, 0%"
  })
  void badgeNeverRoundsUp(int runs, int failures, String message) {
    // Given
    service.probes.declare("site", "up");
    service.history.rollups.add(
        new Rollup(
            "site",
            Step.DAY,
            service.history.now,
            "",
            new Counts(runs, failures, 0, 0, 0, 40L * 86_400_000),
            Latency.of(100)));
    // When
    JsonObject badge = service.get("/badge/site/uptime.json").json();
    // Then
    assertEquals("site uptime 30d", badge.getString("label"));
    assertEquals(message, badge.getString("message"));
    assertEquals(failures == 10, badge.getBoolean("isError"));
  }

  private static JsonObject window(JsonObject told, String window) {
    JsonArray windows = told.getJsonArray("uptime");
    return windows.stream()
        .map(JsonObject.class::cast)
        .filter(one -> one.getString("window").equals(window))
        .findFirst()
        .orElseThrow();
  }
}
