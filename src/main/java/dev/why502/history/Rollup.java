package dev.why502.history;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the runs of one probe in one step of time amount to.
 *
 * <p>Who stores one keeps a row for each probe, step, start <em>and part</em>, and replaces the row
 * with the same four: a minute may be given again with more runs in it, never with fewer, so that
 * storing it twice counts nothing twice. Who reads merges the parts.
 *
 * @param start of the step, UTC
 * @param part tells apart who counted: a process, and a stretch of its clock. Empty for what was
 *     merged from all parts
 * @param latency of the good runs: how soon nothing came tells nothing of how fast a service is
 */
public record Rollup(
    String probe, Step step, Instant start, String part, Counts counts, Latency latency) {
  /** Of {@link #part}, in characters. */
  public static final int MAX_PART = 64;

  private static final Comparator<Rollup> ORDER =
      Comparator.comparing(Rollup::probe).thenComparing(Rollup::step).thenComparing(Rollup::start);

  public Rollup {
    start = step.floor(start);
  }

  /** The end of the step, which no longer belongs to it. */
  public Instant end() {
    return start.plus(step.length());
  }

  /**
   * Both as one.
   *
   * @throws IllegalArgumentException for another probe, step or start
   */
  public Rollup merge(Rollup other) {
    if (!probe.equals(other.probe) || step != other.step || !start.equals(other.start)) {
      throw new IllegalArgumentException("of different things: " + key() + ", " + other.key());
    }
    return new Rollup(
        probe,
        step,
        start,
        part.equals(other.part) ? part : "",
        counts.plus(other.counts),
        latency.merge(other.latency));
  }

  /**
   * All of them in steps of this length, one for each probe and start, in that order, whatever
   * parts they came in. Steps that are longer than this one stay as they are.
   */
  public static List<Rollup> in(Step step, Collection<Rollup> rollups) {
    Map<Key, Rollup> merged = new LinkedHashMap<>();
    for (Rollup rollup : rollups) {
      Step longer = rollup.step.compareTo(step) > 0 ? rollup.step : step;
      Rollup one =
          new Rollup(rollup.probe, longer, rollup.start, "", rollup.counts, rollup.latency);
      merged.merge(one.key(), one, Rollup::merge);
    }
    return merged.values().stream().sorted(ORDER).toList();
  }

  private Key key() {
    return new Key(probe, step, start);
  }

  private record Key(String probe, Step step, Instant start) {}
}
