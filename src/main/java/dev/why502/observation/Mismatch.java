package dev.why502.observation;

/**
 * One expectation that the answer did not meet.
 *
 * @param expected the expectation in words
 * @param got what was there instead
 */
public record Mismatch(What what, String expected, String got) {
  /** Which part of the expectation. WITHIN and CERTIFICATE_DAYS make a probe degraded, not down. */
  public enum What {
    STATUS,
    WITHIN,
    BODY,
    HEADER,
    CERTIFICATE_DAYS,
    REDIRECT_LOOP,
    /** A WebSocket handshake that was answered, and not with a valid 101. */
    UPGRADE
  }
}
