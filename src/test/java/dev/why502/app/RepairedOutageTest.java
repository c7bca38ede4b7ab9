package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The first outage from its beginning to its end, as the service is started by its owner. */
@Timeout(90)
class RepairedOutageTest {
  private static final int PATIENCE_SECONDS = 30;

  @RegisterExtension static final RealSite SITE = new RealSite();

  private final BlockingQueue<JsonObject> messages = new LinkedBlockingQueue<>();
  private HttpServer receiver;

  @BeforeEach
  void listen() throws Exception {
    receiver =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/hook",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          messages.add(new JsonObject(new String(body, StandardCharsets.UTF_8)));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    receiver.start();
  }

  @AfterEach
  void close() {
    receiver.stop(0);
  }

  @Test
  void outageIsAnnouncedRepairedProvedAndAnnouncedAsRepaired() throws Exception {
    // Given
    OutageRemedyTest.Broken site = OutageRemedyTest.broken(SITE);
    Path definitions = definitions(site, "{to}", SITE.directory().resolve("repaired"));
    // When
    try (ServiceProcess service = ServiceProcess.start(definitions, "--allow-remedies")) {
      List<JsonObject> told = new ArrayList<>();
      while (count(told, "resolved") == 0 || count(told, "remedied") == 0) {
        told.addAll(until("resolved", "remedied"));
      }
      JsonObject remedies = new JsonObject(service.get("/api/v1/remedies").body());
      JsonObject story =
          new JsonObject(
              service
                  .get(
                      "/api/v1/incidents/"
                          + told.get(0).getJsonObject("incident").getString("id"))
                  .body());
      // Then
      assertEquals("opened", told.get(0).getString("event"));
      assertEquals(
          "gateway-wrong-port", told.get(0).getJsonObject("incident").getString("cause"));
      assertEquals(1, count(told, "opened"), () -> events(told));
      assertEquals(1, count(told, "remedied"), () -> events(told));
      assertEquals(1, count(told, "resolved"), () -> events(told));
      JsonObject repaired = one(told, "remedied").getJsonObject("remedy");
      assertEquals("repaired", repaired.getString("outcome"), repaired::encodePrettily);
      assertTrue(Files.readString(site.available()).contains(site.to()));
      JsonObject run =
          remedies.getJsonArray("remedies").getJsonObject(0).getJsonArray("runs").getJsonObject(0);
      assertEquals("repaired", run.getString("outcome"));
      assertEquals("resolved", story.getString("state"));
      assertEquals(
          "repaired", story.getJsonArray("remedies").getJsonObject(0).getString("outcome"));
    }
  }

  @Test
  void sabotagedRemedyIsPutBackStoppedAndSaidSo() throws Exception {
    // Given
    OutageRemedyTest.Broken site = OutageRemedyTest.broken(SITE);
    byte[] before = Files.readAllBytes(site.available());
    String nobody = "localhost:" + SITE.port();
    Path definitions = definitions(site, nobody, SITE.directory().resolve("sabotaged"));
    // When
    try (ServiceProcess service = ServiceProcess.start(definitions, "--allow-remedies")) {
      List<JsonObject> told = new ArrayList<>();
      while (count(told, "remedied") < 3) {
        told.addAll(until("remedied"));
      }
      JsonObject remedy =
          new JsonObject(service.get("/api/v1/remedies").body())
              .getJsonArray("remedies")
              .getJsonObject(0);
      JsonObject incident =
          new JsonObject(service.get("/api/v1/incidents").body())
              .getJsonArray("incidents")
              .getJsonObject(0);
      // Then
      assertEquals("stopped", remedy.getString("state"), remedy::encodePrettily);
      assertEquals("open", incident.getString("state"));
      JsonObject last = told.get(told.size() - 1).getJsonObject("remedy");
      assertEquals("not-repaired", last.getString("outcome"));
      assertTrue(last.encode().contains("stopped"), last::encodePrettily);
      assertEquals(
          new String(before, StandardCharsets.UTF_8), Files.readString(site.available()));
    }
  }

  /** Messages up to the first one of one of these events. */
  private List<JsonObject> until(String... events) throws InterruptedException {
    List<JsonObject> told = new ArrayList<>();
    while (true) {
      JsonObject next = messages.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("nobody was told that it is " + List.of(events) + ": " + told);
      }
      told.add(next);
      if (List.of(events).contains(next.getString("event"))) {
        return told;
      }
    }
  }

  private static long count(List<JsonObject> told, String event) {
    return told.stream().filter(one -> event.equals(one.getString("event"))).count();
  }

  private static String events(List<JsonObject> told) {
    return told.stream()
        .map(
            one ->
                one.getString("event")
                    + " "
                    + one.getJsonObject("incident").getString("cause")
                    + " "
                    + one.getValue("remedy"))
        .toList()
        .toString();
  }

  private static JsonObject one(List<JsonObject> told, String event) {
    return told.stream()
        .filter(one -> event.equals(one.getString("event")))
        .findFirst()
        .orElseThrow();
  }

  private Path definitions(OutageRemedyTest.Broken site, String to, Path directory)
      throws Exception {
    Files.createDirectories(directory);
    JsonObject all = new JsonObject(Files.readString(SITE.definitions()));
    all.put("defaults", new JsonObject().put("interval", "500ms").put("timeout", "2s"));
    all.put(
        "notify",
        new JsonObject()
            .put(
                "receivers",
                JsonArray.of(
                    new JsonObject()
                        .put("name", "owner")
                        .put(
                            "webhook",
                            new JsonObject()
                                .put(
                                    "url",
                                    "http://127.0.0.1:"
                                        + receiver.getAddress().getPort()
                                        + "/hook")))));
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
                        .put(
                            "VERIFY_URL", "http://127.0.0.1:" + site.edge() + "/api/templates")
                        .put("VERIFY_SECONDS", "1"))
                .put("timeout", "20s")
                .put("cooldown", "1s")
                .put("maxPerHour", 20)
                .put("rounds", 4)));
    Path file = directory.resolve("probes.json");
    Files.writeString(file, all.encodePrettily());
    return file;
  }
}
