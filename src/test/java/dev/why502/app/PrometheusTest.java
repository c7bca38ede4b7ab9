package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Prometheus with the shipped files scrapes a service as people start it. Changed in them
 * are addresses, which are those of the test, and the seconds between two scrapes.
 */
@Timeout(90)
class PrometheusTest {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @Test
  void shippedFilesScrapeAServiceAndTellTheCause(@TempDir Path folder) throws Exception {
    // Given
    ServiceProcess.require("prometheus", "--version");
    HttpServer site = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    site.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    site.start();
    Path definitions = folder.resolve("probes.json");
    JsonArray probes =
        JsonArray.of(
            probe("templates", "http://127.0.0.1:" + site.getAddress().getPort() + "/api"),
            probe("backend", "http://127.0.0.1:" + ServiceProcess.freePort() + "/api"));
    Files.writeString(
        definitions,
        new JsonObject()
            .put("defaults", new JsonObject().put("interval", "1s").put("timeout", "2s"))
            .put("probes", probes)
            .encode());
    try (ServiceProcess service = ServiceProcess.start(definitions)) {
      String address = "127.0.0.1:" + service.url().getPort();
      Path config = configure(folder, address);
      int port = ServiceProcess.freePort();
      Process prometheus =
          new ProcessBuilder(
                  "prometheus",
                  "--config.file=" + config,
                  "--storage.tsdb.path=" + folder.resolve("tsdb"),
                  "--web.listen-address=127.0.0.1:" + port)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("prometheus.log").toFile())
              .start();
      try {
        String base = "http://127.0.0.1:" + port + "/api/v1/";
        // When
        ServiceProcess.until(
            60_000,
            "an alert for what is down",
            () ->
                alerts(base).containsKey("ProbeFailed")
                    && alerts(base).containsKey("Why502ProbeDown"));
        // Then
        Map<String, String> alerts = alerts(base);
        assertTrue(
            alerts.get("Why502ProbeDown").startsWith("backend is down: upstream-refused ("),
            alerts.toString());
        assertEquals(
            "backend fails: refused in phase connect, upstream-refused", alerts.get("ProbeFailed"));
        assertEquals(
            Map.of("why502 " + address, "up", "blackbox templates", "up", "blackbox backend", "up"),
            targets(base));
        assertEquals(List.of(), unwell(base));
        assertEquals(
            Map.of("templates", "1", "backend", "0"), values(base, "probe_success", "instance"));
        assertEquals(
            Map.of("templates", "1", "backend", "0"), values(base, "why502_probe_up", "probe"));
        assertEquals(
            Map.of("templates", "200", "backend", "0"),
            values(base, "probe_http_status_code", "instance"));
      } finally {
        prometheus.destroy();
        if (!prometheus.waitFor(10, TimeUnit.SECONDS)) {
          prometheus.destroyForcibly();
        }
      }
    } finally {
      site.stop(0);
    }
  }

  private static JsonObject probe(String id, String target) {
    return new JsonObject().put("id", id).put("target", target);
  }

  private static Path configure(Path folder, String address) throws Exception {
    Path shipped = Path.of("conf/prometheus");
    Files.copy(shipped.resolve("why502.rules.yml"), folder.resolve("why502.rules.yml"));
    String config =
        Files.readString(shipped.resolve("prometheus.yml"))
            .replace("127.0.0.1:8502", address)
            .replace("interval: 15s", "interval: 1s");
    return Files.writeString(folder.resolve("prometheus.yml"), config);
  }

  private static JsonObject get(String url) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(5)).build();
    try {
      String body = CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).body();
      return new JsonObject(body).getJsonObject("data", new JsonObject());
    } catch (java.io.IOException | io.vertx.core.json.DecodeException notYet) {
      return new JsonObject();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static List<JsonObject> all(JsonArray array) {
    List<JsonObject> all = new ArrayList<>();
    for (int i = 0; array != null && i < array.size(); i++) {
      all.add(array.getJsonObject(i));
    }
    return all;
  }

  /** Summaries by name. */
  private static Map<String, String> alerts(String base) {
    Map<String, String> alerts = new TreeMap<>();
    for (JsonObject one : all(get(base + "alerts").getJsonArray("alerts"))) {
      alerts.put(
          one.getJsonObject("labels").getString("alertname"),
          one.getJsonObject("annotations").getString("summary"));
    }
    return alerts;
  }

  private static Map<String, String> targets(String base) {
    Map<String, String> targets = new TreeMap<>();
    for (JsonObject one : all(get(base + "targets").getJsonArray("activeTargets"))) {
      JsonObject labels = one.getJsonObject("labels");
      targets.put(
          labels.getString("job") + " " + labels.getString("instance"), one.getString("health"));
    }
    return targets;
  }

  /** Rules that could not be evaluated. */
  private static List<String> unwell(String base) {
    List<String> unwell = new ArrayList<>();
    int rules = 0;
    for (JsonObject group : all(get(base + "rules").getJsonArray("groups"))) {
      for (JsonObject rule : all(group.getJsonArray("rules"))) {
        rules++;
        if (!"ok".equals(rule.getString("health"))) {
          unwell.add(rule.getString("name") + " " + rule.getString("lastError"));
        }
      }
    }
    return rules == 16 ? unwell : Collections.nCopies(rules, "of 16 rules");
  }

  private static Map<String, String> values(String base, String query, String label) {
    Map<String, String> values = new TreeMap<>();
    for (JsonObject one : all(get(base + "query?query=" + query).getJsonArray("result"))) {
      values.put(
          one.getJsonObject("metric").getString(label), one.getJsonArray("value").getString(1));
    }
    return values;
  }
}
