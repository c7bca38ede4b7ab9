package dev.why502.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.why502.evidence.Answer;
import dev.why502.evidence.Answer.Role;
import dev.why502.observation.Certificate;
import dev.why502.observation.FailureKind;
import dev.why502.observation.Phase;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a visitor meets at the edge has a name, whatever lies behind it. */
class EdgeTest {
  private static final List<String> TABLE =
      List.of(
          "REFUSED * edge-refused",
          "UNREACHABLE * edge-unreachable",
          "TIMEOUT RESOLVE edge-dns",
          "TIMEOUT CONNECT edge-connect-timeout",
          "TIMEOUT * edge-timeout",
          "RESET TLS edge-tls-handshake",
          "RESET * edge-reset",
          "CLOSED TLS edge-tls-handshake",
          "CLOSED * edge-reset",
          "NAME * edge-dns",
          "TLS * edge-tls-handshake",
          "INVALID * edge-invalid-response",
          "TRUNCATED * edge-reset",
          "MISSING * edge-refused",
          "FORBIDDEN * prober-blind",
          "LOCAL * prober-overloaded");

  @Test
  void everyPlaceAndMannerHasItsCause() {
    List<String> wrong = new ArrayList<>();
    for (FailureKind kind : FailureKind.values()) {
      for (Phase phase : Phase.values()) {
        // Given
        Answer answer = Tables.failed(Role.EDGE, "203.0.113.7:443", phase, kind);

        // When
        Finding finding = Edge.judge(Tables.facts(answer));

        // Then
        String cause = finding == null ? "none" : finding.cause().code();
        if (!cause.equals(wanted(kind, phase))) {
          wrong.add(kind + " " + phase + ": " + cause + ", not " + wanted(kind, phase));
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  private static String wanted(FailureKind kind, Phase phase) {
    for (String row : TABLE) {
      List<String> words = List.of(row.split(" "));
      if (words.get(0).equals(kind.name())
          && (words.get(1).equals("*") || words.get(1).equals(phase.name()))) {
        return words.get(2);
      }
    }
    throw new AssertionError(kind + " " + phase);
  }

  @ParameterizedTest
  @CsvSource({
    "EXPIRED, edge-tls-expired",
    "NOT_YET_VALID, edge-tls-expired",
    "WRONG_HOST, edge-tls-wrong-host",
    "UNTRUSTED, edge-tls-untrusted",
    "NOT_TLS, edge-tls-handshake",
    "ALERT, edge-tls-handshake",
    "HANDSHAKE, edge-tls-handshake",
  })
  void certificateProblemHasItsCause(Certificate.Problem problem, String code) {
    // Given
    Answer answer = Tables.failed(Role.EDGE, "203.0.113.7:443", Phase.TLS, FailureKind.TLS);

    // When
    Finding finding = Edge.tls(problem, "203.0.113.7:443", answer);

    // Then
    assertEquals(code, finding.cause().code());
    assertEquals(Finding.Standing.CERTAIN, finding.standing());
  }

  @ParameterizedTest
  @CsvSource({
    "500, gateway-error",
    "502, gateway-bad-gateway",
    "503, gateway-unavailable",
    "504, gateway-timeout",
    "520, gateway-error",
  })
  void statusIsASymptom(int status, String code) {
    assertEquals(code, Edge.symptom(status).code());
  }
}
