package dev.why502.history;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts runs minute by minute and gives out what a minute came to when it is over. Not for several
 * threads.
 *
 * <p>A minute is given out again when another run of it comes in late, with all its runs and under
 * the same part, so that the later row replaces the earlier one. What was given out is kept for a
 * while for that. When the clock is set back, minutes come that may have been given out and
 * forgotten: from then on minutes are counted under a part of their own. So nothing is replaced by
 * less and nothing counted twice, and the rows add up where they are read.
 */
public final class Tally {
  /** As many as definitions may hold; runs of more are left out. */
  public static final int MAX_PROBES = 50_000;

  /** Minutes that are kept of a probe: the one under way and what may still change. */
  static final int MAX_MINUTES = 8;

  /** Failed runs of a probe whose verdict has not come: of the first ones it stays a failure. */
  static final int MAX_HELD = 64;

  /** A run is told of when it is over: so much later one of the minute before may come in. */
  static final Duration GRACE = Duration.ofSeconds(5);

  /** So long after its end, a minute may still change. */
  static final Duration KEPT = Duration.ofMinutes(2);

  private final String part;
  private final Counted counted;
  private final Map<String, Kept> probes = new HashMap<>();
  private final Deque<Rollup> leaving = new ArrayDeque<>();
  private Instant newest = Instant.EPOCH;
  private long setBack;
  private long leftOut;

  /** Hears of everything that is counted, at once. */
  @FunctionalInterface
  public interface Counted {
    /**
     * Runs of this minute, or a run that was counted otherwise before.
     *
     * @param more below zero where a failure turned out to be none
     */
    void counted(String probe, Instant at, Counts more);
  }

  /**
   * For one process.
   *
   * @param part unlike that of any other process that ever counted, such as a ULID of its start
   */
  public Tally(String part, Counted counted) {
    this.part = part;
    this.counted = counted;
  }

  /**
   * A run that was good, or only late.
   *
   * @param interval of the probe: the time that the run stands for
   * @param maintenance whether it ran during maintenance
   */
  public void good(
      String probe, Instant at, Duration interval, double durationMillis, boolean maintenance) {
    Kept kept = kept(probe);
    if (kept != null) {
      Minute minute = minute(probe, kept, at);
      add(probe, minute, Counts.good(interval, maintenance));
      minute.latency = minute.latency.merge(Latency.of(durationMillis));
    }
  }

  /** A run that failed: a failure, unless the next verdict says that it could not be told. */
  public void failed(String probe, Instant at, Duration interval, boolean maintenance) {
    Kept kept = kept(probe);
    if (kept != null) {
      Counts failure = Counts.failure(interval, maintenance);
      Minute minute = minute(probe, kept, at);
      add(probe, minute, failure);
      kept.held.add(new Held(minute, failure));
      if (kept.held.size() > MAX_HELD) {
        kept.held.remove();
      }
    }
  }

  /**
   * A verdict on what the probe saw last.
   *
   * @param unknown whether it could not be told: then none of the runs that it is of is a failure
   */
  public void concluded(String probe, boolean unknown) {
    Kept kept = probes.get(probe);
    if (kept == null) {
      return;
    }
    if (unknown) {
      for (Held held : kept.held) {
        add(probe, held.minute, Counts.unknownRun().minus(held.failure));
      }
    }
    kept.held.clear();
  }

  /**
   * Minutes that are over and have not been given out as they are now.
   *
   * @param most about so many; the others wait for the next call
   */
  public List<Rollup> finished(Instant now, int most) {
    follow(now);
    return give(now, most, false);
  }

  /** All that has not been given out, of the minute under way too: for the end of the process. */
  public List<Rollup> rest() {
    List<Rollup> given = give(newest, Integer.MAX_VALUE, true);
    probes.clear();
    setBack++;
    return given;
  }

  /** Runs that were not counted, because there were too many probes. */
  public long leftOut() {
    return leftOut;
  }

  private List<Rollup> give(Instant now, int most, boolean all) {
    List<Rollup> given = new ArrayList<>(leaving);
    leaving.clear();
    Iterator<Map.Entry<String, Kept>> each = probes.entrySet().iterator();
    while (each.hasNext() && given.size() < most) {
      Map.Entry<String, Kept> entry = each.next();
      Kept kept = entry.getValue();
      for (Minute minute : kept.minutes) {
        if (minute.changed && (all || minute.over(now))) {
          minute.changed = false;
          given.add(minute.rollup(entry.getKey()));
        }
      }
      kept.minutes.removeIf(minute -> !minute.changed && minute.past(now));
      kept.held.removeIf(held -> !kept.minutes.contains(held.minute));
      if (kept.minutes.isEmpty()) {
        each.remove();
      }
    }
    return given;
  }

  private void add(String probe, Minute minute, Counts more) {
    minute.counts = minute.counts.plus(more);
    minute.changed = true;
    counted.counted(probe, minute.start, more);
  }

  private @Nullable Kept kept(String probe) {
    if (probes.size() >= MAX_PROBES && !probes.containsKey(probe)) {
      leftOut++;
      return null;
    }
    return probes.computeIfAbsent(probe, first -> new Kept());
  }

  private Minute minute(String probe, Kept kept, Instant at) {
    follow(at);
    Instant start = Step.MINUTE.floor(at);
    for (Minute minute : kept.minutes) {
      if (minute.start.equals(start)) {
        return minute;
      }
    }
    Minute minute = new Minute(start, setBack == 0 ? part : part + "-" + setBack);
    kept.minutes.add(minute);
    if (kept.minutes.size() > MAX_MINUTES) {
      Minute eldest = kept.minutes.remove();
      kept.held.removeIf(held -> held.minute == eldest);
      leave(probe, eldest);
    }
    return minute;
  }

  /** Out of turn: the clock jumped about, and nobody asked for what is finished. */
  private void leave(String probe, Minute eldest) {
    if (eldest.changed && leaving.size() < MAX_PROBES) {
      leaving.add(eldest.rollup(probe));
    } else if (eldest.changed) {
      leftOut += eldest.counts.runs();
    }
    // Its minute may come again, and must not be given out with less under the same part.
    setBack++;
  }

  /**
   * The clock goes on, or was set back further than runs lie apart. As long as it is not, no minute
   * that is no longer kept comes again.
   */
  private void follow(Instant at) {
    if (at.isBefore(newest.minus(KEPT))) {
      setBack++;
      newest = at;
    } else if (at.isAfter(newest)) {
      newest = at;
    }
  }

  /** Of one probe. */
  private static final class Kept {
    final Deque<Minute> minutes = new ArrayDeque<>();
    final Deque<Held> held = new ArrayDeque<>();
  }

  private record Held(Minute minute, Counts failure) {}

  private static final class Minute {
    final Instant start;
    final String part;
    Counts counts = Counts.NONE;
    Latency latency = Latency.NONE;
    boolean changed;

    Minute(Instant start, String part) {
      this.start = start;
      this.part = part;
    }

    /** Its end is past, or it lies ahead, where the clock was before it was set back. */
    boolean over(Instant now) {
      return !start.plus(Step.MINUTE.length()).plus(GRACE).isAfter(now) || start.isAfter(now);
    }

    /** Nothing of it comes in any more. */
    boolean past(Instant now) {
      return !start.plus(Step.MINUTE.length()).plus(KEPT).isAfter(now)
          || start.isAfter(now.plus(KEPT));
    }

    Rollup rollup(String probe) {
      return new Rollup(probe, Step.MINUTE, start, part, counts, latency);
    }
  }
}
