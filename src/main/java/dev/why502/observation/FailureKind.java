package dev.why502.observation;

/**
 * The manner in which a run ended without a whole answer; with the open {@link Phase} it is the
 * place.
 */
public enum FailureKind {
  /** The peer, or something in its name, answered the SYN with a reset (ECONNREFUSED). */
  REFUSED,
  /** No route, or rejected on the way (EHOSTUNREACH, ENETUNREACH, EACCES from a firewall). */
  UNREACHABLE,
  /** The deadline passed. */
  TIMEOUT,
  /** The peer reset the connection (ECONNRESET, EPIPE). */
  RESET,
  /** The peer closed the connection in order, before a whole response header. */
  CLOSED,
  /** The name could not be resolved. */
  NAME,
  /** The TLS handshake failed or the certificate was not accepted. */
  TLS,
  /** What came is not HTTP. */
  INVALID,
  /** The body broke off. */
  TRUNCATED,
  /** The socket file does not exist (ENOENT), or is no socket. */
  MISSING,
  /** The system forbids us to connect (EACCES on a socket file, EPERM). */
  FORBIDDEN,
  /** We could not send it: no descriptor or local port left, or a file of ours is unreadable. */
  LOCAL
}
