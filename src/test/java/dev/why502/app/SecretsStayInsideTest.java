package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A secret goes into a running service in every way there is, and comes out in none. */
@Timeout(90)
@Execution(ExecutionMode.CONCURRENT)
class SecretsStayInsideTest {
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  /** One that has another form in each encoding. */
  private final String secret = text(10) + "/" + text(6) + "=" + text(5) + "!";

  private final String token = text(24);

  /** Of the peer's own, which nobody declared. */
  private final String foreign = text(24);

  private final Path directory;
  private Vertx vertx;
  private HttpServer echo;

  SecretsStayInsideTest(@TempDir Path directory) {
    this.directory = directory;
  }

  private String text(int length) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < length; i++) {
      out.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return out.toString();
  }

  @BeforeEach
  void start() throws Exception {
    Files.writeString(directory.resolve("secret"), secret + "\n");
    vertx = Vertx.vertx();
    echo =
        vertx
            .createHttpServer()
            .requestHandler(request -> request.body().onSuccess(body -> answer(request, body)))
            .listen(0, "127.0.0.1")
            .await(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  /** Says all that it was told, in every encoding. */
  private void answer(HttpServerRequest request, Buffer body) {
    StringBuilder told = new StringBuilder(request.uri()).append('\n').append(body).append('\n');
    request
        .headers()
        .forEach((name, value) -> told.append(name).append(": ").append(value).append('\n'));
    forms(secret).forEach((name, form) -> told.append(name).append(' ').append(form).append('\n'));
    request
        .response()
        .setStatusCode(502)
        .setStatusMessage("Bad " + secret)
        .putHeader("Server", "echo " + secret)
        .putHeader("X-Echo", forms(secret).values())
        .putHeader("Location", "https://user:" + foreign + "@site.example/?token=" + foreign)
        .putHeader("Set-Cookie", "session=" + foreign + "; HttpOnly")
        .end(told.toString());
  }

  private static Map<String, String> forms(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    Map<String, String> forms = new LinkedHashMap<>();
    forms.put("plain", value);
    forms.put("base64", Base64.getEncoder().withoutPadding().encodeToString(bytes));
    forms.put("percent", URLEncoder.encode(value, StandardCharsets.UTF_8));
    forms.put(
        "percent in lower case", forms.get("percent").replace("%2F", "%2f").replace("%3D", "%3d"));
    forms.put("json", value.replace("/", "\\/"));
    forms.put("hex", HexFormat.of().formatHex(bytes));
    forms.put("HEX", forms.get("hex").toUpperCase(Locale.ROOT));
    return forms;
  }

  private JsonObject definitions() {
    String reference = "${file:secret}";
    String base = "http://127.0.0.1:" + echo.actualPort();
    JsonObject headers =
        new JsonObject().put("Authorization", "Bearer " + reference).put("X-Api-Key", reference);
    return new JsonObject()
        .put("defaults", new JsonObject().put("interval", "500ms").put("timeout", "2s"))
        .put(
            "gateways",
            JsonArray.of(
                new JsonObject()
                    .put("id", "edge")
                    .put("kind", "nginx")
                    .put("config", directory.resolve("nginx.conf").toString())
                    .put("errorLog", directory + "/" + reference + "/error.log")))
        .put(
            "probes",
            JsonArray.of(
                new JsonObject()
                    .put("id", "site")
                    .put("target", base + "/echo?key=" + reference)
                    .put("description", "the site of " + reference)
                    .put("labels", new JsonObject().put("team", reference))
                    .put("gateway", "edge")
                    .put("upstreams", JsonArray.of("backend"))
                    .put(
                        "request",
                        new JsonObject()
                            .put("method", "POST")
                            .put("headers", headers)
                            .put("body", "{\"password\":\"" + reference + "\"}"))
                    .put(
                        "expect",
                        new JsonObject()
                            .put("bodyContains", "welcome " + reference)
                            .put("header", new JsonObject().put("X-Key", reference))
                            .put("json", new JsonObject().put("key", reference))),
                new JsonObject()
                    .put("id", "backend")
                    .put("target", base + "/" + reference)
                    .put("request", new JsonObject().put("headers", headers))
                    .put("process", new JsonObject().put("command", "node .*" + reference))
                    .put("artifacts", JsonArray.of(directory + "/" + reference + "/BUILD_ID"))
                    .put("logs", JsonArray.of(directory + "/" + reference + "/service.log"))));
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void secretLeavesInNoFormOnNoWay() throws Exception {
    // Given
    System.out.println("seed " + seed);
    Files.writeString(
        directory.resolve("nginx.conf"),
        """
        events {}
        http { server { listen 127.0.0.1:PORT; location / {
          proxy_set_header Authorization "Bearer SECRET"; proxy_pass http://127.0.0.1:1; } } }
        """
            .replace("PORT", Integer.toString(echo.actualPort()))
            .replace("SECRET", secret));
    Path file = directory.resolve("probes.json");
    ServiceSite.write(file, definitions());
    Map<String, String> left = new LinkedHashMap<>();
    // When
    try (ServiceProcess service =
        ServiceProcess.start(file, "--token", token, "--log-level", "trace")) {
      ServiceViewer viewer =
          ServiceViewer.open(
              service.client(),
              service.url(),
              token,
              "why502.verdicts",
              "why502.verdicts.site",
              "why502.observations",
              "why502.incidents",
              "why502.definitions",
              "why502.health");
      CompletableFuture<HttpResponse<String>> stream = events(service);
      service.untilStatus(20_000, "/health/ready", 200);
      viewer.body(20_000, "why502.health", body -> true);
      String[] bearer = {"Authorization", "Bearer " + token};
      for (String path : PATHS) {
        HttpResponse<String> reply = service.get(path, bearer);
        left.put(path, reply.headers().map() + "\n" + reply.body());
      }
      assertTrue(left.get("/api/v1/verdicts").contains("\"site\""), left.toString());
      JsonObject bad = definitions();
      bad.getJsonArray("probes")
          .getJsonObject(0)
          .getJsonObject("request")
          .put("method", "${file:secret}");
      bad.getJsonArray("probes").getJsonObject(1).put("target", "gopher://${file:secret}");
      Files.writeString(file, bad.encodePrettily());
      HttpResponse<String> refused =
          service
              .client()
              .send(
                  HttpRequest.newBuilder(service.url().resolve("/-/reload"))
                      .headers(bearer)
                      .POST(HttpRequest.BodyPublishers.noBody())
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      assertEquals(422, refused.statusCode(), refused.body());
      left.put("reload", refused.body());
      viewer.body(10_000, "why502.definitions", body -> !body.getBoolean("accepted"));
      left.put("bus", viewer.all());
      service.signal("TERM");
      service.ended(10_000);
      left.put("events", stream.get(10, TimeUnit.SECONDS).body());
      left.put("stdout", service.out());
      left.put("stderr", service.log());
    }
    try (Stream<Path> data =
        Files.exists(directory.resolve("data"))
            ? Files.walk(directory.resolve("data"))
            : Stream.empty()) {
      for (Path one : data.filter(Files::isRegularFile).toList()) {
        left.put(one.toString(), Files.readString(one, StandardCharsets.ISO_8859_1));
      }
    }
    // Then
    List<String> hits = new ArrayList<>();
    left.forEach(
        (way, text) -> {
          forms(secret).forEach((name, form) -> hit(hits, way, name, text, form));
          hit(hits, way, "token", text, token);
          hit(hits, way, "undeclared", text, foreign);
        });
    System.out.println(
        left.size()
            + " ways, "
            + left.values().stream().mapToInt(String::length).sum()
            + " characters, "
            + hits.size()
            + " hits");
    assertTrue(left.get("events").contains("event: observations"), left.get("events"));
    assertEquals(List.of(), hits);
  }

  private static final List<String> PATHS =
      List.of(
          "/",
          "/status",
          "/status.json",
          "/api/v1/verdicts",
          "/api/v1/verdicts/site",
          "/api/v1/verdicts/site/case",
          "/api/v1/verdicts/backend",
          "/api/v1/verdicts/backend/case",
          "/api/v1/verdicts?lang=zh",
          "/api/v1/probes",
          "/api/v1/incidents",
          "/api/v1/verdicts?limit=x",
          "/badge/site.svg",
          "/badge/site.json",
          "/metrics",
          "/probe?target=site",
          "/probe?target=site&debug=true",
          "/probe?target=backend&debug=true",
          "/probe?target=nobody",
          "/health/ready");

  private static void hit(List<String> hits, String way, String name, String text, String form) {
    int at = text.indexOf(form);
    if (at >= 0) {
      hits.add(
          way
              + " "
              + name
              + ": ..."
              + text.substring(
                  Math.max(0, at - 60), Math.min(text.length(), at + form.length() + 20)));
    }
  }

  private CompletableFuture<HttpResponse<String>> events(ServiceProcess service) {
    URI uri =
        service
            .url()
            .resolve("/api/v1/events?types=verdicts,observations,incidents,definitions,health");
    return service
        .client()
        .sendAsync(
            HttpRequest.newBuilder(uri)
                .header("Authorization", "Bearer " + token)
                .timeout(Duration.ofSeconds(60))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }
}
