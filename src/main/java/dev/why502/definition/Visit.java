package dev.why502.definition;

import dev.why502.definition.Request.Header;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection, and one request or conversation on it: a part of what {@code /probe} does.
 *
 * @param where connected to; Host and the name asked for by TLS are the target's all the same
 * @param method of an HTTP target
 * @param timeout bounds everything
 * @param dialogue held on a tcp or tls target, or null
 */
public record Visit(
    Target target,
    Endpoint where,
    String method,
    List<Header> headers,
    @Nullable String body,
    IpChoice ips,
    TlsTerms tls,
    Duration timeout,
    @Nullable Dialogue dialogue) {
  public Visit {
    headers = List.copyOf(headers);
  }

  /** The name asked for by TLS and expected in the certificate. */
  public String serverName() {
    String named = tls.serverName();
    return named == null ? target.endpoint().host() : named;
  }
}
