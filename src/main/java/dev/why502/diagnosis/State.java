package dev.why502.diagnosis;

/** What a probe's verdict comes to. */
public enum State {
  UP,
  DEGRADED,
  DOWN,
  UNKNOWN
}
