package dev.why502.app;

import dev.why502.definition.Probe;
import dev.why502.history.Counts;
import dev.why502.history.Figures;
import dev.why502.history.Ledger;
import dev.why502.history.Rollup;
import dev.why502.history.Tally;
import dev.why502.web.Meters;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * How each probe has done, for whoever scrapes. A few of them are reckoned anew each time, so that
 * no thousands of them hold up the engine's event loop, on which all of this is.
 */
final class Figuring implements Tally.Counted {
  static final int MAX_AT_ONCE = 250;

  private final Ledger ledger = new Ledger();
  private final Meters meters;
  private final Map<String, Probe> probes = new HashMap<>();
  private final Deque<String> turn = new ArrayDeque<>();

  Figuring(Meters meters) {
    this.meters = meters;
  }

  void replace(Collection<Probe> all) {
    probes.clear();
    turn.clear();
    all.stream().filter(Probe::enabled).forEach(probe -> probes.put(probe.id(), probe));
    turn.addAll(probes.keySet());
  }

  /** What was stored before we counted anything. */
  void stored(Collection<Rollup> rollups) {
    rollups.forEach(ledger::stored);
  }

  @Override
  public void counted(String probe, Instant at, Counts more) {
    ledger.counted(probe, at, more);
  }

  void forgotten(String probe) {
    ledger.forget(probe);
  }

  void beat(Instant now) {
    for (int i = Math.min(turn.size(), MAX_AT_ONCE); i > 0; i--) {
      String id = turn.remove();
      turn.add(id);
      Probe probe = probes.get(id);
      if (probe != null) {
        meters.figures(id, Figures.of(window -> ledger.uptime(id, window, now), probe.objective()));
      }
    }
  }
}
