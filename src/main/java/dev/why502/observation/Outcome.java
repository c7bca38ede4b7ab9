package dev.why502.observation;

/** How a run ended. */
public enum Outcome {
  EXPECTED,
  /** An answer came, and the expectation refuses it. */
  UNEXPECTED,
  /** No whole answer came. */
  FAILED
}
