package dev.why502.probe;

import dev.why502.observation.Phase;
import java.util.EnumMap;
import java.util.Map;

/**
 * The trail of one run: when each phase began and ended. The phase still open when the run fails is
 * the place of the failure. Over redirects the times of a phase add up.
 */
final class Trace {
  private final long startNanos;
  private final Map<Phase, Double> spentMillis = new EnumMap<>(Phase.class);
  private Phase open = Phase.RESOLVE;
  private long openedNanos;
  private boolean closed = true;

  Trace(long nanos) {
    startNanos = nanos;
    openedNanos = nanos;
  }

  /** Ends the open phase and begins the next. */
  void enter(Phase next, long nanos) {
    close(nanos);
    open = next;
    openedNanos = nanos;
    closed = false;
  }

  /** Ends the open phase; {@link #open()} still names it. */
  void close(long nanos) {
    if (!closed) {
      spentMillis.merge(open, (nanos - openedNanos) / 1e6, Double::sum);
      closed = true;
    }
  }

  /** The phase that is open, or was last. */
  Phase open() {
    return open;
  }

  double totalMillis(long nanos) {
    return (nanos - startNanos) / 1e6;
  }

  /** Milliseconds of each phase that happened; the map is given away with the last observation. */
  Map<Phase, Double> millis() {
    return spentMillis;
  }
}
