package dev.why502.definition;

import java.time.Duration;

/**
 * What share of a probe's runs is to be good.
 *
 * @param target above 0 and below 1: who promises everything has no room for an error
 * @param window over which the share is taken
 */
public record Objective(double target, Duration window) {
  public static final Duration DEFAULT_WINDOW = Duration.ofDays(30);

  /**
   * @throws IllegalArgumentException for a target that is no share, or leaves no room
   */
  public Objective {
    if (!(target > 0 && target < 1)) {
      throw new IllegalArgumentException("not between 0 and 1: " + target);
    }
  }
}
