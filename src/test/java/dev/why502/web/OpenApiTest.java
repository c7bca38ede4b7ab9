package dev.why502.web;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.bus.Health;
import dev.why502.bus.Samples;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import io.vertx.openapi.contract.OpenAPIContract;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Holds the API's description together with its routes and with what they really answer. */
@Timeout(60)
class OpenApiTest {
  /** The page and the bridge are no API: they have descriptions of their own. */
  private static final Set<String> NOT_DESCRIBED =
      Set.of(
          "/eventbus",
          "/eventbus/websocket",
          "/eventbus/:server/:session/websocket",
          "/eventbus/:server/:session/:transport");

  private Service service;
  private JsonObject description;

  @BeforeEach
  void start() {
    service = Service.start(Service.options("127.0.0.1", null, WebOptions.Times.DEFAULT));
    service.probes.declare("backend", "up").declare("slow", "degraded");
    service.feed.verdict(Samples.down("templates"));
    service.feed.verdict(Samples.up("backend"));
    service.feed.verdict(Samples.degraded("slow"));
    PastSamples.fill(service.history, service.json);
    description = service.get("/api/v1/openapi.json").json();
  }

  @AfterEach
  void stop() {
    service.close();
  }

  @Test
  void descriptionIsAnOpenApiDocument() {
    // Given
    // What this reader does not know, though OpenAPI allows it, is not what it is asked here.
    JsonObject known =
        new JsonObject(
            description
                .encode()
                .replace("\"application/problem+json\"", "\"application/json\"")
                .replace("\"text/event-stream\"", "\"text/plain\"")
                .replace("\"image/svg+xml\"", "\"text/plain\"")
                .replace("\"application/jsonl\"", "\"text/plain\"")
                .replace("\"text/csv; charset=utf-8\"", "\"text/plain; charset=utf-8\"")
                .replaceAll("/badge/\\{id\\}\\.([a-z]+)", "/badge/$1/{id}"));
    known.remove("servers");
    // When
    OpenAPIContract contract = Service.await(OpenAPIContract.from(service.vertx, known));
    // Then
    assertEquals("3.1.0", description.getString("openapi"));
    assertEquals(description.getJsonObject("paths").size(), contract.getPaths().size());
    assertNotNull(contract.operation("verdicts"));
  }

  @Test
  void everyRouteIsDescribedAndNothingElse() {
    // Given
    Set<String> served = new TreeSet<>();
    Set<String> files = new Page().paths();
    for (String path : service.web.paths()) {
      if (!NOT_DESCRIBED.contains(path) && !files.contains(path)) {
        served.add(path.replaceAll(":([a-z]+)", "{$1}"));
      }
    }
    // When
    Set<String> described = new TreeSet<>(description.getJsonObject("paths").fieldNames());
    // Then
    assertEquals(served, described);
  }

  @Test
  void describedMethodsAreTheAllowedOnes() {
    // Given
    Map<String, String> wrong = new HashMap<>();
    for (Map.Entry<String, Object> path : description.getJsonObject("paths")) {
      Set<String> methods = new TreeSet<>(Set.of("OPTIONS"));
      for (String method : ((JsonObject) path.getValue()).fieldNames()) {
        methods.add(method.toUpperCase(java.util.Locale.ROOT));
      }
      if (methods.contains("GET")) {
        methods.add("HEAD");
      }
      // When
      String allow =
          service
              .request(HttpMethod.OPTIONS, concrete(path.getKey()), Map.of(), null)
              .headers()
              .get("Allow");
      if (!methods.equals(new TreeSet<>(List.of(allow.split(", "))))) {
        wrong.put(path.getKey(), allow);
      }
    }
    // Then
    assertEquals(Map.of(), wrong);
  }

  @Test
  void answersFitTheirSchemas() {
    // Given
    service.reloadErrors.add("/probes/0/target: missing");
    List<String> requests =
        List.of(
            "GET /api/v1/openapi.json 200",
            "GET /api/v1/verdicts 200",
            "GET /api/v1/verdicts?limit=1 200",
            "GET /api/v1/verdicts?limit=0 400",
            "GET /api/v1/verdicts/templates 200",
            "GET /api/v1/verdicts/slow 200",
            "GET /api/v1/verdicts/nobody 404",
            "GET /api/v1/verdicts/templates/case 200",
            "GET /api/v1/verdicts/nobody/case 404",
            "GET /api/v1/probes 200",
            "GET /api/v1/probes?limit=1 200",
            "GET /api/v1/probes?after=%20 400",
            "GET /api/v1/incidents 200",
            "GET /api/v1/incidents?limit=x 400",
            "GET /api/v1/incidents/01J 404",
            "GET /api/v1/probes/templates/history 200",
            "GET /api/v1/probes/backend/history?step=minute 400",
            "GET /api/v1/probes/backend/history?from=2025-09-18T12:00:00Z&step=minute 200",
            "GET /api/v1/probes/nobody/history 404",
            "GET /api/v1/incidents?state=all 200",
            "GET /api/v1/incidents?from=yesterday 400",
            "GET /api/v1/incidents/01JA 200",
            "GET /api/v1/export?what=secrets 400",
            "GET /badge/templates/uptime.json 200",
            "GET /badge/backend/response-time.json?window=7d 200",
            "GET /badge/nobody/uptime.json 404",
            "GET /badge/templates/uptime.json?window=2d 400",
            "GET /api/v1/remedies 200",
            "POST /api/v1/remedies/restart/resume 200",
            "POST /api/v1/remedies/nobody/resume 404",
            "GET /api/v1/events?types=x 400",
            "GET /status.json 200",
            "GET /badge/templates.json 200",
            "GET /badge/nobody.json 404",
            "GET /health/live 200",
            "GET /-/healthy 200",
            "GET /health/ready 200",
            "GET /-/ready 200",
            "POST /-/reload 422");
    List<Runnable> checks = new ArrayList<>();
    for (String request : requests) {
      String[] parts = request.split(" ", -1);
      // When
      Service.Reply reply = service.request(HttpMethod.valueOf(parts[0]), parts[1], Map.of(), null);
      // Then
      checks.add(() -> fits(parts[0], parts[1], Integer.parseInt(parts[2]), reply));
    }
    service.reloadErrors.clear();
    service.missing.add("the first round");
    Service.Reply reloaded = service.request(HttpMethod.POST, "/-/reload", Map.of(), null);
    checks.add(() -> fits("POST", "/-/reload", 200, reloaded));
    Service.Reply ready = service.get("/health/ready");
    checks.add(() -> fits("GET", "/health/ready", 503, ready));
    Map<String, String> evil = Map.of("Origin", "https://evil.example");
    Service.Reply forbidden = service.request(HttpMethod.GET, "/api/v1/probes", evil, null);
    checks.add(() -> fits("GET", "/api/v1/probes", 403, forbidden));
    assertAll(checks.stream().map(check -> check::run));
  }

  @Test
  void eventsFitTheirSchemas() {
    // Given
    EventClient reader =
        service.events("?types=verdicts,observations,definitions,health,incidents", Map.of());
    List<EventClient.Event> heard = new ArrayList<>(List.of(reader.next("reset")));
    // When
    service.feed.verdict(Samples.down("templates"));
    service.feed.observation(Samples.answered("templates", 502));
    service.feed.observation(Samples.refused("templates"));
    service.feed.definitions(false, List.of("/probes: missing"));
    service.feed.health(new Health(4, 40, 40, 0.6, 0, 0, 2, List.of()));
    for (int i = 0; i < 5; i++) {
      heard.add(reader.next());
    }
    // Then
    JsonObject schemas =
        description
            .getJsonObject("paths")
            .getJsonObject("/api/v1/events")
            .getJsonObject("get")
            .getJsonObject("responses")
            .getJsonObject("200")
            .getJsonObject("content")
            .getJsonObject("text/event-stream")
            .getJsonObject("x-events");
    assertAll(
        heard.stream()
            .map(
                event ->
                    () -> valid(event.type(), schemas.getJsonObject(event.type()), event.data())));
  }

  private void fits(String method, String uri, int status, Service.Reply reply) {
    String where = method + " " + uri;
    assertEquals(status, reply.status(), where + ": " + reply.body());
    JsonObject operation = operation(method, uri.replaceAll("\\?.*", ""));
    JsonObject response =
        operation.getJsonObject("responses").getJsonObject(String.valueOf(status));
    assertNotNull(response, where + " has no " + status);
    if (response.containsKey("$ref")) {
      response = pointed(response.getString("$ref"));
    }
    String type = reply.headers().get("Content-Type");
    JsonObject content = response.getJsonObject("content").getJsonObject(type);
    assertNotNull(content, where + " has no " + type);
    valid(where, content.getJsonObject("schema"), Json.decodeValue(reply.body()));
  }

  private JsonObject operation(String method, String path) {
    for (Map.Entry<String, Object> entry : description.getJsonObject("paths")) {
      String pattern = entry.getKey().replace(".", "\\.").replaceAll("\\{[a-z]+\\}", "[^/]+");
      JsonObject found =
          ((JsonObject) entry.getValue()).getJsonObject(method.toLowerCase(java.util.Locale.ROOT));
      if (found != null && path.matches(pattern)) {
        return found;
      }
    }
    throw new AssertionError("not described: " + method + " " + path);
  }

  private JsonObject pointed(String reference) {
    JsonObject at = description;
    for (String step : reference.substring(2).split("/", -1)) {
      at = at.getJsonObject(step);
    }
    return at;
  }

  /** Valid, and with no member that the description does not name. */
  private void valid(String where, JsonObject schema, Object value) {
    JsonObject whole =
        new JsonObject(
                strict(description.getJsonObject("components"))
                    .encode()
                    .replace("#/components/schemas/", "#/$defs/"))
            .copy();
    JsonObject document =
        new JsonObject(schema.encode().replace("#/components/schemas/", "#/$defs/"))
            .put("$defs", whole.getJsonObject("schemas"));
    OutputUnit outcome =
        Validator.create(
                JsonSchema.of(document),
                new JsonSchemaOptions()
                    .setBaseUri("https://why502.example/")
                    .setDraft(io.vertx.json.schema.Draft.DRAFT202012)
                    .setOutputFormat(OutputFormat.Basic))
            .validate(value);
    assertTrue(outcome.getValid(), () -> where + ": " + outcome.toJson().encodePrettily());
  }

  private static JsonObject strict(JsonObject part) {
    JsonObject copy = new JsonObject();
    for (Map.Entry<String, Object> entry : part) {
      copy.put(entry.getKey(), strictValue(entry.getValue()));
    }
    if (part.containsKey("properties") && "object".equals(part.getValue("type"))) {
      copy.put("additionalProperties", false);
    }
    return copy;
  }

  private static Object strictValue(Object value) {
    if (value instanceof JsonObject object) {
      return strict(object);
    }
    if (value instanceof JsonArray array) {
      JsonArray copy = new JsonArray();
      array.forEach(element -> copy.add(strictValue(element)));
      return copy;
    }
    return value;
  }

  private static String concrete(String path) {
    return path.replace("{id}", "templates");
  }
}
