package dev.why502.remedy;

import dev.why502.definition.Remedy;
import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.Confidence;
import dev.why502.diagnosis.State;
import dev.why502.diagnosis.Verdict;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a remedy may run now. Arithmetic on what it is told, changed in place. All times are
 * milliseconds of one clock that only goes forward: setting the clock on the wall shortens no rest.
 */
final class Clearance {
  /** Runs that repair nothing, one after the other, until a person has to look. */
  static final int FAILURES_UNTIL_STOPPED = 3;

  static final long HOUR_MILLIS = 3_600_000;

  /** Remedies that are remembered, those no longer defined included. */
  static final int MAX_TRACKS = 1_000;

  private final boolean allowed;
  private final Map<String, Standing> standing = new HashMap<>();
  private final Map<String, Track> tracks = new LinkedHashMap<>();
  private boolean recalled;
  private @Nullable String running;

  /**
   * @param allowed whether any remedy may run
   */
  Clearance(boolean allowed) {
    this.allowed = allowed;
  }

  /** What stands of a probe, and for how many rounds in a row it was so sure. */
  private record Standing(Cause cause, int certain, int likely, long countedMillis) {}

  private static final class Track {
    final Deque<Long> begun = new ArrayDeque<>();
    @Nullable Long restsFrom;
    int failures;
    @Nullable String stopped;
  }

  /** Forgets probes that are no longer there, and remedies when there are too many. */
  void retain(Set<String> probes, Set<String> remedies) {
    standing.keySet().retainAll(probes);
    if (tracks.size() > MAX_TRACKS) {
      tracks.keySet().retainAll(remedies);
    }
  }

  /**
   * Takes a verdict. Several within half an interval are of one round.
   *
   * @param intervalMillis between two rounds of the probe
   */
  void heard(Verdict verdict, long intervalMillis, long nowMillis) {
    boolean fault = verdict.state() == State.DOWN || verdict.state() == State.DEGRADED;
    if (!fault) {
      standing.remove(verdict.probe());
      return;
    }
    Standing known = standing.get(verdict.probe());
    // Of another cause nothing counts.
    Standing before = known != null && known.cause() == verdict.cause() ? known : null;
    boolean round = before == null || nowMillis - before.countedMillis() >= intervalMillis / 2;
    boolean certain = verdict.confidence() == Confidence.CERTAIN;
    boolean likely = certain || verdict.confidence() == Confidence.LIKELY;
    int one = round ? 1 : 0;
    standing.put(
        verdict.probe(),
        new Standing(
            verdict.cause(),
            certain ? Math.max(1, (before == null ? 0 : before.certain()) + one) : 0,
            likely ? Math.max(1, (before == null ? 0 : before.likely()) + one) : 0,
            before == null || round ? nowMillis : before.countedMillis()));
  }

  /** Whether this is still the cause that was heard last of the probe. */
  boolean stands(String probe, Cause cause) {
    Standing now = standing.get(probe);
    return now != null && now.cause() == cause;
  }

  /** Whether a remedy is for what the verdict says, whatever else keeps it from running. */
  static boolean isFor(Remedy remedy, Verdict verdict) {
    boolean fault = verdict.state() == State.DOWN || verdict.state() == State.DEGRADED;
    return fault && remedy.causes().contains(verdict.cause().code());
  }

  /**
   * The one reason why a remedy does not run for the verdict that was {@link #heard} last.
   *
   * @param filled whether the verdict gives what the remedy's arguments ask for
   * @param silenced whether the probe is in maintenance
   * @return null where it may run
   */
  @Nullable Refusal refusal(
      Remedy remedy, Verdict verdict, boolean filled, boolean silenced, long nowMillis) {
    Standing heard = standing.get(verdict.probe());
    if (!isFor(remedy, verdict) || heard == null || heard.cause() != verdict.cause()) {
      return Refusal.OTHER_CAUSE;
    }
    int rounds =
        switch (remedy.sureness()) {
          case CERTAIN -> heard.certain();
          case LIKELY -> heard.likely();
        };
    if (rounds == 0) {
      return Refusal.NOT_SURE;
    }
    if (rounds < remedy.rounds()) {
      return Refusal.TOO_FEW_ROUNDS;
    }
    if (!recalled) {
      return Refusal.NOT_RECALLED;
    }
    Track track = tracks.get(remedy.id());
    if (track != null && track.stopped != null) {
      return Refusal.STOPPED;
    }
    if (silenced) {
      return Refusal.MAINTENANCE;
    }
    if (!filled) {
      return Refusal.NOT_FILLED;
    }
    if (running != null) {
      return Refusal.ANOTHER_RUNS;
    }
    if (track != null
        && track.restsFrom != null
        && nowMillis - track.restsFrom < remedy.cooldown().toMillis()) {
      return Refusal.COOLING_DOWN;
    }
    if (runsThisHour(remedy.id(), nowMillis) >= remedy.maxPerHour()) {
      return Refusal.TOO_OFTEN;
    }
    return allowed ? null : Refusal.NOT_ALLOWED;
  }

  /** It runs: no other one does until it has ended. */
  void began(String remedy, long nowMillis) {
    running = remedy;
    Track track = track(remedy);
    prune(track, nowMillis);
    track.begun.addLast(nowMillis);
    track.restsFrom = nowMillis;
  }

  /** What the run that began last came to. */
  void ended(String remedy, Outcome outcome, long nowMillis) {
    running = null;
    Track track = track(remedy);
    if (outcome == Outcome.WITHDRAWN) {
      // Nothing was run, so nothing has to rest.
      track.begun.pollLast();
      track.restsFrom = track.begun.peekLast();
      return;
    }
    track.restsFrom = nowMillis;
    came(track, outcome);
  }

  /**
   * What came before a restart, the eldest first.
   *
   * @param begunMillis when it had begun on the clock of now, which may be below zero
   * @param restsMillis when it ended
   */
  void restore(String remedy, Outcome outcome, long begunMillis, long restsMillis) {
    Track track = track(remedy);
    switch (outcome) {
      case WITHDRAWN, WOULD_RUN -> {}
      case RESUMED -> resume(remedy);
      case STARTED, REPAIRED, NOT_REPAIRED, WORSE -> {
        track.begun.addLast(begunMillis);
        track.restsFrom = restsMillis;
        // One that never came to an end repaired nothing that anybody saw.
        came(track, outcome == Outcome.STARTED ? Outcome.NOT_REPAIRED : outcome);
      }
    }
  }

  /** All that came before is known: until then a rest or a stop might be overlooked. */
  void recalled() {
    recalled = true;
  }

  private static void came(Track track, Outcome outcome) {
    if (outcome == Outcome.REPAIRED) {
      track.failures = 0;
      return;
    }
    track.failures++;
    if (outcome == Outcome.WORSE) {
      track.stopped = "its last run made it worse";
    } else if (track.failures >= FAILURES_UNTIL_STOPPED) {
      track.stopped = track.failures + " runs in a row repaired nothing";
    }
  }

  /** A person has looked; false where nothing was stopped. */
  boolean resume(String remedy) {
    Track track = tracks.get(remedy);
    if (track == null || track.stopped == null) {
      return false;
    }
    track.stopped = null;
    track.failures = 0;
    return true;
  }

  /** Why it is stopped, or null. */
  @Nullable String stopped(String remedy) {
    Track track = tracks.get(remedy);
    return track == null ? null : track.stopped;
  }

  /** The remedy that runs, or null. */
  @Nullable String running() {
    return running;
  }

  int runsThisHour(String remedy, long nowMillis) {
    Track track = tracks.get(remedy);
    if (track == null) {
      return 0;
    }
    prune(track, nowMillis);
    return track.begun.size();
  }

  private static void prune(Track track, long nowMillis) {
    while (!track.begun.isEmpty() && nowMillis - track.begun.peekFirst() >= HOUR_MILLIS) {
      track.begun.removeFirst();
    }
  }

  private Track track(String remedy) {
    return tracks.computeIfAbsent(remedy, id -> new Track());
  }
}
