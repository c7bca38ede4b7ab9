package dev.why502.cases;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.bus.Json;
import dev.why502.diagnosis.Confidence;
import dev.why502.diagnosis.Diagnosis;
import dev.why502.diagnosis.State;
import dev.why502.diagnosis.Verdict;
import dev.why502.evidence.Evidence;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each stored case is diagnosed anew; most of them were seen on a real gateway. */
class CasesTest {
  private static final Set<String> KEYS =
      Set.of("state", "cause", "confidence", "chain", "upstream", "risks", "says");

  static List<StoredCase> cases() {
    return StoredCase.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void storedCaseGivesItsVerdict(StoredCase stored) {
    // Given
    JsonObject expected = stored.expected();
    assertTrue(KEYS.containsAll(expected.fieldNames()), () -> "a key not known: " + expected);

    // When
    Verdict verdict = Diagnosis.of(stored.given());

    // Then
    assertEquals(stored.cause(), verdict.cause().code(), verdict.summary());
    assertAll(
        () -> assertEquals(expected.getString("cause"), stored.cause()),
        () -> assertEquals(expected.getString("state"), lower(verdict.state())),
        () -> assertEquals(expected.getString("confidence"), lower(verdict.confidence())),
        () -> assertEquals(expected.getString("upstream"), verdict.upstream()),
        () ->
            assertEquals(
                expected.getJsonArray("chain"),
                array(verdict.chain().stream().map(link -> link.cause().code()))),
        () ->
            assertEquals(
                expected.getJsonArray("risks", new JsonArray()),
                array(verdict.risks().stream().map(risk -> risk.cause().code()))),
        () ->
            assertAll(
                expected.getJsonArray("says").stream()
                    .map(
                        said ->
                            () ->
                                assertTrue(
                                    verdict.summary().contains((String) said),
                                    () -> said + " is not said: " + verdict.summary()))));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void verdictKeepsItsForm(StoredCase stored) {
    // When
    Verdict verdict = Diagnosis.of(stored.given());

    // Then
    assertFalse(verdict.summary().isBlank());
    assertFalse(verdict.evidence().isEmpty(), "a verdict without evidence");
    assertTrue(
        kinds(stored.given().evidence()).containsAll(kinds(verdict.evidence())),
        "evidence that the case has not");
    if (verdict.state() == State.UP) {
      assertEquals(List.of(), verdict.chain());
      return;
    }
    assertEquals(verdict.cause(), verdict.chain().get(verdict.chain().size() - 1).cause());
    assertEquals(
        verdict.chain().size(),
        verdict.chain().stream().map(Verdict.Link::cause).distinct().count(),
        "a cause stands twice in the chain");
    if (verdict.state() != State.UNKNOWN) {
      assertTrue(verdict.fix() != null && !verdict.fix().summary().isBlank(), "no fix");
    }
    if (verdict.confidence() == Confidence.POSSIBLE) {
      assertFalse(verdict.unsettled().isEmpty(), "possible, and nothing is unsettled");
    }
    assertTrue(
        verdict.unsettled().stream()
            .noneMatch(
                open ->
                    verdict.ruledOut().stream()
                        .anyMatch(settled -> settled.cause() == open.cause())),
        "ruled out and unsettled at once");
    if (verdict.confidence() == Confidence.CERTAIN) {
      assertTrue(
          verdict.unsettled().stream().noneMatch(open -> open.cause() == verdict.cause()),
          "certain and unsettled at once");
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void storedCaseIsWrittenAsItWasRead(StoredCase stored) {
    // When
    String written = new Json(text -> text).writeCase(stored.given());

    // Then
    assertEquals(stored.text(), written);
  }

  /** A case may be read by anybody: nothing of the machine on which it was taken stays in it. */
  @Test
  void storedCasesAreNeutral() {
    assertAll(
        cases().stream()
            .map(
                stored ->
                    () -> {
                      assertEquals("web-1", stored.given().node(), stored.name());
                      assertFalse(stored.text().contains("/tmp/"), stored.name());
                      assertFalse(stored.text().contains("/root"), stored.name());
                    }));
  }

  /** Of the listeners a verdict shows a part: what is compared is when and what was looked at. */
  private static Set<String> kinds(List<Evidence> evidence) {
    return evidence.stream()
        .map(one -> one.kind().code() + " " + one.at())
        .collect(Collectors.toSet());
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static JsonArray array(Stream<String> codes) {
    return new JsonArray(codes.toList());
  }
}
