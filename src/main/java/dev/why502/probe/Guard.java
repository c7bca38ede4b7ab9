package dev.why502.probe;

/**
 * Says whether a connection may be made. Asked for each connection of a run, with the address that
 * is connected to, so that neither a redirect nor a changing name gets round it.
 */
@FunctionalInterface
public interface Guard {
  /** Everything may be connected to. */
  Guard OPEN = (host, address, port) -> true;

  /** How the detail of a refused run begins. */
  String REFUSAL = "not permitted: ";

  /**
   * Whether a connection to this address may be made for this host.
   *
   * @param host the name or address as the target or redirect gave it; empty for a unix socket
   * @param address the IP address in Java's text form; the path of a unix socket
   * @param port 0 for a unix socket
   */
  boolean allows(String host, String address, int port);
}
