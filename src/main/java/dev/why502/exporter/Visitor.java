package dev.why502.exporter;

import dev.why502.definition.Visit;
import dev.why502.observation.Visited;
import io.vertx.core.Future;

/** Makes the connections that a look needs. */
@FunctionalInterface
public interface Visitor {
  /**
   * One visit, whose future never fails.
   *
   * @param door asked about the address that would be connected to, before anything is sent
   */
  Future<Visited> visit(Visit visit, Door door);

  /** Says whether a connection may be made. */
  @FunctionalInterface
  interface Door {
    /**
     * Whether this address may be connected to for this host.
     *
     * @param host the name or address as the target or redirect gave it
     * @param address the IP address, in its short text form
     */
    boolean open(String host, String address, int port);
  }
}
