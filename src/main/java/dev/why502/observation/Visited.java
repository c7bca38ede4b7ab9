package dev.why502.observation;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one visit saw.
 *
 * @param address IP address that was chosen; null where there was none to choose
 * @param addresses every address that the name has
 * @param phase the one that was open at the end
 * @param failure why no whole answer came, or null
 * @param refused whether the guard refused the address: nothing was sent
 * @param detail the words of the system or library, for people
 * @param dnsDetail why a name did not resolve, or null
 * @param body as it came, at most 1 MiB, one char per byte (ISO 8859-1)
 * @param bodyCut whether there was more
 * @param certificate what was thought of the peer's certificate; null without TLS
 * @param presented null unless TLS stood
 */
public record Visited(
    @Nullable String address,
    List<String> addresses,
    Phase phase,
    @Nullable FailureKind failure,
    boolean refused,
    @Nullable String detail,
    @Nullable String dnsDetail,
    double durationMillis,
    Map<Phase, Double> phases,
    @Nullable Response response,
    String body,
    boolean bodyCut,
    @Nullable Certificate certificate,
    @Nullable Presented presented,
    @Nullable String firstBytes,
    Instant at) {
  public Visited {
    addresses = List.copyOf(addresses);
    Map<Phase, Double> inOrder = new EnumMap<>(Phase.class);
    inOrder.putAll(phases);
    phases = Collections.unmodifiableMap(inOrder);
  }

  /** Status of the answer, 0 when there is none. */
  public int status() {
    return response == null ? 0 : response.status();
  }

  public double millis(Phase of) {
    return phases.getOrDefault(of, 0.0);
  }
}
