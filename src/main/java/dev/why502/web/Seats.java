package dev.why502.web;

import java.util.function.IntConsumer;

/**
 * How many viewers are connected, by whatever carries them: the bridges and the event streams share
 * one limit, since they cost the same.
 *
 * <p>Belongs to one event loop.
 */
final class Seats {
  private final int limit;
  private final IntConsumer counted;
  private int onBridges;
  private int onStreams;

  /**
   * @param counted told how many there are after each change
   */
  Seats(int limit, IntConsumer counted) {
    this.limit = limit;
    this.counted = counted;
  }

  boolean full() {
    return onBridges + onStreams >= limit;
  }

  int leftForBridges() {
    return limit - onStreams;
  }

  void onBridges(int viewers) {
    onBridges = viewers;
    counted.accept(onBridges + onStreams);
  }

  void onStreams(int viewers) {
    onStreams = viewers;
    counted.accept(onBridges + onStreams);
  }
}
