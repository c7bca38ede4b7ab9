package dev.why502.gateway;

import dev.why502.evidence.LogLine;
import dev.why502.evidence.LogLine.Event;
import dev.why502.evidence.LogLine.Tie;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One line of a gateway's log, taken apart by its grammar. */
public interface LoggedLine {
  /** Null when the line does not begin as lines of its log do. */
  @Nullable Instant at();

  Event event();

  /** Whether it tells of a request that failed. */
  default boolean failure() {
    return event().failure();
  }

  /** Host that the client asked for, or null. */
  @Nullable String host();

  /** Request line of the client, {@code GET /x HTTP/1.1}, or null. */
  @Nullable String request();

  /** How it belongs to a request of ours, by itself. */
  Tie tie(RequestFacts facts);

  /**
   * Key of a lasting state that the line begins or ends ({@code app/s1} of a server that is put out
   * of use), or null. The newest line of each key from before a request bears on it, unless it says
   * {@link Event#PEER_UP}.
   */
  default @Nullable String standing() {
    return null;
  }

  /**
   * The line as evidence.
   *
   * @param at its own time, or that of reading
   */
  LogLine evidence(String gateway, String file, Instant at, boolean fresh, Tie tie);
}
