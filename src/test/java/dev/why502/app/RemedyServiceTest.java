package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.why502.app.OutageRemedyTest.Broken;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The first outage as the whole service lives through it: seen, told, repaired, told again. */
@Timeout(90)
@Execution(ExecutionMode.CONCURRENT)
class RemedyServiceTest {
  private static final long PATIENCE_MILLIS = 20_000;

  @RegisterExtension static final RealSite SITE = new RealSite();

  private final List<String> told = new CopyOnWriteArrayList<>();

  private HttpServer receiver() throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(RealSite.LOOPBACK, 0), 0);
    server.createContext(
        "/",
        exchange -> {
          told.add(
              new String(exchange.getRequestBody().readNBytes(1 << 20), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  /** The site's definitions with a remedy, and somebody who is told. */
  private static Path definitions(Broken site, HttpServer receiver, String to) throws IOException {
    Path file = SITE.definitions();
    JsonObject all = new JsonObject(Files.readString(file));
    all.getJsonObject("defaults").put("interval", "500ms");
    all.put(
        "notify",
        new JsonObject()
            .put(
                "receivers",
                JsonArray.of(
                    new JsonObject()
                        .put("name", "hook")
                        .put(
                            "webhook",
                            new JsonObject()
                                .put(
                                    "url",
                                    "http://127.0.0.1:" + receiver.getAddress().getPort() + "/"))))
            .put("routes", JsonArray.of(new JsonObject().put("to", JsonArray.of("hook")))));
    all.put(
        "remedies",
        JsonArray.of(
            new JsonObject()
                .put("id", "correct-port")
                .put("cause", "gateway-wrong-port")
                .put("probe", "templates")
                .put(
                    "run",
                    JsonArray.of(
                        OutageRemedyTest.SCRIPT.toString(),
                        "{file}",
                        "{line}",
                        "{from}",
                        to,
                        "{sha256}"))
                .put(
                    "environment",
                    new JsonObject()
                        .put("CONFIG", site.config().toString())
                        .put("VERIFY_URL", "http://127.0.0.1:" + site.edge() + "/api/templates")
                        .put("VERIFY_SECONDS", "1"))
                .put("cooldown", "1s")
                .put("maxPerHour", 60)));
    Files.writeString(file, all.encodePrettily());
    return file;
  }

  private static JsonObject remedy(ServiceProcess service) throws Exception {
    return new JsonObject(service.get("/api/v1/remedies").body())
        .getJsonArray("remedies")
        .getJsonObject(0);
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void outageIsSeenToldRepairedAndToldAsRepaired() throws Exception {
    // Given
    Broken site = OutageRemedyTest.broken(SITE);
    HttpServer receiver = receiver();
    Path file = definitions(site, receiver, "{to}");
    try (ServiceProcess service = ServiceProcess.start(file, "--allow-remedies")) {
      // When
      ServiceProcess.until(
          PATIENCE_MILLIS, "the run is over", () -> outcomes(service).equals(List.of("repaired")));
      ServiceProcess.until(
          PATIENCE_MILLIS, "all is told", () -> told.toString().contains("repaired"));
      // Then
      assertTrue(Files.readString(site.available()).contains(site.to()));
      assertTrue(told.get(0).contains("gateway-wrong-port"), told.get(0));
      String incident = remedy(service).getJsonArray("runs").getJsonObject(0).getString("incident");
      JsonObject story = new JsonObject(service.get("/api/v1/incidents/" + incident).body());
      assertEquals(
          "repaired",
          story.getJsonArray("remedies").getJsonObject(0).getString("outcome"),
          story.encode());
      System.out.println("told: " + told.size() + " messages");
    } finally {
      receiver.stop(0);
    }
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void sabotagedRemedyIsPutBackStoppedAndToldAndStaysStopped() throws Exception {
    // Given
    Broken site = OutageRemedyTest.broken(SITE);
    byte[] before = Files.readAllBytes(site.available());
    HttpServer receiver = receiver();
    Path file = definitions(site, receiver, "localhost:" + SITE.port());
    try {
      try (ServiceProcess service = ServiceProcess.start(file, "--allow-remedies")) {
        // When
        ServiceProcess.until(
            60_000, "it has failed once", () -> outcomes(service).contains("not-repaired"));
        // Then
        assertArrayEquals(before, Files.readAllBytes(site.available()));
        ServiceProcess.until(
            PATIENCE_MILLIS, "it is told", () -> told.toString().contains("not-repaired"));
        service.signal("KILL");
      }
      try (ServiceProcess service = ServiceProcess.start(file)) {
        ServiceProcess.until(
            PATIENCE_MILLIS, "it is remembered", () -> outcomes(service).contains("not-repaired"));
        ServiceProcess.until(
            PATIENCE_MILLIS,
            "what would run is shown",
            () -> outcomes(service).get(0).equals("would-run"));
        assertArrayEquals(before, Files.readAllBytes(site.available()));
      }
    } finally {
      receiver.stop(0);
    }
  }

  private static List<String> outcomes(ServiceProcess service) {
    try {
      List<String> outcomes = new ArrayList<>();
      remedy(service)
          .getJsonArray("runs")
          .forEach(run -> outcomes.add(((JsonObject) run).getString("outcome")));
      return outcomes;
    } catch (Exception notYet) {
      return List.of("");
    }
  }
}
