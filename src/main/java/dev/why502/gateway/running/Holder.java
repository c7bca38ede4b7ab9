package dev.why502.gateway.running;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who takes connections at an address of this host.
 *
 * @param gateways those that hold the socket where it is held by any; else every gateway that runs
 * @param program "node, pid 4711" where another program holds it, or null
 */
public record Holder(State state, List<RunningGateway> gateways, @Nullable String program) {
  public Holder {
    gateways = List.copyOf(gateways);
  }

  /** What is known of the socket. */
  public enum State {
    /** A gateway holds it. */
    GATEWAY,
    /** Another program holds it. */
    OTHER,
    /** It is there, and its holder does not show to us. */
    HIDDEN,
    /** Nothing listens there. */
    NOBODY,
    /** What listens could not be read. */
    NOT_KNOWN
  }
}
