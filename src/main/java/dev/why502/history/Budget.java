package dev.why502.history;

import dev.why502.definition.Objective;
import java.util.OptionalDouble;

/**
 * How much failing an objective leaves room for, in time: of 30 days at 99.9 % it is 43 minutes.
 * Runs during maintenance do not count, and what is not known uses nothing up.
 *
 * @param totalMillis of failing that the objective's window leaves room for
 * @param spentMillis the time that failed runs of the window stand for
 */
public record Budget(double totalMillis, double spentMillis) {
  /**
   * Of the objective's window.
   *
   * @param uptime of that window
   */
  public static Budget of(Objective objective, Uptime uptime) {
    Counts counts = uptime.counts().outsideMaintenance();
    double failed =
        counts.known() == 0
            ? 0
            : counts.coveredMillis() * (double) counts.failures() / counts.known();
    return new Budget((1 - objective.target()) * objective.window().toMillis(), failed);
  }

  /** Below 0 where more is spent than there was. */
  public double leftMillis() {
    return totalMillis - spentMillis;
  }

  /** At most 1; below 0 where more is spent than there was. */
  public double leftRatio() {
    return leftMillis() / totalMillis;
  }

  /**
   * How many times as fast as it would just last the budget is used up: at 1 it lasts the
   * objective's window, at 14.4 an hour uses up 2 % of that of 30 days. Empty where no run is
   * known.
   */
  public static OptionalDouble burnRate(Objective objective, Uptime uptime) {
    OptionalDouble good = uptime.ratioOutsideMaintenance();
    return good.isEmpty()
        ? good
        : OptionalDouble.of((1 - good.getAsDouble()) / (1 - objective.target()));
  }
}
