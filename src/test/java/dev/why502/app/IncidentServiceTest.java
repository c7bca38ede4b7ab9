package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.why502.bus.Json;
import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.Diagnosis;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Incidents of the running service, as viewers and programs meet them. */
@Timeout(60)
class IncidentServiceTest {
  private static final long SOON_MILLIS = 10_000;

  private final Path definitions;

  IncidentServiceTest(@TempDir Path directory) {
    this.definitions = directory.resolve("probes.json");
  }

  @Test
  void deadServiceIsOneIncidentUntilItIsBack() throws Exception {
    // Given
    int port = ServiceProcess.freePort();
    ServiceSite.write(definitions, twoProbesOf(port));
    try (ServiceProcess service = ServiceProcess.start(definitions)) {
      ServiceViewer viewer = service.viewer("why502.incidents");
      // When
      JsonObject opened =
          viewer.body(
              SOON_MILLIS, "why502.incidents", body -> body.getJsonArray("probes").size() == 2);
      JsonObject listed =
          new JsonObject(service.get("/api/v1/incidents").body())
              .getJsonArray("incidents")
              .getJsonObject(0);
      JsonObject one =
          new JsonObject(service.get("/api/v1/incidents/" + opened.getString("id")).body());
      HttpServer back = answering(port);
      JsonObject over =
          viewer.body(
              SOON_MILLIS, "why502.incidents", body -> "resolved".equals(body.getString("state")));
      back.stop(0);
      // Then
      assertEquals("upstream-refused", opened.getString("cause"));
      assertEquals("down", opened.getString("severity"));
      assertNull(opened.getValue("resolvedAt"));
      assertEquals(opened.getString("id"), listed.getString("id"));
      assertEquals(opened.getString("id"), one.getString("id"));
      assertEquals(opened.getString("id"), over.getString("id"));
      assertEquals(opened.getString("since"), over.getString("since"));
      assertTrue(over.getString("resolvedAt").compareTo(over.getString("since")) > 0);
    }
  }

  @Test
  void incidentGoesOnWithItsSinceWhenTheServiceIsKilled() throws Exception {
    // Given
    int port = ServiceProcess.freePort();
    ServiceSite.write(definitions, twoProbesOf(port));
    JsonObject before;
    JsonObject stood;
    try (ServiceProcess service = ServiceProcess.start(definitions)) {
      before =
          service
              .viewer("why502.incidents")
              .body(
                  SOON_MILLIS, "why502.incidents", body -> body.getJsonArray("probes").size() == 2);
      stood = new JsonObject(service.get("/api/v1/verdicts/a").body());
      service.signal("KILL");
    }
    // When
    try (ServiceProcess service = ServiceProcess.start(definitions)) {
      service.untilStatus(10_000, "/health/ready", 200);
      JsonObject listed =
          new JsonObject(service.get("/api/v1/incidents").body())
              .getJsonArray("incidents")
              .getJsonObject(0);
      JsonObject stands = new JsonObject(service.get("/api/v1/verdicts/a").body());
      // Then
      assertEquals(before.getString("id"), listed.getString("id"));
      assertEquals(before.getString("since"), listed.getString("since"));
      assertEquals(stood.getString("since"), stands.getString("since"));
      assertTrue(stands.getLong("seq") > stood.getLong("seq"));
      JsonObject story =
          new JsonObject(service.get("/api/v1/incidents/" + before.getString("id")).body());
      assertEquals("opened", story.getJsonArray("events").getJsonObject(0).getString("event"));
      String stored = service.get("/api/v1/incidents/" + before.getString("id") + "/case").body();
      assertEquals(
          Cause.UPSTREAM_REFUSED,
          Diagnosis.of(Objects.requireNonNull(Json.readCase(stored).read())).cause());
    }
  }

  @Test
  void versionsOfTheDefinitionsAreKeptWithoutTheirSecrets() throws Exception {
    // Given
    JsonObject all = twoProbesOf(ServiceProcess.freePort());
    all.put("deadman", new JsonObject().put("url", "http://127.0.0.1:1/Kq7vN2xT9bRw4mZc8LpYd3Hs"));
    ServiceSite.write(definitions, all);
    // When
    try (ServiceProcess service = ServiceProcess.start(definitions)) {
      Files.writeString(definitions, "{\"probes\": 7}");
      assertEquals(422, service.post("/-/reload").statusCode());
      service.signal("TERM");
      service.ended(10_000);
    }
    // Then
    try (Connection store =
            DriverManager.getConnection(
                "jdbc:sqlite:" + definitions.resolveSibling("data/why502.db"));
        ResultSet rows =
            store
                .createStatement()
                .executeQuery("SELECT accepted, body FROM definitions_version ORDER BY at")) {
      assertTrue(rows.next());
      assertEquals(1, rows.getInt(1));
      JsonObject taken = new JsonObject(rows.getString(2));
      assertTrue(taken.getString("text").contains("\"probes\""), taken::encode);
      assertTrue(!taken.getString("text").contains("Kq7vN2xT9bRw4mZc8LpYd3Hs"), taken::encode);
      assertTrue(rows.next());
      assertEquals(0, rows.getInt(1));
      assertTrue(rows.getString(2).contains("/probes"), rows.getString(2));
    }
  }

  @Test
  void whoeverAsksSeesEveryProbeOfAnIncident() throws Exception {
    // Given
    int port = ServiceProcess.freePort();
    JsonObject all = twoProbesOf(port);
    for (int i = 0; i < 5; i++) {
      all.getJsonArray("probes")
          .add(
              new JsonObject()
                  .put("id", "more-" + i)
                  .put("target", "http://127.0.0.1:" + port + "/" + i));
    }
    ServiceSite.write(definitions, all);
    try (ServiceProcess service = ServiceProcess.start(definitions)) {
      ServiceViewer rounds = service.viewer("why502.observations");
      // When
      JsonObject incident = new JsonObject();
      for (int i = 0; i < 100 && incident.getInteger("affected", 0) < 7; i++) {
        rounds.body(SOON_MILLIS, "why502.observations", seen -> true);
        incident =
            new JsonObject(service.get("/api/v1/incidents").body())
                .getJsonArray("incidents").stream()
                    .map(JsonObject.class::cast)
                    .findFirst()
                    .orElse(new JsonObject());
      }
      // Then
      assertEquals(7, incident.getInteger("affected"), incident::encodePrettily);
      assertEquals(7, incident.getJsonArray("probes").size());
    }
  }

  private static HttpServer answering(int port) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static JsonObject twoProbesOf(int port) {
    return new JsonObject()
        .put("defaults", new JsonObject().put("interval", "500ms").put("timeout", "1s"))
        .put(
            "probes",
            JsonArray.of(
                new JsonObject().put("id", "a").put("target", "http://127.0.0.1:" + port + "/a"),
                new JsonObject().put("id", "b").put("target", "http://127.0.0.1:" + port + "/b")));
  }
}
