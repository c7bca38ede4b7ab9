package dev.why502.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Secrets;
import dev.why502.diagnosis.Verdict;
import dev.why502.evidence.Case;
import dev.why502.evidence.Evidence;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  private final Json json = new Json(UnaryOperator.identity());

  static List<Evidence> evidence() {
    return Samples.evidence();
  }

  @Test
  void samplesHoldEachTypeOfEvidence() {
    // Given
    Set<Class<?>> permitted = Set.of(Evidence.class.getPermittedSubclasses());
    // When
    Set<Class<?>> shown =
        Samples.evidence().stream().map(Object::getClass).collect(Collectors.toSet());
    // Then
    assertEquals(permitted, shown);
  }

  @ParameterizedTest
  @MethodSource("evidence")
  void evidenceReadsBackEqual(Evidence evidence) {
    // Given
    Case whole = Samples.wholeCase();
    Case written =
        new Case(whole.probe(), null, List.of(), List.of(evidence), true, whole.at(), whole.node());
    // When
    CaseRead read = Json.readCase(json.writeCase(written));
    // Then
    assertNull(read.problem());
    assertEquals(written, read.read());
  }

  @Test
  void caseReadsBackEqualAndWritesTheSameBytes() {
    // Given
    Case written = Samples.wholeCase();
    String text = json.writeCase(written);
    // When: through a file, so through bytes
    String stored = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    CaseRead read = Json.readCase(stored);
    // Then
    assertNull(read.problem());
    assertEquals(written, read.read());
    assertNotNull(read.read());
    assertEquals(text, json.writeCase(read.read()));
    assertTrue(text.contains("\"type\" : \"gateway-state\""), text);
    assertTrue(text.contains("\"interval\" : \"10s\""), text);
    assertFalse(text.contains("\r"));
  }

  @Test
  void verdictHasTheContractsKeys() {
    // Given
    Verdict verdict = Samples.down("templates");
    // When
    JsonObject shown = json.verdict(verdict, 42);
    // Then
    assertEquals(
        List.of(
            "probe",
            "state",
            "cause",
            "confidence",
            "summary",
            "gateway",
            "upstream",
            "proxyStatus",
            "chain",
            "evidence",
            "ruledOut",
            "unsettled",
            "fix",
            "since",
            "at",
            "seq",
            "node"),
        List.copyOf(shown.fieldNames()));
    assertEquals("down", shown.getString("state"));
    assertEquals("gateway-wrong-port", shown.getString("cause"));
    assertEquals("certain", shown.getString("confidence"));
    assertEquals("2025-09-18T09:46:00.300Z", shown.getString("at"));
    assertEquals(42, shown.getLong("seq"));
    assertEquals(
        "{\"cause\":\"upstream-refused\",\"summary\":\"127.0.0.1:3001 refuses connections\"}",
        shown.getJsonArray("chain").getJsonObject(1).encode());
    assertEquals(
        "{\"file\":\"/etc/nginx/sites-enabled/nanobanana\",\"line\":14,\"sha256\":\"ab12\"}",
        shown.getJsonObject("fix").getJsonObject("at").encode());
    JsonObject first = shown.getJsonArray("evidence").getJsonObject(0);
    assertEquals(List.of("kind", "at", "summary", "data"), List.copyOf(first.fieldNames()));
    assertEquals("edge-response", first.getString("kind"));
    assertEquals("2025-09-18T09:46:00.120Z", first.getString("at"));
    assertEquals("edge", first.getJsonObject("data").getString("role"));
    assertEquals(
        502,
        first
            .getJsonObject("data")
            .getJsonObject("seen")
            .getJsonObject("response")
            .getInteger("status"));
    assertEquals(json.verdict(verdict, 42).encode(), shown.encode());
  }

  @Test
  void listsOfAnUpVerdictAreEmptyAndItsRisksAbsent() {
    // Given
    Verdict verdict = Samples.up("backend");
    // When
    JsonObject shown = json.verdict(verdict);
    // Then
    assertEquals(
        "{\"probe\":\"backend\",\"state\":\"up\",\"cause\":\"ok\",\"confidence\":\"certain\","
            + "\"summary\":\"200 in 12 ms\",\"chain\":[],\"evidence\":[],\"ruledOut\":[],"
            + "\"unsettled\":[],\"since\":\"2025-09-18T09:46:00.120Z\","
            + "\"at\":\"2025-09-18T09:46:00.120Z\",\"node\":\"web-1\"}",
        json.encode(shown));
  }

  @Test
  void observationIsFlat() {
    // Given
    // When
    String answered = json.observation(Samples.answered("templates", 502), 41, "web-1").encode();
    String refused = json.observation(Samples.refused("backend"), 42, "web-1").encode();
    // Then
    assertEquals(
        "{\"probe\":\"templates\",\"target\":\"https://nanobanana.gitagent.io/api/templates?sort=popular&limit=6\","
            + "\"address\":\"203.0.113.7:443\",\"addresses\":[\"203.0.113.7:443\",\"203.0.113.8:443\"],"
            + "\"outcome\":\"unexpected\",\"status\":502,\"phase\":\"processing\",\"failure\":null,"
            + "\"mismatches\":[{\"what\":\"status\",\"expected\":\"200\",\"got\":\"502\"}],"
            + "\"durationMillis\":12.4,\"lateMillis\":0.3,\"phases\":{\"resolve\":0.2,\"connect\":0.4,"
            + "\"tls\":6.1,\"processing\":5.2,\"transfer\":0.5},\"at\":\"2025-09-18T09:46:00.120Z\","
            + "\"seq\":41,\"node\":\"web-1\"}",
        answered);
    assertTrue(refused.contains("\"failure\":\"refused\""), refused);
    assertFalse(refused.contains("\"status\""), refused);
  }

  @Test
  void secretsAreMaskedInTextsAndKeysAndNotInCodes() {
    // Given
    Secrets secrets = new Secrets(List.of("nanobanana", "team", "down", "route"));
    Json masked = new Json(secrets::mask);
    // When
    String verdict = masked.verdict(Samples.down("templates"), 1).encode();
    String stored = masked.writeCase(Samples.wholeCase());
    String observation =
        masked.observation(Samples.answered("templates", 502), 2, "web-1").encode();
    // Then
    for (String text : List.of(verdict, stored, observation)) {
      assertFalse(text.contains("nanobanana"), text);
      assertTrue(text.contains(Secrets.MASK), text);
    }
    assertFalse(stored.contains("team"), stored);
    assertTrue(verdict.contains("\"state\":\"down\""), verdict);
    assertNull(Json.readCase(stored).problem());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"probe\":{}}",
        "{\"probe\":1}",
        "{\"a\":1,\"a\":2}",
        "nonsense"
      })
  void unusableCaseIsAProblem(String text) {
    // Given
    // When
    CaseRead read = Json.readCase(text);
    // Then
    assertNull(read.read());
    assertNotNull(read.problem());
    assertFalse(read.problem().contains("dev.why502"), read.problem());
  }

  @Test
  void problemOfACaseNamesItsPlace() {
    // Given
    String text = json.writeCase(Samples.wholeCase());
    // When
    CaseRead unknownCode = Json.readCase(text.replace("\"same-route\"", "\"same-rout\""));
    CaseRead withoutResolver = Json.readCase(text.replaceFirst("\"resolver\" : \"[^\"]*\",", ""));
    CaseRead unknownType = Json.readCase(text.replace("\"gateway-state\"", "\"gateway-stat\""));
    // Then
    assertEquals("/evidence/3/tie", unknownCode.pointer());
    assertEquals("/evidence/11/resolver", withoutResolver.pointer());
    assertEquals("/evidence/5", unknownType.pointer());
  }

  @ParameterizedTest
  @CsvSource({
    "PT0S,0s",
    "PT10S,10s",
    "PT5M,5m",
    "PT1.5S,1500ms",
    "PT0.0015S,1500us",
    "PT0.000000001S,1ns",
    "PT-1.5S,-1500ms",
    "PT26H,1560m"
  })
  void durationReadsBackEqual(Duration duration, String text) {
    // Given
    // When
    String written = DurationText.of(duration);
    // Then
    assertEquals(text, written);
    assertEquals(duration, DurationText.parse(written));
  }

  @Test
  void namesOfTypesAreKebabCase() {
    // Given
    // When
    List<String> names =
        Arrays.stream(Evidence.class.getPermittedSubclasses()).map(Mappers::typeName).toList();
    // Then
    assertEquals(
        List.of(
            "answer",
            "route",
            "idle-connection",
            "other-route",
            "log-line",
            "log-access",
            "gateway-state",
            "listeners",
            "socket-file",
            "process-state",
            "artifact",
            "service-log",
            "resolution",
            "firewall",
            "memory-kills",
            "host-state"),
        names);
  }
}
