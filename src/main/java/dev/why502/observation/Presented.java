package dev.why502.observation;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a TLS peer presented, once its certificate was accepted.
 *
 * @param protocol "TLSv1.3"
 * @param fingerprintSha256 of the leaf, lower-case hex; so is the serial
 * @param names DNS names of the leaf
 * @param earliestEnd of the presented certificates
 * @param chainEnd earliest end in the chain up to the authority; null where none was verified
 */
public record Presented(
    String protocol,
    String cipher,
    String fingerprintSha256,
    String subject,
    String issuer,
    List<String> names,
    String serial,
    Instant earliestEnd,
    @Nullable Instant chainEnd) {
  public Presented {
    names = List.copyOf(names);
  }
}
