package dev.why502.engine;

import dev.why502.definition.Probe;
import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.State;
import dev.why502.diagnosis.Verdict;
import dev.why502.evidence.Case;
import dev.why502.observation.Observation;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the engine remembers of one probe between its rounds. Confined to the engine's context. */
final class Watched {
  /** Who asks for one more look while one is under way. */
  static final int MAX_AFTER = 16;

  private Probe probe;
  private @Nullable Verdict verdict;
  private final @Nullable Standing before;
  private Instant since;
  private @Nullable Instant publishedAt;
  private @Nullable Instant lookedAt;
  private boolean looking;
  private @Nullable Observation missed;
  private @Nullable Case outlook;
  private final Deque<Runnable> after = new ArrayDeque<>();

  /**
   * @param before what stood when we ran last, or null
   */
  Watched(Probe probe, Instant now, @Nullable Standing before) {
    this.probe = probe;
    this.since = now;
    this.before = before;
  }

  Probe probe() {
    return probe;
  }

  void redefined(Probe other) {
    if (!other.equals(probe)) {
      outlook = null;
    }
    probe = other;
  }

  @Nullable Verdict verdict() {
    return verdict;
  }

  boolean looking() {
    return looking;
  }

  void beginLook(Instant now) {
    looking = true;
    lookedAt = now;
  }

  void endLook() {
    looking = false;
  }

  /**
   * Waits for the look that is under way.
   *
   * @return false where too many wait already
   */
  boolean after(Runnable then) {
    return after.size() < MAX_AFTER && after.add(then);
  }

  /** Those that waited for a look that has ended; they wait no more. */
  List<Runnable> takeAfter() {
    List<Runnable> all = List.copyOf(after);
    after.clear();
    return all;
  }

  /** A bad observation that came while a look was under way. */
  void miss(Observation observation) {
    missed = observation;
  }

  /** The last bad observation that no look has begun with, once. */
  @Nullable Observation takeMissed() {
    Observation last = missed;
    missed = null;
    return last;
  }

  /** When the last close look began, or null. */
  @Nullable Instant lookedAt() {
    return lookedAt;
  }

  /**
   * A case that a close look took: where it showed risks, they stand until the next one, and so
   * does what shows them.
   */
  void looked(Case taken, Verdict of) {
    boolean risky = probe.edge() && of.state() == State.UP && !of.risks().isEmpty();
    outlook = risky ? taken : null;
  }

  /** The case of the last close look where all was well but for risks, or null. */
  @Nullable Case outlook() {
    return outlook;
  }

  /** Nothing but good news stands. */
  boolean standsWell() {
    return verdict != null && verdict.state() == State.UP;
  }

  /**
   * Whether what stands is to be said again. A clock that was set back must not make us silent
   * until it has caught up, so only the distance counts.
   */
  boolean repeatDue(Instant now, long repeatMillis) {
    return publishedAt == null
        || Math.abs(now.toEpochMilli() - publishedAt.toEpochMilli()) >= repeatMillis;
  }

  /** The first verdict goes on with a state that was known before we ran. */
  private Instant sinceOf(Verdict first) {
    boolean goesOn =
        before != null && before.state() == first.state() && before.since().isBefore(first.at());
    return before != null && goesOn ? before.since() : first.at();
  }

  /**
   * Takes a new verdict.
   *
   * @return the verdict as it is to be published, or null when it is no news
   */
  @Nullable Verdict take(Verdict next, Instant now, long repeatMillis) {
    Verdict last = verdict;
    if (last == null) {
      since = sinceOf(next);
    } else if (last.state() != next.state()) {
      since = next.at();
    }
    verdict = next.withSince(since);
    boolean news =
        last == null
            || last.state() != next.state()
            || last.cause() != next.cause()
            || last.confidence() != next.confidence()
            || !causes(last).equals(causes(next));
    if (!news && !repeatDue(now, repeatMillis)) {
      return null;
    }
    publishedAt = now;
    return verdict;
  }

  private static List<Cause> causes(Verdict of) {
    return of.risks().stream().map(Verdict.Risk::cause).distinct().sorted().toList();
  }
}
