package dev.why502.observation;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What TLS showed.
 *
 * @param protocol "TLSv1.3", or null when the handshake did not end
 * @param subject of the leaf certificate; null when none was presented
 * @param notAfter the earliest end of the presented certificates
 * @param names subject alternative names of the leaf, DNS and IP
 * @param problem why it was not accepted, or null
 * @param detail the TLS library's words
 */
public record Certificate(
    @Nullable String protocol,
    @Nullable String cipher,
    @Nullable String subject,
    @Nullable String issuer,
    @Nullable Instant notBefore,
    @Nullable Instant notAfter,
    List<String> names,
    @Nullable Problem problem,
    @Nullable String detail) {
  public Certificate {
    names = List.copyOf(names);
  }

  /** The manner in which TLS failed. */
  public enum Problem {
    EXPIRED,
    NOT_YET_VALID,
    WRONG_HOST,
    UNTRUSTED,
    /** The peer does not speak TLS: its first bytes are no TLS record. */
    NOT_TLS,
    /** The peer sent an alert, for example unrecognized_name. */
    ALERT,
    HANDSHAKE
  }
}
