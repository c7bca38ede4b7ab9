package dev.why502.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.why502.evidence.Answer;
import dev.why502.evidence.Answer.Role;
import dev.why502.evidence.Evidence;
import dev.why502.observation.FailureKind;
import dev.why502.observation.Phase;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A place and a manner give a cause. */
class WireTest {
  private static final List<String> TABLE =
      List.of(
          "REFUSED * upstream-refused",
          "UNREACHABLE * upstream-unreachable",
          "TIMEOUT RESOLVE upstream-timeout",
          "TIMEOUT CONNECT upstream-connect-timeout",
          "TIMEOUT TLS upstream-timeout",
          "TIMEOUT REQUEST upstream-timeout",
          "TIMEOUT PROCESSING upstream-timeout",
          "TIMEOUT TRANSFER upstream-truncated",
          "RESET TRANSFER upstream-truncated",
          "RESET * upstream-reset",
          "CLOSED TRANSFER upstream-truncated",
          "CLOSED * upstream-reset",
          "NAME * none",
          "TLS * edge-tls-handshake",
          "INVALID * upstream-invalid-response",
          "TRUNCATED * upstream-truncated",
          "MISSING * upstream-socket-missing",
          "FORBIDDEN * prober-blind",
          "LOCAL * none");

  @Test
  void everyPlaceAndMannerHasItsCause() {
    List<String> wrong = new ArrayList<>();
    for (FailureKind kind : FailureKind.values()) {
      for (Phase phase : Phase.values()) {
        // Given
        Answer answer = Tables.failed(Role.DECLARED, Tables.SERVICE, phase, kind);

        // When
        Finding finding = Wire.judge(Tables.facts(answer, Tables.nothing()), answer);

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
    "127.0.0.1:3001, REFUSED, none, LIKELY, upstream-refused",
    "127.0.0.1:3001, REFUSED, empty, CERTAIN, upstream-refused",
    "127.0.0.1:3001, REFUSED, idle, CERTAIN, upstream-rejected",
    "127.0.0.1:3001, TIMEOUT, none, LIKELY, upstream-connect-timeout",
    "127.0.0.1:3001, TIMEOUT, empty, CERTAIN, upstream-connect-timeout",
    "127.0.0.1:3001, TIMEOUT, idle, CERTAIN, upstream-connect-timeout",
    "127.0.0.1:3001, TIMEOUT, busy, LIKELY, upstream-connect-timeout",
    "127.0.0.1:3001, TIMEOUT, full, CERTAIN, upstream-backlog-full",
    "192.0.2.7:3001, REFUSED, empty, LIKELY, upstream-refused",
    "192.0.2.7:3001, TIMEOUT, full, LIKELY, upstream-connect-timeout",
    "unix:/run/a.sock, REFUSED, none, CERTAIN, upstream-socket-missing",
  })
  void listenersDecideWhatAConnectMet(
      String address, FailureKind kind, String listening, Finding.Standing standing, String code) {
    // Given
    Answer answer = Tables.failed(Role.AS_GATEWAY, address, Phase.CONNECT, kind);
    List<Evidence> evidence = new ArrayList<>(List.of(answer));
    switch (listening) {
      case "empty" -> evidence.add(Tables.nothing());
      case "idle" -> evidence.add(Tables.listening(0));
      case "busy" -> evidence.add(Tables.listening(3));
      case "full" -> evidence.add(Tables.listening(129));
      default -> {}
    }

    // When
    Finding finding = Wire.judge(Tables.facts(evidence.toArray(Evidence[]::new)), answer);

    // Then
    assertNotNull(finding);
    assertEquals(code, finding.cause().code());
    assertEquals(standing, finding.standing());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SSH-2.0-OpenSSH_9.2 | an SSH server",
        "220 mail ESMTP | an SMTP or FTP server",
        "220-mail ESMTP | an SMTP or FTP server",
        "-ERR wrong number of arguments | a Redis server",
        "+OK POP3 ready | a POP3 server",
        "* OK IMAP4rev1 | an IMAP server",
        "RFB 003.008 | a VNC server",
        "AMQP | an AMQP broker",
        "HELLO | ",
        "SSH | ",
      })
  void serviceIsKnownByItsFirstBytes(String firstBytes, String service) {
    assertEquals(service, Wire.service(firstBytes));
  }

  @Test
  void mysqlIsKnownByItsGreeting() {
    assertEquals("a MySQL server", Wire.service("J\0\0\0\n8.0.36\0"));
  }
}
