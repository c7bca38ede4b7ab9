package dev.why502.observation;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one run of a probe saw.
 *
 * @param address the address that was used, or last tried, as {@code ip:port} or {@code
 *     unix:/path}; null when the name did not resolve
 * @param local our own end of the last connection, {@code ip:port}; null where there was none or
 *     over a unix socket
 * @param addresses every address that the name has
 * @param phase the phase in which it ended: PROCESSING for a whole answer
 * @param durationMillis from the start to the end of the run
 * @param lateMillis actual start minus planned start
 * @param phases milliseconds of each phase that happened
 * @param firstBytes the first raw bytes of an answer that is not HTTP, at most 256, one char per
 *     byte (ISO 8859-1); null when none came or the answer was HTTP
 * @param detail the words of the system or library, for people
 * @param dnsDetail why a name did not resolve: NXDOMAIN, SERVFAIL, timeout; null otherwise
 * @param redirects the locations that were followed
 */
public record Observation(
    String probe,
    String target,
    @Nullable String address,
    @Nullable String local,
    List<String> addresses,
    Outcome outcome,
    Phase phase,
    @Nullable FailureKind failure,
    double durationMillis,
    double lateMillis,
    Map<Phase, Double> phases,
    @Nullable Response response,
    @Nullable Certificate certificate,
    @Nullable String firstBytes,
    @Nullable String detail,
    @Nullable String dnsDetail,
    List<Mismatch> mismatches,
    List<String> redirects,
    Instant at) {
  public Observation {
    addresses = List.copyOf(addresses);
    // In the order of the phases, whatever map they came in: the same run gives the same text.
    Map<Phase, Double> inOrder = new EnumMap<>(Phase.class);
    inOrder.putAll(phases);
    phases = Collections.unmodifiableMap(inOrder);
    mismatches = List.copyOf(mismatches);
    redirects = List.copyOf(redirects);
  }

  public boolean expected() {
    return outcome == Outcome.EXPECTED;
  }

  /** An answer came and only its time or its certificate is not as it should be. */
  public boolean served() {
    return outcome == Outcome.EXPECTED
        || (outcome == Outcome.UNEXPECTED
            && mismatches.stream()
                .allMatch(
                    mismatch ->
                        mismatch.what() == Mismatch.What.WITHIN
                            || mismatch.what() == Mismatch.What.CERTIFICATE_DAYS));
  }

  /** Status of the answer, 0 when there is none. */
  public int status() {
    return response == null ? 0 : response.status();
  }

  public boolean failed(FailureKind kind) {
    return failure == kind;
  }
}
