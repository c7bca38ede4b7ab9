package dev.why502.planted.evidence;

/** Planted. */
public final class InnocentFact {
  private InnocentFact() {}

  public static int weight() {
    return 1;
  }
}
