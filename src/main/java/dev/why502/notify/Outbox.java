package dev.why502.notify;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one receiver, oldest first. When it is full, the oldest that tells no beginning
 * and no end gives way: who knows that something broke can look, who does not cannot.
 */
final class Outbox {
  static final int MOST = 1_000;

  /**
   * One message to come.
   *
   * @param keys of all notices that it tells, in their order
   * @param sinceMillis when the first of them came, on a clock that only goes forward
   * @param again whether an earlier run may have told it
   */
  record Waiting(Notice notice, List<String> keys, long sinceMillis, boolean again) {
    Waiting {
      keys = List.copyOf(keys);
    }
  }

  private final int most;
  private final Deque<Waiting> waiting = new ArrayDeque<>();

  Outbox(int most) {
    this.most = most;
  }

  /**
   * Takes a notice.
   *
   * @param merge whether all news of an incident that wait become one message; else only a
   *     beginning is told as it has become meanwhile
   * @return what gave way, or null
   */
  @Nullable Waiting add(Notice notice, boolean merge, long nowMillis) {
    return merged(notice, merge) ? null : queue(notice, nowMillis, false);
  }

  /**
   * Takes a notice that an earlier run may have told. It is told as it is, under its own key: with
   * more in it, who honours the key would not hear what is new.
   *
   * @return what gave way, or null
   */
  @Nullable Waiting addAgain(Notice notice, boolean merge, long nowMillis) {
    return merge && merged(notice, true) ? null : queue(notice, nowMillis, true);
  }

  private @Nullable Waiting queue(Notice notice, long nowMillis, boolean again) {
    Waiting gone = waiting.size() < most ? null : giveWay();
    waiting.add(new Waiting(notice, List.of(notice.key()), nowMillis, again));
    return gone;
  }

  @Nullable Waiting peek() {
    return waiting.peek();
  }

  @Nullable Waiting poll() {
    return waiting.poll();
  }

  int size() {
    return waiting.size();
  }

  List<Waiting> clear() {
    List<Waiting> all = List.copyOf(waiting);
    waiting.clear();
    return all;
  }

  /** In the place of the older one, which may stand far ahead. */
  private boolean merged(Notice notice, boolean all) {
    if (alone(notice) || (!all && notice.kind() != Notice.Kind.CHANGED)) {
      return false;
    }
    Deque<Waiting> kept = new ArrayDeque<>(waiting.size());
    boolean merged = false;
    for (Waiting one : waiting) {
      boolean same =
          !merged
              && !alone(one.notice())
              && (all || (one.notice().kind() == Notice.Kind.OPENED && !one.again()))
              && one.notice().incidentId().equals(notice.incidentId());
      if (same) {
        List<String> keys = new ArrayList<>(one.keys());
        keys.add(notice.key());
        kept.add(new Waiting(notice.after(one.notice()), keys, one.sinceMillis(), one.again()));
        merged = true;
      } else {
        kept.add(one);
      }
    }
    if (merged) {
      waiting.clear();
      waiting.addAll(kept);
    }
    return merged;
  }

  /** It says something that no later news says. */
  private static boolean alone(Notice notice) {
    return notice.kind() == Notice.Kind.REMEDIED || notice.kind() == Notice.Kind.TEST;
  }

  private Waiting giveWay() {
    for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
      Waiting one = all.next();
      Notice.Kind kind = one.notice().kind();
      if (kind != Notice.Kind.OPENED && kind != Notice.Kind.RESOLVED) {
        all.remove();
        return one;
      }
    }
    return waiting.remove();
  }
}
