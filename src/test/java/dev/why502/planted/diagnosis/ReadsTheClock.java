package dev.why502.planted.diagnosis;

import java.time.Instant;

/** Planted. */
public final class ReadsTheClock {
  private ReadsTheClock() {}

  static Instant now() {
    return Instant.now();
  }
}
