package dev.why502.probe;

/** Counts since it was last asked. Guarded, because another event loop does the asking. */
final class Tally {
  private long due;
  private long ran;
  private long skipped;
  private double maxLateMillis;

  synchronized void due(long rounds) {
    due += rounds;
  }

  synchronized void ran(double lateMillis) {
    ran++;
    maxLateMillis = Math.max(maxLateMillis, lateMillis);
  }

  synchronized void skipped(long rounds) {
    skipped += rounds;
  }

  synchronized Counts take() {
    Counts counts = new Counts(due, ran, skipped, maxLateMillis);
    due = 0;
    ran = 0;
    skipped = 0;
    maxLateMillis = 0;
    return counts;
  }
}
