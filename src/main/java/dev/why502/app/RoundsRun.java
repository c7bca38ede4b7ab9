package dev.why502.app;

import dev.why502.definition.Probe;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** When each probe ran last. Any thread may call any method. */
final class RoundsRun {
  private final LongSupplier nanoTime;
  private final Map<String, Long> endedNanos = new ConcurrentHashMap<>();

  /**
   * @param nanoTime a monotonic clock
   */
  RoundsRun(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  void ran(String probe) {
    endedNanos.put(probe, nanoTime.getAsLong());
  }

  void forgotten(String probe) {
    endedNanos.remove(probe);
  }

  /**
   * Enabled probes that have not run within twice their interval, in words. A run is known when it
   * is over, so its timeout comes on top.
   */
  List<String> missed(Collection<Probe> probes) {
    long now = nanoTime.getAsLong();
    return probes.stream()
        .filter(Probe::enabled)
        .filter(probe -> !ranLately(probe, now))
        .map(probe -> "probe " + probe.id() + " does not run")
        .toList();
  }

  private boolean ranLately(Probe probe, long now) {
    Long ended = endedNanos.get(probe.id());
    long allowed = 2 * probe.interval().toNanos() + probe.timeout().toNanos();
    return ended != null && now - ended <= allowed;
  }
}
