package dev.why502.app;

import dev.why502.bus.Json;
import dev.why502.definition.Maintenance;
import dev.why502.definition.Probe;
import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.Confidence;
import dev.why502.diagnosis.State;
import dev.why502.diagnosis.Verdict;
import dev.why502.history.Rollup;
import dev.why502.history.Tally;
import dev.why502.incident.Ulids;
import dev.why502.observation.Observation;
import dev.why502.store.Entry;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Writes down what is to be remembered of rounds: each change of a verdict, each run that was not
 * as expected, and how all of them went, minute by minute. On the engine's event loop.
 */
final class Recorder {
  /** Rows of minutes that are over, written at once; the others wait for the next time. */
  static final int MAX_ROLLUPS = 500;

  private final Consumer<Entry> entries;
  private final Json json;
  private final String node;
  private final InstantSource clock;
  private final Figuring figuring;
  private final Tally tally;
  private final Map<String, Told> told = new HashMap<>();
  private volatile Maintenance maintenance = Maintenance.NONE;
  private List<Maintenance.Window> now = List.of();

  private record Told(State state, Cause cause, Confidence confidence) {}

  Recorder(
      Consumer<Entry> entries, Json json, String node, InstantSource clock, Figuring figuring) {
    this.entries = entries;
    this.json = json;
    this.node = node;
    this.clock = clock;
    this.figuring = figuring;
    // Unlike that of any process before: what it counts is added to theirs.
    this.tally = new Tally(new Ulids(new SecureRandom()::nextLong).next(clock.instant()), figuring);
  }

  /** Takes other windows of maintenance. Callable anywhere. */
  void maintain(Maintenance windows) {
    maintenance = windows;
  }

  /**
   * A run.
   *
   * @param seq under which it was published
   */
  void observed(Probe probe, Observation observation, long seq) {
    boolean silenced = !now.isEmpty() && Maintenance.takes(now, probe);
    String id = probe.id();
    if (observation.served()) {
      tally.good(id, observation.at(), probe.interval(), observation.durationMillis(), silenced);
    } else {
      tally.failed(id, observation.at(), probe.interval(), silenced);
    }
    if (!observation.expected()) {
      entries.accept(
          new Entry.RawObservation(
              id, seq, observation.at(), json.observation(observation, seq, node).encode()));
    }
  }

  /**
   * A verdict that was published, which is no change where it was only said again.
   *
   * @param seq under which it was published
   */
  void judged(Verdict verdict, long seq) {
    Told next = new Told(verdict.state(), verdict.cause(), verdict.confidence());
    if (next.equals(told.put(verdict.probe(), next))) {
      return;
    }
    entries.accept(
        new Entry.VerdictChange(
            verdict.probe(),
            seq,
            verdict.at(),
            verdict.since(),
            code(verdict.state()),
            verdict.cause().code(),
            code(verdict.confidence()),
            json.verdict(verdict, seq).encode()));
  }

  /** What a round or a look came to. */
  void concluded(Verdict verdict) {
    tally.concluded(verdict.probe(), verdict.state() == State.UNKNOWN);
  }

  /** The probe is no longer defined. */
  void forgotten(String probe) {
    told.remove(probe);
    figuring.forgotten(probe);
  }

  /** Writes what minutes came to that are over. */
  void beat() {
    Instant wall = clock.instant();
    now = maintenance.at(wall);
    write(tally.finished(wall, MAX_ROLLUPS));
    figuring.beat(wall);
  }

  /** Writes what the minute under way came to so far. */
  void end() {
    write(tally.rest());
  }

  private void write(List<Rollup> rollups) {
    rollups.forEach(rollup -> entries.accept(new Entry.Rolled(rollup)));
  }

  private static String code(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
