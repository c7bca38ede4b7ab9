package dev.why502.definition;

import java.util.Map;
import java.util.Set;

/**
 * Which probes.
 *
 * @param probes ids of them; none for those that the labels select
 * @param labels each of which a probe must carry; none for those that are named
 */
public record Selection(Set<String> probes, Map<String, String> labels) {
  /** Every probe. */
  public static final Selection ALL = new Selection(Set.of(), Map.of());

  public Selection {
    probes = Set.copyOf(probes);
    labels = Map.copyOf(labels);
  }

  /** Named, or with all the labels; where neither is asked for, every probe. */
  public boolean takes(Probe probe) {
    if (probes.contains(probe.id())) {
      return true;
    }
    return labels.isEmpty()
        ? probes.isEmpty()
        : probe.labels().entrySet().containsAll(labels.entrySet());
  }
}
