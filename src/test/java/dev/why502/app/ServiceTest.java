package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The service as people start it: a process that talks HTTP, WebSocket and signals. */
@Timeout(60)
class ServiceTest {
  private static final long IN_FORCE_MILLIS = 5_000;
  private static final long END_MILLIS = 6_000;
  private static final int TERMINATED = 128 + 15;

  private final Path definitions;

  ServiceTest(@TempDir Path directory) {
    this.definitions = directory.resolve("probes.json");
  }

  @BeforeEach
  void define() throws Exception {
    ServiceSite.write(definitions, refused("backend", ServiceProcess.freePort()));
  }

  /** A service that nobody runs. */
  private static JsonObject refused(String id, int port) {
    return new JsonObject()
        .put("defaults", new JsonObject().put("interval", "500ms").put("timeout", "1s"))
        .put(
            "probes",
            JsonArray.of(
                new JsonObject().put("id", id).put("target", "http://127.0.0.1:" + port + "/")));
  }

  @Test
  void brokenSiteIsToldAndServed() throws Exception {
    // Given
    try (ServiceProcess service = ServiceProcess.start(definitions)) {
      ServiceViewer viewer = service.viewer("why502.verdicts", "why502.observations");
      // When
      JsonObject seen =
          viewer.body(10_000, "why502.observations", body -> body.getString("probe") != null);
      service.untilStatus(10_000, "/health/ready", 200);
      JsonObject stands =
          new JsonObject(service.get("/api/v1/verdicts").body())
              .getJsonArray("verdicts")
              .getJsonObject(0);
      // Then
      assertEquals("127.0.0.1", service.url().getHost());
      assertEquals("refused", seen.getString("failure"));
      assertTrue(seen.containsKey("seq") && seen.containsKey("at") && seen.containsKey("node"));
      assertEquals("down", stands.getString("state"));
      assertEquals("backend", stands.getString("probe"));
      assertTrue(service.get("/metrics").body().contains("why502_probe_up{probe=\"backend\"} 0"));
    }
  }

  @Test
  void verdictsOfABrokenSiteReachAViewer() throws Exception {
    // Given
    try (ServiceProcess service = ServiceProcess.start(definitions)) {
      ServiceViewer viewer = service.viewer("why502.verdicts", "why502.verdicts.second");
      // When
      ServiceSite.write(definitions, refused("second", ServiceProcess.freePort()));
      JsonObject one =
          viewer.body(
              IN_FORCE_MILLIS + 5_000,
              "why502.verdicts.second",
              body -> "down".equals(body.getString("state")));
      // Then
      assertEquals("second", one.getString("probe"));
      assertFalse(one.getJsonArray("chain").isEmpty());
    }
  }

  @Test
  void changedDefinitionsAreInForceAndBadOnesRefused() throws Exception {
    // Given
    try (ServiceProcess service = ServiceProcess.start(definitions)) {
      ServiceViewer viewer = service.viewer("why502.definitions");
      // When
      ServiceSite.write(definitions, refused("second", ServiceProcess.freePort()));
      JsonObject good =
          viewer.body(IN_FORCE_MILLIS, "why502.definitions", body -> body.getBoolean("accepted"));
      Files.writeString(definitions, "{\"probes\": [{\"id\": \"a b\"}]}");
      JsonObject bad =
          viewer.body(IN_FORCE_MILLIS, "why502.definitions", body -> !body.getBoolean("accepted"));
      HttpResponse<String> reload = service.post("/-/reload");
      // Then
      assertEquals(new JsonArray(), good.getJsonArray("errors"));
      assertTrue(bad.getJsonArray("errors").toString().contains("/probes/0"), bad.encode());
      assertEquals(422, reload.statusCode());
      assertTrue(reload.body().contains("/probes/0"), reload.body());
      assertTrue(service.get("/api/v1/probes").body().contains("\"second\""));
      assertTrue(service.get("/metrics").body().contains("why502_config_last_reload_successful 0"));
    }
  }

  @Test
  void hangUpReloads() throws Exception {
    // Given
    try (ServiceProcess service = ServiceProcess.start(definitions)) {
      ServiceViewer viewer = service.viewer("why502.definitions");
      // When
      service.signal("HUP");
      JsonObject again =
          viewer.body(IN_FORCE_MILLIS, "why502.definitions", body -> body.containsKey("accepted"));
      // Then
      assertTrue(again.getBoolean("accepted"), again.encode());
      assertEquals(200, service.post("/-/reload").statusCode());
    }
  }

  @Test
  void terminationIsSwiftAndViewersAreTold() throws Exception {
    // Given
    try (ServiceProcess service = ServiceProcess.start(definitions)) {
      ServiceViewer viewer = service.viewer("why502.verdicts");
      // When
      service.signal("TERM");
      int closed = viewer.closed(END_MILLIS);
      int status = service.ended(END_MILLIS);
      // Then
      assertEquals(1001, closed);
      assertEquals(TERMINATED, status);
    }
  }

  @Test
  void tokenIsAskedOfEverybody() throws Exception {
    // Given
    try (ServiceProcess service = ServiceProcess.start(definitions, "--token", "sesame-4711")) {
      // When
      List<Integer> statuses =
          List.of(
              service.get("/api/v1/verdicts").statusCode(),
              service.get("/api/v1/verdicts", "Authorization", "Bearer wrong").statusCode(),
              service.get("/api/v1/verdicts", "Authorization", "Bearer sesame-4711").statusCode(),
              service.get("/health/live").statusCode());
      // Then
      assertEquals(List.of(401, 401, 200, 200), statuses);
      assertThrows(
          ExecutionException.class,
          () -> ServiceViewer.open(service.client(), service.url(), null, "why502.verdicts"));
      ServiceViewer viewer =
          ServiceViewer.open(service.client(), service.url(), "sesame-4711", "why502.definitions");
      service.signal("HUP");
      assertTrue(
          viewer.body(IN_FORCE_MILLIS, "why502.definitions", body -> true).getBoolean("accepted"));
      assertFalse(service.log().contains("sesame-4711"), "the token stands in the log");
    }
  }

  @Test
  void takenPortIsSaidAndNothingIsLeftRunning() throws Exception {
    // Given
    try (ServiceProcess first = ServiceProcess.start(definitions)) {
      String port = Integer.toString(first.url().getPort());
      // When
      Process second =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Main.class.getName(),
                  "run",
                  "--port",
                  port,
                  "--definitions",
                  definitions.toString())
              .redirectErrorStream(true)
              .start();
      String said =
          new String(second.getInputStream().readNBytes(64 * 1024), StandardCharsets.UTF_8);
      // Then
      assertEquals(1, second.waitFor());
      assertTrue(said.contains("could not start"), said);
    }
  }
}
