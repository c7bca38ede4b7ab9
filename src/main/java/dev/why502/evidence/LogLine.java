package dev.why502.evidence;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One classified line of a gateway's error log.
 *
 * @param at time of the line, or of reading where it has none
 * @param fresh written after our request of this case was sent
 * @param tie how it belongs to our request
 * @param stage what the gateway was doing
 * @param errno system error number, 0 when none
 * @param peer the upstream's address as the line names it, {@code 127.0.0.1:3001}, {@code
 *     unix:/run/app.sock}, or a group's name; null when it names none
 * @param uri request target sent upstream, as the line says, or null
 * @param text the line, control characters as they came, at most 16 KiB
 */
public record LogLine(
    String gateway,
    String file,
    Instant at,
    boolean fresh,
    Tie tie,
    Event event,
    Stage stage,
    int errno,
    @Nullable String protocol,
    @Nullable String peer,
    @Nullable String uri,
    @Nullable String host,
    @Nullable String request,
    String text)
    implements Evidence {

  /** How a line belongs to the probe of the case. */
  public enum Tie {
    /** Same request line and host, in the time of our request. */
    OURS,
    /** Same host and location, another client's request. */
    SAME_ROUTE,
    /** The line speaks of the gateway as a whole. */
    GATEWAY,
    NONE
  }

  /** What the gateway was doing. */
  public enum Stage {
    CONNECTING,
    HANDSHAKING,
    SENDING,
    READING_HEADER,
    READING_BODY,
    RESOLVING,
    OTHER
  }

  /** What happened, the same for all gateways. */
  public enum Event {
    REFUSED,
    CONNECT_TIMEOUT,
    UNREACHABLE,
    SOCKET_MISSING,
    /** EACCES or EPERM while connecting. */
    CONNECT_FORBIDDEN,
    NO_LOCAL_PORT,
    /** EAGAIN on a unix socket: its accept queue is full. */
    BACKLOG_FULL,
    RESPONSE_TIMEOUT,
    /** Reset or closed before a whole response header. */
    CLOSED_EARLY,
    /** Reset, closed or silent in the body. */
    BODY_BROKEN,
    HEADER_TOO_BIG,
    INVALID_RESPONSE,
    TLS_WRONG_VERSION,
    TLS_UNTRUSTED,
    TLS_NAME_MISMATCH,
    TLS_ALERT,
    TLS_OTHER,
    NOT_RESOLVED,
    NO_LIVE_UPSTREAMS,
    /** A peer was put out of use, or a health check failed. */
    PEER_DOWN,
    NO_WORKER_CONNECTIONS,
    NO_FILES,
    LIMITED_REQUESTS,
    LIMITED_CONNECTIONS,
    FORBIDDEN_BY_RULE,
    AUTHENTICATION,
    BODY_TOO_LARGE,
    FILE_NOT_FOUND,
    /** The configuration does not load. */
    CONFIG_REFUSED,
    REDIRECT_CYCLE,
    /** A peer that was out of use is used again. */
    PEER_UP,
    /** The connection or its TLS failed; the line does not tell how. */
    CONNECT_FAILED,
    /** The upstream itself answered, and its answer was passed on. */
    ANSWERED,
    /** The gateway answered by itself, without asking an upstream. */
    NOT_TRIED,
    /** No rule of the gateway chose an upstream. */
    NO_ROUTE,
    OTHER;

    /** Whether a request that it tells of failed. */
    public boolean failure() {
      return this != PEER_UP && this != ANSWERED;
    }
  }

  @Override
  public Kind kind() {
    return Kind.GATEWAY_LOG;
  }

  @Override
  public String summary() {
    return text;
  }
}
