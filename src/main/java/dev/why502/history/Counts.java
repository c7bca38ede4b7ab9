package dev.why502.history;

import java.time.Duration;
import java.util.OptionalDouble;

/**
 * How runs went. A run that got what it expects, or got it late, is good; one that got nothing, or
 * what the expectation refuses, is a failure; one of which it could not be told (we were offline,
 * or the verdict is {@code unknown}) is neither, and is only told.
 *
 * @param runs all of them
 * @param failures of all runs
 * @param unknown of all runs
 * @param maintenanceRuns good ones and failures during maintenance; they are among the runs too
 * @param maintenanceFailures failures during maintenance; they are among the failures too
 * @param coveredMillis the time that good runs and failures stand for: the sum of their intervals
 */
public record Counts(
    long runs,
    long failures,
    long unknown,
    long maintenanceRuns,
    long maintenanceFailures,
    long coveredMillis) {
  public static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0);

  /** One run that was good. */
  public static Counts good(Duration interval, boolean maintenance) {
    return new Counts(1, 0, 0, maintenance ? 1 : 0, 0, interval.toMillis());
  }

  /** One run that failed. */
  public static Counts failure(Duration interval, boolean maintenance) {
    int inside = maintenance ? 1 : 0;
    return new Counts(1, 1, 0, inside, inside, interval.toMillis());
  }

  /** One run of which it could not be told how it went. */
  public static Counts unknownRun() {
    return new Counts(1, 0, 1, 0, 0, 0);
  }

  /** Runs of which it is known how they went. */
  public long known() {
    return runs - unknown;
  }

  public long good() {
    return known() - failures;
  }

  /** From 0 to 1; empty where it is known of no run how it went. */
  public OptionalDouble goodRatio() {
    return known() == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) good() / known());
  }

  /** The same without what ran during maintenance, as far as it is known how it went. */
  public Counts outsideMaintenance() {
    if (maintenanceRuns == 0) {
      return this;
    }
    double share = (double) maintenanceRuns / known();
    return new Counts(
        runs - maintenanceRuns,
        failures - maintenanceFailures,
        unknown,
        0,
        0,
        Math.round(coveredMillis * (1 - share)));
  }

  public Counts plus(Counts other) {
    return new Counts(
        runs + other.runs,
        failures + other.failures,
        unknown + other.unknown,
        maintenanceRuns + other.maintenanceRuns,
        maintenanceFailures + other.maintenanceFailures,
        coveredMillis + other.coveredMillis);
  }

  Counts minus(Counts other) {
    return new Counts(
        runs - other.runs,
        failures - other.failures,
        unknown - other.unknown,
        maintenanceRuns - other.maintenanceRuns,
        maintenanceFailures - other.maintenanceFailures,
        coveredMillis - other.coveredMillis);
  }
}
