package dev.why502.incident;

import java.time.Duration;
import java.time.Instant;

/**
 * A moment, on two clocks. What is said to people and compared with a calendar goes by the wall;
 * how long something has lasted goes by a clock that nobody sets.
 *
 * @param wall what the clock on the wall shows
 * @param millis of a clock that only goes forward; its zero means nothing
 */
public record AsOf(Instant wall, long millis) {
  /** The moment so much later, on both. */
  public AsOf plus(Duration time) {
    return new AsOf(wall.plus(time), millis + time.toMillis());
  }
}
