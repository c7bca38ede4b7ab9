package dev.why502.notify;

import java.util.ArrayDeque;
import java.util.Deque;

/** So many within so long, never more, wherever one begins to count. */
final class Pace {
  private final int most;
  private final long windowMillis;
  private final Deque<Long> sent = new ArrayDeque<>();

  Pace(int most, long windowMillis) {
    this.most = most;
    this.windowMillis = windowMillis;
  }

  /** Milliseconds until the next one may be sent; 0 for now. */
  long waitMillis(long nowMillis) {
    while (!sent.isEmpty() && nowMillis - sent.getFirst() >= windowMillis) {
      sent.removeFirst();
    }
    return sent.size() < most ? 0 : windowMillis - (nowMillis - sent.getFirst());
  }

  void sent(long nowMillis) {
    sent.addLast(nowMillis);
    if (sent.size() > most) {
      sent.removeFirst();
    }
  }
}
