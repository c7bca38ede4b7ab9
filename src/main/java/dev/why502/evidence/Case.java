package dev.why502.evidence;

import dev.why502.definition.Gateway;
import dev.why502.definition.Probe;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All evidence on one probe at one time: everything that a rule may want to know. Secrets are
 * already masked in it.
 *
 * @param checking whether it is a {@code check}: no edge traffic, so {@code up} means that the
 *     route would work
 * @param upstreams the declared upstreams of the probe, in their order
 */
public record Case(
    Probe probe,
    @Nullable Gateway gateway,
    List<Probe> upstreams,
    List<Evidence> evidence,
    boolean checking,
    Instant at,
    String node) {
  public Case {
    upstreams = List.copyOf(upstreams);
    evidence = List.copyOf(evidence);
  }

  /** The evidence of one type, in its order. */
  public <T extends Evidence> Stream<T> all(Class<T> type) {
    return evidence.stream().filter(type::isInstance).map(type::cast);
  }
}
