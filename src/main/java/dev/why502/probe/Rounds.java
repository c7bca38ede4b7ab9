package dev.why502.probe;

import dev.why502.definition.Probe;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * When each probe is due: fixed rate, counted from absolute plan times, the phases spread over the
 * interval by a hash of the id, so that they are the same after a restart and no two hosts' probes
 * bunch. Pure: the time is told. What comes due while {@link Schedule#MOST_IN_FLIGHT} probes run
 * waits its turn and is late, not lost.
 */
final class Rounds {
  /** Intervals from here on are kept to a tick, which spares a wake-up for each probe. */
  static final long BATCHED_FROM_NANOS = 5_000_000_000L;

  static final long TICK_NANOS = 10_000_000;

  /** The first round takes this much time, or the interval where that is shorter. */
  static final long FIRST_ROUND_NANOS = 1_000_000_000L;

  /**
   * Above a thousand probes the first round takes a millisecond more for each: a process that has
   * just started is slow, and would take its own slowness for the peers'.
   */
  private static final long FIRST_ROUND_NANOS_EACH = 1_000_000;

  /** One probe's place in the schedule. */
  static final class Slot {
    private final Probe probe;
    private final long intervalNanos;
    private long planNanos;

    /** Where the second round is: the first comes before its place, so that none waits long. */
    private long placeNanos;

    private boolean begun;
    private long dueNanos;
    private boolean running;
    private boolean waiting;
    private boolean gone;

    private Slot(Probe probe) {
      this.probe = probe;
      this.intervalNanos = Math.max(1_000_000, probe.interval().toNanos());
    }

    /** The plan is exact for ever; a long interval's rounds begin with the tick after it. */
    private void plan(long nanos) {
      planNanos = nanos;
      dueNanos =
          intervalNanos < BATCHED_FROM_NANOS ? nanos : nanos + Math.floorMod(-nanos, TICK_NANOS);
    }

    /** The first round soon, the second at the probe's place in the interval, well after it. */
    private void begin(long nowNanos, long spanNanos) {
      long first = nowNanos + part(probe.id(), Math.min(spanNanos, intervalNanos));
      long place = nowNanos + part(probe.id(), intervalNanos);
      placeNanos = place - first < intervalNanos / 4 ? place + intervalNanos : place;
      plan(first);
    }

    Probe probe() {
      return probe;
    }
  }

  /** A round to start. */
  record Start(Slot slot, long plannedNanos) {}

  private final int mostInFlight;
  private final PriorityQueue<Slot> queue =
      new PriorityQueue<>((a, b) -> Long.compare(a.dueNanos - b.dueNanos, 0));
  private final Deque<Start> backlog = new ArrayDeque<>();
  private Map<String, Slot> slots = new HashMap<>();
  private final Tally tally;
  private int inFlight;

  Rounds(int mostInFlight, Tally tally) {
    this.mostInFlight = mostInFlight;
    this.tally = tally;
  }

  /** Takes new definitions; a probe that did not change keeps its place. */
  void replace(List<Probe> probes, long nowNanos) {
    Map<String, Slot> next = new HashMap<>();
    long span = Math.max(FIRST_ROUND_NANOS, probes.size() * FIRST_ROUND_NANOS_EACH);
    for (Probe probe : probes) {
      if (!probe.enabled()) {
        continue;
      }
      Slot old = slots.remove(probe.id());
      if (old != null && old.probe.equals(probe)) {
        next.put(probe.id(), old);
        continue;
      }
      if (old != null) {
        remove(old);
      }
      Slot slot = new Slot(probe);
      slot.begin(nowNanos, span);
      next.put(probe.id(), slot);
      queue.add(slot);
    }
    slots.values().forEach(this::remove);
    slots = next;
  }

  private void remove(Slot slot) {
    slot.gone = true;
    queue.remove(slot);
  }

  /** The share of a span that an id has, evenly spread and always the same. */
  static long part(String id, long spanNanos) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : id.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    // FNV leaves the high bits of similar ids close together; a multiply and shift mixes them.
    hash ^= hash >>> 32;
    hash *= 0x9e3779b97f4a7c15L;
    return (long) ((hash >>> 11) / (double) (1L << 53) * spanNanos);
  }

  /** Nanoseconds until something is due; {@link Long#MAX_VALUE} when nothing ever is. */
  long untilNext(long nowNanos) {
    Slot next = queue.peek();
    if (next == null) {
      return Long.MAX_VALUE;
    }
    return Math.max(0, next.dueNanos - nowNanos);
  }

  /** What is to be started now. */
  List<Start> due(long nowNanos) {
    List<Start> starts = new ArrayList<>();
    Slot slot = queue.peek();
    while (slot != null && slot.dueNanos - nowNanos <= 0) {
      queue.poll();
      round(slot, nowNanos);
      queue.add(slot);
      slot = queue.peek();
    }
    startWaiting(nowNanos, starts);
    return starts;
  }

  private void round(Slot slot, long nowNanos) {
    long planned = slot.planNanos;
    long behind = nowNanos - planned;
    tally.due(1);
    if (slot.begun && behind >= slot.intervalNanos) {
      // The host slept. What was missed is not made up for; the phase is kept.
      long missed = behind / slot.intervalNanos;
      tally.due(missed);
      tally.skipped(missed);
      planned += missed * slot.intervalNanos;
    }
    slot.plan(planned);
    long dueNanos = slot.dueNanos;
    slot.plan(slot.begun ? planned + slot.intervalNanos : slot.placeNanos);
    slot.begun = true;
    if (slot.running || slot.waiting) {
      tally.skipped(1);
      return;
    }
    slot.waiting = true;
    backlog.add(new Start(slot, dueNanos));
  }

  private void startWaiting(long nowNanos, List<Start> starts) {
    while (inFlight < mostInFlight && !backlog.isEmpty()) {
      Start start = backlog.remove();
      start.slot().waiting = false;
      if (start.slot().gone) {
        continue;
      }
      start.slot().running = true;
      inFlight++;
      tally.ran(Math.max(0, nowNanos - start.plannedNanos()) / 1e6);
      starts.add(start);
    }
  }

  /** A run ended; what waited for its place is to be started now. */
  List<Start> ended(Slot slot, long nowNanos) {
    slot.running = false;
    inFlight--;
    if (backlog.isEmpty()) {
      return List.of();
    }
    List<Start> starts = new ArrayList<>();
    startWaiting(nowNanos, starts);
    return starts;
  }
}
