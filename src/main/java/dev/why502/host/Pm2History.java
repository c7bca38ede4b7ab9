package dev.why502.host;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers how often processes had been restarted at earlier looks. A process that dies five
 * seconds after each start is never unstable to PM2, and two looks within one round do not show it;
 * two rounds do. One restart in between is what a deployment makes, so it takes more.
 */
final class Pm2History {
  static final int MAX_PROCESSES = 1000;
  static final Duration REMEMBERED = Duration.ofMinutes(3);

  private record Look(int restarts, Instant at) {}

  private final Map<String, Look> looks =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Look> eldest) {
          return size() > MAX_PROCESSES;
        }
      };

  /** Whether it was restarted more than once since the oldest look that is remembered. */
  synchronized boolean grew(String name, int restarts, Instant now) {
    Look first = looks.get(name);
    if (first == null
        || restarts < first.restarts()
        || now.isBefore(first.at())
        || Duration.between(first.at(), now).compareTo(REMEMBERED) > 0) {
      looks.put(name, new Look(restarts, now));
      return false;
    }
    return restarts - first.restarts() > 1;
  }
}
