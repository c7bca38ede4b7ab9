package dev.why502.diagnosis;

import dev.why502.evidence.Answer;
import dev.why502.observation.Response;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What gateways say of their own failure in the header Proxy-Status (RFC 9209). The first member is
 * of the gateway nearest to the service; its word is taken for what it is, the gateway's.
 */
final class ProxyStatus {
  /** A header is read no further than this. */
  private static final int MAX_CHARACTERS = 2048;

  private static final Map<String, Cause> CAUSES =
      Map.ofEntries(
          Map.entry("dns_timeout", Cause.GATEWAY_UPSTREAM_DNS),
          Map.entry("dns_error", Cause.GATEWAY_UPSTREAM_DNS),
          Map.entry("connection_refused", Cause.UPSTREAM_REFUSED),
          Map.entry("connection_timeout", Cause.UPSTREAM_CONNECT_TIMEOUT),
          Map.entry("destination_ip_unroutable", Cause.UPSTREAM_UNREACHABLE),
          Map.entry("destination_ip_prohibited", Cause.GATEWAY_DENIED),
          Map.entry("connection_terminated", Cause.UPSTREAM_RESET),
          Map.entry("connection_limit_reached", Cause.GATEWAY_LIMITED),
          Map.entry("connection_read_timeout", Cause.UPSTREAM_TIMEOUT),
          Map.entry("http_response_timeout", Cause.UPSTREAM_TIMEOUT),
          Map.entry("http_response_incomplete", Cause.UPSTREAM_TRUNCATED),
          Map.entry("http_protocol_error", Cause.UPSTREAM_INVALID_RESPONSE),
          Map.entry("http_response_header_section_size", Cause.GATEWAY_HEADER_LIMIT),
          Map.entry("http_request_denied", Cause.GATEWAY_FORBIDS),
          Map.entry("tls_certificate_error", Cause.GATEWAY_UPSTREAM_UNTRUSTED),
          Map.entry("proxy_internal_response", Cause.GATEWAY_MAINTENANCE));

  private ProxyStatus() {}

  /** What it names of a cause, or null. */
  static @Nullable Finding of(Facts facts, Cause wanted) {
    Answer failure = facts.failure();
    Response response = failure == null ? null : failure.seen().response();
    String header = response == null ? null : response.header("Proxy-Status");
    if (failure == null || header == null || header.length() > MAX_CHARACTERS) {
      return null;
    }
    String error = parameter(header, "error");
    if (error == null || CAUSES.get(error) != wanted) {
      return null;
    }
    String next = parameter(header, "next-hop");
    return Finding.likely(
        wanted,
        "the gateway itself says Proxy-Status: "
            + error
            + (next == null ? "" : " at " + next)
            + ", for an answer of "
            + facts.status(),
        failure);
  }

  static Iterable<Cause> causes() {
    return CAUSES.values().stream().distinct().sorted().toList();
  }

  /** A parameter of the first member that has an error (RFC 8941, 3.1 and 3.1.2). */
  private static @Nullable String parameter(String header, String name) {
    String member = null;
    boolean quoted = false;
    int start = 0;
    for (int i = 0; i <= header.length() && member == null; i++) {
      char c = i < header.length() ? header.charAt(i) : ',';
      quoted ^= c == '"' && (i == 0 || header.charAt(i - 1) != '\\');
      if (i == header.length() || (c == ',' && !quoted)) {
        String one = header.substring(start, i);
        member = one.contains("error=") ? one : null;
        start = i + 1;
      }
    }
    int from = member == null ? -1 : member.indexOf(";" + name + "=");
    if (member != null && from < 0) {
      from = member.indexOf("; " + name + "=");
    }
    if (member == null || from < 0) {
      return null;
    }
    String value = member.substring(member.indexOf('=', from) + 1);
    if (value.startsWith("\"")) {
      int end = value.indexOf('"', 1);
      return end < 0 ? null : value.substring(1, end);
    }
    int end = 0;
    while (end < value.length() && ";, ".indexOf(value.charAt(end)) < 0) {
      end++;
    }
    return value.substring(0, end);
  }
}
