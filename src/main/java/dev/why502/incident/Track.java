package dev.why502.incident;

import dev.why502.definition.Probe;
import dev.why502.diagnosis.State;
import dev.why502.diagnosis.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of one probe: how often in a row it failed or was well, and which incidents it
 * is in.
 */
final class Track {
  /** A blip that the close look did not meet again is no incident: that takes a second round. */
  static final int DEGRADED_ROUNDS = 2;

  /** Incidents that one probe is in at once; what more breaks on its way is not told apart. */
  static final int MAX_INCIDENTS = 4;

  /** The incidents that befell it and that it has not recovered from. */
  final List<Ongoing> in = new ArrayList<>(1);

  Probe probe;

  /** When it began to fail, on the clock that nobody sets. */
  long failingSince;

  boolean unknown;
  private int failures;
  private int downs;
  private int successes;
  private long countedAt;
  private long recoveredAt = Long.MIN_VALUE / 2;
  private @Nullable Instant lastAt;

  Track(Probe probe) {
    this.probe = probe;
  }

  /**
   * Counts a verdict that it fails. One close look gives several, the deeper the later: they are
   * one round, as all are that come within half an interval.
   */
  void failed(Verdict verdict, AsOf asOf) {
    successes = 0;
    if (failures == 0) {
      failingSince = asOf.millis();
    }
    boolean round = failures == 0 || asOf.millis() - countedAt >= probe.interval().toMillis() / 2;
    if (round) {
      failures++;
      countedAt = asOf.millis();
    }
    if (verdict.state() != State.DOWN) {
      downs = 0;
    } else if (round || downs == 0) {
      downs++;
    }
  }

  /** Counts a verdict that it is well. */
  void served(Verdict verdict) {
    failures = 0;
    downs = 0;
    if (!verdict.at().equals(lastAt)) {
      lastAt = verdict.at();
      successes++;
    }
  }

  /** It has failed often enough to be told. */
  boolean hasFailed(State state) {
    int wanted = probe.threshold().failures();
    return state == State.DOWN ? downs >= wanted : failures >= Math.max(wanted, DEGRADED_ROUNDS);
  }

  boolean hasRecovered() {
    return successes >= probe.threshold().successes();
  }

  /** It was heard, and whether it belongs to an incident is known. */
  boolean decided() {
    return !unknown && (failures == 0 ? successes > 0 : !in.isEmpty());
  }

  void recovered(AsOf asOf) {
    recoveredAt = asOf.millis();
  }

  /** It recovered itself so lately that what is late is not its word. */
  boolean sawRecovery(AsOf asOf) {
    return asOf.millis() - recoveredAt <= Relapses.LATE_MILLIS;
  }

  void joined(Ongoing incident) {
    in.add(incident);
  }

  void left(Ongoing incident) {
    in.remove(incident);
  }

  /**
   * It is still its first round in which it fails: what it says now is the same fault, seen closer.
   */
  boolean looking(AsOf asOf) {
    return asOf.millis() - failingSince < probe.interval().toMillis() * 3 / 4;
  }

  /** Longest time between a fault and the first verdict of this probe that tells what it is. */
  long windowMillis() {
    return probe.interval().toMillis() + Incidents.LOOK_MILLIS;
  }
}
