package dev.why502.planted.diagnosis;

/** Planted. */
public final class AsksTheEnvironment {
  private AsksTheEnvironment() {}

  static String home() {
    return String.valueOf(System.getenv("HOME"));
  }
}
