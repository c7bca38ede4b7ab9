package dev.why502.probe;

import io.netty.channel.EventLoop;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Notices when its event loop does not come round: the process was stopped, the host slept, or
 * something held the loop. What a run meets across such a time tells of us, not of its peer.
 * Confined to its loop.
 */
final class Pulse {
  static final long BEAT_NANOS = 100_000_000;

  /** A beat that is late by this much is no scheduling noise. */
  static final long STOOD_NANOS = 250_000_000;

  private long beatNanos;
  private long stoodNanos;
  private @Nullable Future<?> beats;

  Pulse(long nowNanos) {
    this.beatNanos = nowNanos;
  }

  /** Beats until it is ended or the loop is. */
  static Pulse on(EventLoop loop) {
    Pulse pulse = new Pulse(System.nanoTime());
    pulse.beats =
        loop.scheduleWithFixedDelay(
            () -> pulse.beat(System.nanoTime()), BEAT_NANOS, BEAT_NANOS, TimeUnit.NANOSECONDS);
    return pulse;
  }

  void beat(long nowNanos) {
    stoodNanos = stoodNanos(nowNanos);
    beatNanos = nowNanos;
  }

  void end() {
    if (beats != null) {
      beats.cancel(false);
    }
  }

  /** How long the loop has stood in all; rises the moment it comes round, before the next beat. */
  long stoodNanos(long nowNanos) {
    long late = nowNanos - beatNanos - BEAT_NANOS;
    return late < STOOD_NANOS ? stoodNanos : stoodNanos + late;
  }
}
