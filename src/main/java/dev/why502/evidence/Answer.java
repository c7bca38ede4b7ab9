package dev.why502.evidence;

import dev.why502.definition.Scheme;
import dev.why502.observation.Observation;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One request of ours and what came back.
 *
 * @param role why it was asked
 * @param upstream id of the declared upstream that it was sent to, or null
 * @param address where it was sent: {@code 127.0.0.1:3001}, {@code unix:/run/app.sock}
 * @param path request target that was sent
 * @param host Host header that was sent
 */
public record Answer(
    Role role,
    @Nullable String upstream,
    Scheme scheme,
    String address,
    String method,
    String path,
    String host,
    Observation seen)
    implements Evidence {

  /** Why a request was sent. */
  public enum Role {
    /** The probe itself; the first one of a case is the observation that began it. */
    EDGE,
    /** The edge once more, the same request. */
    EDGE_AGAIN,
    /** A declared upstream, by its own probe definition. */
    DECLARED,
    /** An address that the gateway sends to, asked as the gateway asks it. */
    AS_GATEWAY,
    /**
     * A declared upstream's address, or one of the gateway's, asked as the client asked the edge.
     */
    AS_CLIENT,
    /** As the gateway asks, but with the path that the client sent. */
    CLIENT_PATH,
    /** As the gateway asks, but with the Host that the client sent. */
    CLIENT_HOST,
    /** As the gateway asks, but with the Host and SNI of the declared upstream. */
    OWN_HOST,
    /** As the gateway asks, but with the client's own method, headers and body. */
    CLIENT_HEADERS,
    /** As the gateway asks, but over TLS where it speaks plain, or plain where it speaks TLS. */
    OTHER_SCHEME,
    /** As the gateway asks, and once more on the same connection: what the second met. */
    REUSED,
    /** Another address where the service might be: it holds the port, or was declared. */
    CANDIDATE,
    /** What the gateway asks to check the health of the service. */
    CHECK
  }

  public boolean edge() {
    return role == Role.EDGE || role == Role.EDGE_AGAIN;
  }

  @Override
  public Kind kind() {
    return edge() ? Kind.EDGE_RESPONSE : Kind.UPSTREAM_RESPONSE;
  }

  @Override
  public Instant at() {
    return seen.at();
  }

  @Override
  public String summary() {
    return method
        + " "
        + scheme.name().toLowerCase(Locale.ROOT)
        + "://"
        + address
        + path
        + (host.isEmpty() || address.equals(host) ? "" : " (Host: " + host + ")")
        + ": "
        + outcome();
  }

  /** "502 in 12 ms", "refused while connecting", ... */
  public String outcome() {
    String millis = String.format(Locale.ROOT, "%.0f ms", seen.durationMillis());
    if (seen.failure() != null) {
      String phase =
          switch (seen.phase()) {
            case RESOLVE -> "resolving its name";
            case CONNECT -> "connecting";
            case TLS -> "in the TLS handshake";
            case REQUEST -> "sending the request";
            case PROCESSING -> "waiting for the response header";
            case TRANSFER -> "reading the body";
          };
      String manner =
          switch (seen.failure()) {
            case REFUSED -> "connection refused";
            case UNREACHABLE -> "unreachable";
            case TIMEOUT -> "no answer";
            case RESET -> "connection reset";
            case CLOSED -> "connection closed";
            case NAME -> "name not resolved";
            case TLS -> "TLS failed";
            case INVALID -> "what came is not HTTP";
            case TRUNCATED -> "body broke off";
            case MISSING -> "socket missing";
            case FORBIDDEN -> "permission denied";
            case LOCAL -> "could not be sent";
          };
      String status = seen.response() == null ? "" : seen.status() + ", then ";
      return status + manner + " " + phase + " after " + millis;
    }
    if (seen.response() == null) {
      return "connected in " + millis;
    }
    return seen.status() + " in " + millis;
  }
}
