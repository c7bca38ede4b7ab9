package dev.why502.web;

import java.util.function.IntConsumer;

/**
 * How many viewers are connected, by whatever carries them: the bridges and the event streams share
 * one limit, since they cost the same.
 *
 * <p>Belongs to one event loop.
 */
final class Seats {
  static final int MAX_VIEWERS = 256;

  private final IntConsumer counted;
  private int onBridges;
  private int onStreams;

  /**
   * @param counted told how many there are after each change
   */
  Seats(IntConsumer counted) {
    this.counted = counted;
  }

  boolean full() {
    return onBridges + onStreams >= MAX_VIEWERS;
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
