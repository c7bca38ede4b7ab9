package dev.why502.watch;

import java.util.function.DoubleSupplier;

/**
 * How long to wait before the next try: twice as long each time up to a limit, and of that a random
 * part, so that a thousand viewers do not come back in one moment.
 */
final class Backoff {
  private final long firstMillis;
  private final long longestMillis;
  private final DoubleSupplier random;
  private int tries;

  /**
   * @param random from 0 to 1
   */
  Backoff(long firstMillis, long longestMillis, DoubleSupplier random) {
    this.firstMillis = firstMillis;
    this.longestMillis = longestMillis;
    this.random = random;
  }

  /** From half of the time to all of it. */
  long nextMillis() {
    long whole = Math.min(longestMillis, firstMillis << Math.min(tries, 20));
    tries++;
    return Math.max(1, whole / 2 + (long) (random.getAsDouble() * (whole - whole / 2)));
  }

  void reset() {
    tries = 0;
  }
}
