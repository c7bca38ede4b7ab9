package dev.why502.diagnosis;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A cause has a code, a rule, a folder of cases, a paragraph of prose and a cure: all of them. */
class CauseCatalogueTest {
  private static final Path CASES = Path.of("src/test/resources/cases");
  private static final Path DOCUMENT = Path.of("src/docs/CAUSES.md");

  /** Causes that no rule names yet, each with the reason. */
  private static final Set<Cause> WITHOUT_RULE = EnumSet.noneOf(Cause.class);

  /** Error types of RFC 9209, 2.3, as the specification of the codes gives them in brackets. */
  private static final String PROXY_STATUS =
      """
      gateway-wrong-port connection_refused
      gateway-wrong-address connection_refused
      gateway-wrong-scheme tls_protocol_error
      gateway-upstream-dns dns_error
      gateway-upstream-untrusted tls_certificate_error
      gateway-denied destination_ip_prohibited
      gateway-forbids http_request_denied
      gateway-timeout-too-short http_response_timeout
      gateway-header-limit http_response_header_section_size
      gateway-body-limit http_request_error
      gateway-marked-down destination_unavailable
      gateway-limited connection_limit_reached
      gateway-exhausted proxy_internal_error
      gateway-missing-upgrade http_upgrade_failed
      upstream-refused connection_refused
      upstream-rejected connection_refused
      upstream-unreachable destination_ip_unroutable
      upstream-connect-timeout connection_timeout
      upstream-backlog-full connection_timeout
      upstream-socket-missing connection_refused
      upstream-timeout http_response_timeout
      upstream-reset connection_terminated
      upstream-truncated http_response_incomplete
      upstream-invalid-response http_protocol_error
      upstream-keepalive-race connection_terminated
      """;

  @Test
  void everyCauseHasARule() {
    assertEquals(
        EnumSet.complementOf(EnumSet.copyOf(Diagnosis.covered())), WITHOUT_RULE, "without a rule");
  }

  @Test
  void everyCauseThatARuleCanNameHasAFolderOfCases() throws IOException {
    // Given
    Set<String> wanted =
        Diagnosis.covered().stream()
            .map(Cause::code)
            .collect(Collectors.toCollection(TreeSet::new));

    // When
    Set<String> found = new TreeSet<>();
    try (Stream<Path> folders = Files.list(CASES)) {
      for (Path folder : folders.toList()) {
        try (Stream<Path> cases = Files.list(folder)) {
          if (cases.anyMatch(one -> Files.exists(one.resolve("case.json")))) {
            found.add(folder.getFileName().toString());
          }
        }
      }
    }

    // Then
    assertEquals(wanted, found);
  }

  @Test
  void everyCauseHasAParagraph() throws IOException {
    List<String> lines = Files.readAllLines(DOCUMENT);
    assertAll(
        Stream.of(Cause.values())
            .map(
                cause ->
                    () ->
                        assertTrue(
                            lines.contains("### `" + cause.code() + "`"),
                            () -> cause + " has no heading")));
  }

  @Test
  void everyCauseHasACureAndAMeaning() {
    assertAll(
        Stream.of(Cause.values())
            .map(
                cause ->
                    () -> {
                      assertFalse(cause.fix().isBlank(), cause.code());
                      assertFalse(cause.meaning().isBlank(), cause.code());
                      assertEquals(cause, Cause.of(cause.code()));
                      assertNotNull(cause.layer());
                    }));
  }

  @Test
  void proxyStatusIsThatOfTheSpecification() {
    // Given
    TreeMap<String, String> wanted = new TreeMap<>();
    PROXY_STATUS
        .lines()
        .map(line -> line.split(" ", 2))
        .forEach(words -> wanted.put(words[0], words[1]));

    // When
    TreeMap<String, String> given = new TreeMap<>();
    for (Cause cause : Cause.values()) {
      String type = cause.proxyStatus();
      if (type != null) {
        given.put(cause.code(), type);
      }
    }

    // Then
    assertEquals(wanted, given);
  }
}
