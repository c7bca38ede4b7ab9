package dev.why502.incident;

import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** What broke and recovered lately, by its names: so that what flaps is known as what flaps. */
final class Relapses {
  /** What recovers and breaks again within this time, twice, flaps. */
  static final long WINDOW_MILLIS = 600_000;

  static final int MAX_NAMES = 20_000;

  /** Late words of looks that began before a recovery come within this time. */
  static final long LATE_MILLIS = 60_000;

  private record Ends(long last, long before, Instant wall) {}

  private final Map<String, Ends> ends =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Ends> eldest) {
          return size() > MAX_NAMES;
        }
      };

  void recovered(Collection<String> names, AsOf asOf) {
    for (String name : names) {
      Ends known = ends.remove(name);
      long before = known == null ? Long.MIN_VALUE / 2 : known.last();
      ends.put(name, new Ends(asOf.millis(), before, asOf.wall()));
    }
  }

  /** It recovered twice within the window, and now it fails again. */
  boolean flaps(Collection<String> names, AsOf asOf) {
    for (String name : names) {
      Ends known = ends.get(name);
      if (known != null && asOf.millis() - known.before() <= WINDOW_MILLIS) {
        return true;
      }
    }
    return false;
  }

  /** Seen before it recovered, and said only now. */
  boolean stale(Collection<String> names, Instant seen, AsOf asOf) {
    for (String name : names) {
      Ends known = ends.get(name);
      if (known != null
          && asOf.millis() - known.last() <= LATE_MILLIS
          && seen.isBefore(known.wall())
          // Not across a clock that was set: what it shows now must be about what it showed then.
          && Math.abs(
                  asOf.wall().toEpochMilli()
                      - known.wall().toEpochMilli()
                      - (asOf.millis() - known.last()))
              < 1000) {
        return true;
      }
    }
    return false;
  }
}
