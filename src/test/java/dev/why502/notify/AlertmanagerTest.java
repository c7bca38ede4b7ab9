package dev.why502.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Receiver;
import dev.why502.definition.Receiver.Format;
import dev.why502.definition.Receiver.Post;
import dev.why502.definition.Scheme;
import dev.why502.definition.Target;
import dev.why502.notify.Notice.Kind;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real Alertmanager, with a webhook behind it that it passes on what it was told. */
@Timeout(40)
class AlertmanagerTest {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  /** Alertmanager looks at its own clock. */
  private final Instant since = Instant.now().truncatedTo(ChronoUnit.MILLIS).minusSeconds(90);

  private final Path folder;
  private final Receiving behind;
  private int port;
  private Process alertmanager;

  AlertmanagerTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    this.behind = new Receiving();
  }

  @BeforeEach
  void start() throws Exception {
    require();
    port = freePort();
    Files.writeString(
        folder.resolve("alertmanager.yml"),
        """
        route: {receiver: hook, group_by: [incident], group_wait: 100ms, group_interval: 500ms, repeat_interval: 1h}
        receivers:
          - name: hook
            webhook_configs: [{url: "http://127.0.0.1:%d/", send_resolved: true}]
        """
            .formatted(behind.port()));
    alertmanager =
        new ProcessBuilder(
                "prometheus-alertmanager",
                "--config.file=" + folder.resolve("alertmanager.yml"),
                "--storage.path=" + folder.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port,
                "--cluster.listen-address=")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    until("it to be ready", () -> status("/-/ready") == 200);
  }

  @AfterEach
  void stop() throws Exception {
    if (alertmanager != null) {
      alertmanager.destroy();
      if (!alertmanager.waitFor(5, TimeUnit.SECONDS)) {
        alertmanager.destroyForcibly();
      }
    }
    behind.close();
  }

  @Test
  void incidentIsOneAlertFromItsBeginningToItsEnd() throws Exception {
    // Given
    JsonObject first = incident("open", "gateway-bad-gateway");
    JsonObject deeper = incident("open", "gateway-wrong-port");
    JsonObject over =
        incident("resolved", "gateway-wrong-port")
            .put("resolvedAt", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
    try (Telling telling = new Telling(receiver())) {
      // When
      telling.tell(Notices.of("am", Kind.OPENED, first));
      String taken = telling.hear();
      JsonObject opened = only();
      JsonObject announced = new JsonObject(behind.next().body());
      telling.tell(Notices.of("am", Kind.CHANGED, deeper, "gateway-bad-gateway"));
      telling.hear();
      JsonObject changed = only();
      telling.tell(Notices.of("am", Kind.RESOLVED, over));
      telling.hear();
      JsonObject ended = new JsonObject(behind.next().body());
      // Then
      assertTrue(taken.endsWith(": answered 200"), taken);
      assertEquals("active", opened.getJsonObject("status").getString("state"));
      assertEquals(
          "down: gateway-bad-gateway (templates and 1 more)",
          announced.getJsonObject("commonAnnotations").getString("summary"));
      assertEquals(opened.getString("fingerprint"), changed.getString("fingerprint"));
      assertEquals("gateway-wrong-port", changed.getJsonObject("annotations").getString("cause"));
      assertEquals(since, Instant.parse(changed.getString("startsAt")));
      assertEquals("resolved", ended.getString("status"));
      assertEquals(1, ended.getJsonArray("alerts").size());
      assertEquals(new JsonArray(), alerts());
      assertEquals(0, behind.left(), "an alert that was never there is told to nobody");
    }
  }

  @Test
  void severityThatWorsensIsPassedOnAndTheLesserAlertEnds() throws Exception {
    // Given
    JsonObject degraded = incident("open", "upstream-slow").put("severity", "degraded");
    try (Telling telling = new Telling(receiver())) {
      telling.tell(Notices.of("am", Kind.OPENED, degraded));
      telling.hear();
      String lesser = only().getJsonObject("labels").getString("severity");
      // When
      telling.tell(Notices.of("am", Kind.CHANGED, incident("open", "upstream-slow")));
      telling.hear();
      // Then
      assertEquals("warning", lesser);
      assertEquals("critical", only().getJsonObject("labels").getString("severity"));
    }
  }

  @Test
  void alertEndsByItselfWhenNobodyTellsItAgain() throws Exception {
    // Given
    Timing timing =
        new Timing(0, List.of(1L), 2_000, 400, 100, 9, 9, 200, Duration.ofMillis(1_500));
    JsonObject incident = incident("open", "gateway-wrong-port");
    Telling telling = new Telling(timing, 9, InstantSource.system(), receiver());
    try (telling) {
      telling.notifier.firing(() -> List.of(new Firing(incident, Map.of(), Set.of("am")))).await();
      until("the alert", () -> alerts().size() == 1);
      String first = only().getString("endsAt");
      until("the alert told again", () -> !only().getString("endsAt").equals(first));
    }
    // When
    long began = System.nanoTime();
    until("the alert's end", () -> alerts().isEmpty());
    // Then
    assertTrue((System.nanoTime() - began) / 1_000_000 < 3_000);
  }

  private JsonObject incident(String state, String cause) {
    return Notices.incident("01JQ", state, cause)
        .put("since", since.toString())
        .put("at", since.plusSeconds(60).toString());
  }

  private Receiver receiver() {
    Target url =
        new Target(
            Scheme.HTTP, Endpoint.of("127.0.0.1", port), "/", "http://127.0.0.1:" + port + "/");
    return new Receiver("am", null, new Post(Format.ALERTMANAGER, List.of(url), List.of(), null));
  }

  private JsonObject only() {
    JsonArray alerts = alerts();
    assertEquals(1, alerts.size(), alerts.encodePrettily());
    return alerts.getJsonObject(0);
  }

  private JsonArray alerts() {
    return new JsonArray(get("/api/v2/alerts").body());
  }

  private int status(String path) {
    return get(path).statusCode();
  }

  private HttpResponse<String> get(String path) {
    URI url = URI.create("http://127.0.0.1:" + port + path);
    try {
      return CLIENT.send(
          HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(5)).build(),
          HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void until(String what, java.util.function.BooleanSupplier holds) throws Exception {
    long end = System.nanoTime() + 15_000_000_000L;
    while (System.nanoTime() < end) {
      try {
        if (holds.getAsBoolean()) {
          return;
        }
      } catch (java.io.UncheckedIOException notYet) {
        // It has not bound its port.
      }
      if (alertmanager.waitFor(30, TimeUnit.MILLISECONDS)) {
        break;
      }
    }
    fail("waited in vain for " + what + ": " + Files.readString(folder.resolve("log")));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void require() throws Exception {
    boolean present;
    try {
      present =
          new ProcessBuilder("prometheus-alertmanager", "--version")
                  .redirectErrorStream(true)
                  .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                  .start()
                  .waitFor()
              == 0;
    } catch (IOException missing) {
      present = false;
    }
    if (!present && Boolean.getBoolean("why502.require.gateways")) {
      fail("prometheus-alertmanager is required and missing");
    }
    assumeTrue(present, "prometheus-alertmanager is not installed: its test is skipped");
  }
}
