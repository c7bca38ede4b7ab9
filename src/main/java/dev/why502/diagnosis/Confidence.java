package dev.why502.diagnosis;

/** How much the evidence carries, least first. */
public enum Confidence {
  /** Others fit too. */
  POSSIBLE,
  /** The only known cause that fits. */
  LIKELY,
  /** Seen directly. */
  CERTAIN
}
