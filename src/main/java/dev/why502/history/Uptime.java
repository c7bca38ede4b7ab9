package dev.why502.history;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.OptionalDouble;

/**
 * The share of good runs in a window. Of a window without a run it says nothing, and of any it says
 * how much of it the runs stand for.
 */
public record Uptime(Window window, Instant from, Instant to, Counts counts) {
  /**
   * Of the window that ends now.
   *
   * @param rollups of one probe, in whatever steps; those of the window's step that lie in it count
   */
  public static Uptime of(Window window, Instant now, Collection<Rollup> rollups) {
    Instant from = window.from(now);
    Counts counts = Counts.NONE;
    for (Rollup rollup : rollups) {
      boolean inside = !rollup.start().isBefore(from) && rollup.start().isBefore(now);
      if (inside && rollup.step() == window.step()) {
        counts = counts.plus(rollup.counts());
      }
    }
    return new Uptime(window, from, now, counts);
  }

  /** From 0 to 1; empty where no run is known. */
  public OptionalDouble ratio() {
    return counts.goodRatio();
  }

  /** The same without the runs during maintenance. */
  public OptionalDouble ratioOutsideMaintenance() {
    return counts.outsideMaintenance().goodRatio();
  }

  /** From 0 to 1: how much of the window is known, by the intervals of its runs. */
  public double coverage() {
    double whole = Math.max(1, Duration.between(from, to).toMillis());
    return Math.min(1, counts.coveredMillis() / whole);
  }
}
