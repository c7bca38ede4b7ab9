package dev.why502.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.why502.cases.StoredCase;
import dev.why502.evidence.Case;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the verdicts of the stored cases say is broken. */
class LocusTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          upstream-refused/nothing-listens                  | NAMED BEHIND address:loopback:3001 = service:backend
          upstream-refused/probe-stands-for-itself          | NAMED BEHIND address:loopback:3001 = service:backend
          upstream-refused/whole-pool                       | NAMED BEHIND address:loopback:3001 = service:a1; address:loopback:3002 = service:a2; address:loopback:3003 = service:a3
          upstream-socket-missing/no-such-file              | NAMED BEHIND address:unix:/srv/app.sock = service:backend
          upstream-unreachable/host-is-gone                 | NAMED BEHIND address:198.51.100.77:8080 = host:198.51.100.77 = service:backend
          upstream-connect-timeout/firewall-drops           | NAMED BEHIND address:loopback:3001 = service:backend
          process-not-running/pm2-stopped                   | NAMED BEHIND address:loopback:3001 = service:backend
          gateway-wrong-port/service-on-another-port        | NAMED BEHIND address:loopback:3002
          gateway-wrong-path/prefix-kept                    | NAMED BEHIND line:/etc/nginx/nginx.conf:20
          gateway-maintenance/fixed-answer                  | NAMED BEHIND line:/etc/nginx/nginx.conf:19
          gateway-marked-down/max-conns                     | NAMED BEHIND address:loopback:3001 = service:backend
          gateway-exhausted/worker-connections              | NAMED BEHIND address:loopback:8080 = gateway:gw
          gateway-stale-config/edited-and-broken            | NAMED BEHIND address:loopback:8080 = gateway:gw
          gateway-upstream-dns/no-such-name                 | NAMED BEHIND name:app.internal
          gateway-upstream-dns/gateway-does-not-start       | NAMED FRONT address:loopback:8080 = gateway:gw = name:app.nowhere.invalid
          gateway-misdirected/far-gateway                   | NAMED BEHIND gateway-misdirected@gateway:gw/backend
          edge-refused/gateway-does-not-run                 | NAMED FRONT address:loopback:8080 = gateway:gw
          edge-connect-timeout/firewall-drops               | NAMED FRONT address:198.51.100.2:8080 = gateway:gw = host:198.51.100.2
          edge-dns/no-such-name                             | NAMED FRONT name:shop.example
          edge-tls-expired/two-days-ago                     | NAMED FRONT certificate:CN=shop.example, CN=R11,O=Let us say, 2026-11-20T16:23:25Z
          certificate-expiring/ends-soon                    | NAMED ANSWER certificate:CN=shop.example, CN=Test CA lab,O=Test, 2026-11-27T16:23:32Z
          slow-response/later-than-within                   | NAMED ANSWER slow-response@service:backend
          unexpected-status/service-has-no-such-resource    | OWN ANSWER probe:site
          gateway-bad-gateway/nothing-else-known            | SYMPTOM BEHIND
          edge-timeout/gateway-is-stopped                   | SYMPTOM FRONT
          """)
  void faultHasTheNamesThatOthersKnowItBy(String folder, String names) {
    // Given
    Case given = StoredCase.of(folder).given();

    // When
    Locus locus = Locus.of(Diagnosis.of(given), given.probe());

    // Then
    assertEquals(names, text(locus));
  }

  @Test
  void everythingThatIsBrokenHasAName() {
    // When
    List<String> nameless = new ArrayList<>();
    for (StoredCase one : StoredCase.all()) {
      Verdict verdict = Diagnosis.of(one.given());
      if (verdict.state() != State.UP && verdict.state() != State.UNKNOWN) {
        Locus locus = Locus.of(verdict, one.given().probe());
        boolean named = locus.faults().stream().noneMatch(Set::isEmpty);
        boolean symptom = locus.grade() == Locus.Grade.SYMPTOM;
        if (!named || locus.faults().isEmpty() != symptom) {
          nameless.add(one.name());
        }
      }
    }

    // Then
    assertEquals(List.of(), nameless);
  }

  @Test
  void nobodyIsToBlameForAVerdictThatIsUnknown() {
    // Given
    Case given = StoredCase.of("prober-offline/no-answer-to-a-syn").given();
    Verdict verdict = Diagnosis.of(given);

    // Then
    assertThrows(IllegalArgumentException.class, () -> Locus.of(verdict, given.probe()));
  }

  private static String text(Locus locus) {
    String said = locus.grade() + " " + locus.stage() + " ";
    return (said
            + locus.faults().stream()
                .map(fault -> String.join(" = ", new TreeSet<>(fault)))
                .collect(Collectors.joining("; ")))
        .strip();
  }
}
