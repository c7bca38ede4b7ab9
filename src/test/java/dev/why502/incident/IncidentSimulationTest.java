package dev.why502.incident;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Many schedules by chance, with culprits that are known: no false page, no missed outage, one
 * opened for each outage, and every opened one resolved. A seed that fails is run again alone with
 * {@code -Dwhy502.seed=SEED}; {@code -Dwhy502.schedules=N} runs as many others.
 */
class IncidentSimulationTest {
  private static final long SEED = 502_000_000L;

  /** Failing seeds that are named. */
  private static final int SHOWN = 10;

  @Test
  void knownCulpritsAreEachOpenedOnceAndResolved() {
    // Given
    Long only = Long.getLong("why502.seed");
    long first = only == null ? SEED : only;
    long count = only == null ? Long.getLong("why502.schedules", 100_000) : 1;
    long began = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();

    // When
    long verdicts = 0;
    long outages = 0;
    long opened = 0;
    long merged = 0;
    long cut = 0;
    long slowest = 0;
    int failures = 0;
    List<String> shown = new ArrayList<>();
    for (long seed = first; seed < first + count; seed++) {
      Schedule schedule = new Schedule(seed);
      Run run = new Run(schedule, only != null);
      try {
        run.run();
      } catch (AssertionError | RuntimeException fault) {
        failures++;
        if (shown.size() < SHOWN) {
          shown.add("-Dwhy502.seed=" + seed + ": " + fault.getMessage());
        }
      }
      verdicts += run.verdicts;
      outages += schedule.outages.size();
      opened += run.opened;
      merged += run.merged;
      cut += run.cut;
      slowest = Math.max(slowest, run.slowestMillis);
    }

    // Then
    System.out.printf(
        "%,d schedules from seed %d: %,d verdicts, %,d outages, %,d opened (%d merged, %d cut short), "
            + "latest after interval + %d ms, %.1f s of one core%n",
        count,
        first,
        verdicts,
        outages,
        opened,
        merged,
        cut,
        slowest,
        (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - began) / 1e9);
    assertEquals(0, failures, () -> String.join(System.lineSeparator(), shown));
    assertTrue(slowest <= 1_000);
  }
}
