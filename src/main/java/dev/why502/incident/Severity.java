package dev.why502.incident;

/** How bad it is for people, least first. */
public enum Severity {
  /** They are served, and not as it should be. */
  DEGRADED,
  /** They are not served. */
  DOWN
}
