package dev.why502.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.cases.StoredCase;
import dev.why502.diagnosis.Diagnosis;
import dev.why502.diagnosis.Locus;
import dev.why502.diagnosis.Verdict;
import dev.why502.incident.Incident;
import dev.why502.incident.Severity;
import dev.why502.incident.Stored;
import dev.why502.incident.Story;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class IncidentJsonTest {
  private static final Instant AT = Instant.parse("2025-09-18T09:46:00.300Z");

  private final Json json = new Json(UnaryOperator.identity());

  @Test
  void everyStoredVerdictReadsBackWithItsIncident() {
    for (StoredCase one : StoredCase.all()) {
      // Given
      Verdict verdict = Diagnosis.of(one.given());
      Stored stored = stored(new Incident.Flapping(story(verdict)));

      // When
      Stored read = Json.readStored(json.writeStored(stored));

      // Then
      assertEquals(stored, read, one.name());
    }
  }

  @Test
  void incidentHasWhatTheContractShows() {
    // Given
    Verdict verdict = Samples.down("templates");

    // When
    JsonObject open = json.incident(new Incident.Open(story(verdict)), AT, 43, "web-1");
    JsonObject over =
        json.incident(new Incident.Resolved(story(verdict), AT, "01J"), AT, 44, "web-1");

    // Then
    assertEquals("01ARZ3NDEKTSV4RRFFQ69G5FAV", open.getString("id"));
    assertEquals("open", open.getString("state"));
    assertEquals("down", open.getString("severity"));
    assertEquals(verdict.cause().code(), open.getString("cause"));
    assertEquals("[\"templates\",\"permissions\"]", open.getJsonArray("probes").encode());
    assertTrue(open.containsKey("resolvedAt"));
    assertNull(open.getValue("resolvedAt"));
    assertEquals(json.verdict(verdict), open.getJsonObject("verdict"));
    assertEquals(43, open.getLong("seq"));
    assertEquals("web-1", open.getString("node"));
    assertEquals("resolved", over.getString("state"));
    assertEquals("2025-09-18T09:46:00.300Z", over.getString("resolvedAt"));
    assertEquals("01J", over.getString("mergedInto"));
  }

  @Test
  void secretIsInNeither() {
    // Given
    Json masking = new Json(text -> text.replace("permissions", "***"));
    Incident incident = new Incident.Open(story(Samples.down("templates")));

    // Then
    assertTrue(!masking.writeStored(stored(incident)).contains("permissions"));
    assertTrue(!masking.incident(incident, AT, 1, "web-1").encode().contains("permissions"));
  }

  @Test
  void somethingElseIsNoStoredIncident() {
    // Given
    String whole = json.writeStored(stored(new Incident.Open(story(Samples.down("templates")))));

    // Then
    assertNull(Json.readStored("{}"));
    assertNull(Json.readStored("nonsense"));
    assertNull(Json.readStored(whole.substring(0, whole.length() / 2)));
    assertNull(Json.readStored(whole.replace("\"told\":", "\"sold\":")));
  }

  private static Story story(Verdict verdict) {
    return new Story(
        "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        Severity.DOWN,
        List.of("templates", "permissions"),
        2,
        1,
        AT.minusSeconds(10),
        AT,
        verdict);
  }

  private static Stored stored(Incident incident) {
    return new Stored(
        incident,
        List.of("service backend", "127.0.0.1:3002"),
        "crowd",
        Locus.Grade.NAMED,
        Locus.Stage.BEHIND,
        10_000,
        5_000,
        true,
        3,
        List.of(new Stored.Member("templates", true, true, true)));
  }
}
