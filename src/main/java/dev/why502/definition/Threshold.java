package dev.why502.definition;

/** Rounds in a row before a change of state is alerted. */
public record Threshold(int failures, int successes) {
  public static final Threshold DEFAULT = new Threshold(1, 1);
}
