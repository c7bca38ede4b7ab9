package dev.why502.evidence;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a name resolves to here.
 *
 * @param resolver which one answered, in words
 * @param addresses without ports; empty when it did not resolve
 * @param failure NXDOMAIN, SERVFAIL, timeout, ...; null when it resolved
 */
public record Resolution(
    String name, Instant at, String resolver, List<String> addresses, @Nullable String failure)
    implements Evidence {
  public Resolution {
    addresses = List.copyOf(addresses);
  }

  @Override
  public Kind kind() {
    return Kind.DNS;
  }

  @Override
  public String summary() {
    return failure == null
        ? name + " is " + String.join(", ", addresses) + " (" + resolver + ")"
        : name + " does not resolve: " + failure + " (" + resolver + ")";
  }
}
