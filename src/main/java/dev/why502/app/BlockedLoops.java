package dev.why502.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Which event loops do not come round, as the checker of Vert.x reports them. For any thread. */
final class BlockedLoops {
  static final long STUCK_NANOS = 5_000_000_000L;

  /** The checker reports each blocked thread once a second, for as long as it is. */
  private static final long FRESH_NANOS = 1_500_000_000L;

  private final Map<String, Long> seen = new ConcurrentHashMap<>();

  /**
   * A thread was found blocked.
   *
   * @param durationNanos for how long it has been by now
   */
  void blocked(String thread, long durationNanos, long nowNanos) {
    // A worker may take its time: that is what it is there for.
    if (durationNanos >= STUCK_NANOS && thread.contains("eventloop")) {
      seen.put(thread, nowNanos);
    }
  }

  /** Those that have been stuck for so long and still are, in words. */
  List<String> stuck(long nowNanos) {
    List<String> stuck = new ArrayList<>();
    seen.forEach(
        (thread, at) -> {
          if (nowNanos - at > FRESH_NANOS) {
            seen.remove(thread, at);
          } else {
            stuck.add("the event loop " + thread);
          }
        });
    stuck.sort(null);
    return stuck;
  }
}
