package dev.why502.observation;

/** The parts of one run, in their order. A phase that did not happen has no time. */
public enum Phase {
  /** The name is looked up. */
  RESOLVE,
  /** TCP, or the unix socket. */
  CONNECT,
  TLS,
  /** The request is written. */
  REQUEST,
  /** From the end of the request to the end of the response's head. */
  PROCESSING,
  /** From the end of the head to the end of the body. */
  TRANSFER
}
