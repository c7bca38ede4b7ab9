package dev.why502.store;

import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What waits to be written, in order. Where there is too much, what is missed least goes first:
 * observations, then rollups, then verdicts; of incidents first the cases and what a later change
 * of the same incident replaces, and only beyond {@value #MAX_INCIDENTS} the oldest.
 */
final class Pending {
  static final int MAX_INCIDENTS = 1_000;
  static final int MAX_VERDICTS = 20_000;
  static final int MAX_ROLLUPS = 50_000;
  static final int MAX_OBSERVATIONS = 5_000;

  /** Of all together, 2 bytes each at most. */
  static final long MAX_CHARS = 32L << 20;

  private enum Rank {
    OBSERVATION(MAX_OBSERVATIONS),
    ROLLUP(MAX_ROLLUPS),
    VERDICT(MAX_VERDICTS),
    INCIDENT(MAX_INCIDENTS);

    final int most;

    Rank(int most) {
      this.most = most;
    }
  }

  /** One entry, and who waits for it. */
  static final class Waiting {
    final long number;
    final Promise<Void> promise;
    private Entry entry;
    private boolean replaced;

    Waiting(long number, Entry entry, Promise<Void> promise) {
      this.number = number;
      this.entry = entry;
      this.promise = promise;
    }

    Entry entry() {
      return entry;
    }

    /** A later change of the same incident stands further back in the queue. */
    boolean replaced() {
      return replaced;
    }
  }

  private final Map<Rank, Deque<Waiting>> queues = new EnumMap<>(Rank.class);
  private final long maxChars;
  private long chars;
  private int size;

  Pending() {
    this(MAX_CHARS);
  }

  Pending(long maxChars) {
    this.maxChars = maxChars;
    for (Rank rank : Rank.values()) {
      queues.put(rank, new ArrayDeque<>());
    }
  }

  int size() {
    return size;
  }

  long chars() {
    return chars;
  }

  /** Whether something waits that somebody waits for in turn: an incident is told when stored. */
  boolean urgent() {
    return !queue(Rank.INCIDENT).isEmpty();
  }

  /** Takes one more; what had to go for it. */
  List<Waiting> add(Waiting one) {
    List<Waiting> dropped = new ArrayList<>();
    Rank rank = rank(one.entry);
    push(rank, one);
    if (queue(rank).size() > rank.most) {
      dropped.add(pop(rank));
    }
    for (Rank each : Rank.values()) {
      while (chars > maxChars && each != Rank.INCIDENT && !queue(each).isEmpty()) {
        dropped.add(pop(each));
      }
    }
    if (chars > maxChars) {
      lighten();
    }
    return dropped;
  }

  /** The first ones, in the order in which they came. */
  List<Waiting> take(int most) {
    List<Waiting> taken = new ArrayList<>();
    while (taken.size() < most && size > 0) {
      Rank first = null;
      for (Rank rank : Rank.values()) {
        Waiting head = queue(rank).peekFirst();
        if (head != null && (first == null || head.number < queue(first).getFirst().number)) {
          first = rank;
        }
      }
      if (first == null) {
        throw new AssertionError("entries are counted that are not there");
      }
      taken.add(pop(first));
    }
    return taken;
  }

  /** Undoes {@link #take}. */
  void putBack(List<Waiting> taken) {
    for (int i = taken.size() - 1; i >= 0; i--) {
      Waiting one = taken.get(i);
      queue(rank(one.entry)).addFirst(one);
      chars += one.entry.chars();
      size++;
    }
  }

  private void lighten() {
    Set<String> later = new HashSet<>();
    for (Iterator<Waiting> each = queue(Rank.INCIDENT).descendingIterator(); each.hasNext(); ) {
      Waiting one = each.next();
      if (one.entry instanceof Entry.IncidentChange change) {
        chars -= change.chars();
        one.replaced = !later.add(change.id());
        one.entry = one.replaced ? change.eventOnly() : change.withoutCase();
        chars += one.entry.chars();
      }
    }
  }

  private static Rank rank(Entry entry) {
    if (entry instanceof Entry.RawObservation) {
      return Rank.OBSERVATION;
    }
    if (entry instanceof Entry.Rolled) {
      return Rank.ROLLUP;
    }
    if (entry instanceof Entry.VerdictChange || entry instanceof Entry.DefinitionsVersion) {
      return Rank.VERDICT;
    }
    return Rank.INCIDENT;
  }

  private void push(Rank rank, Waiting one) {
    queue(rank).addLast(one);
    chars += one.entry.chars();
    size++;
  }

  private Waiting pop(Rank rank) {
    Waiting one = queue(rank).removeFirst();
    chars -= one.entry.chars();
    size--;
    return one;
  }

  private Deque<Waiting> queue(Rank rank) {
    Deque<Waiting> queue = queues.get(rank);
    if (queue == null) {
      throw new AssertionError(rank);
    }
    return queue;
  }
}
