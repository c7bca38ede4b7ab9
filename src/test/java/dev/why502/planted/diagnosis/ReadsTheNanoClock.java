package dev.why502.planted.diagnosis;

/** Planted. */
public final class ReadsTheNanoClock {
  private ReadsTheNanoClock() {}

  static long now() {
    return System.nanoTime();
  }
}
