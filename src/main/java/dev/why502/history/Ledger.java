package dev.why502.history;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The counts of all windows of many probes, in memory, for what is asked every few seconds. It is
 * filled from the store once and goes on by itself. Not for several threads.
 *
 * <p>A probe takes some 3 KB. A clock that jumps ahead by more than a window and back again makes
 * it forget that window; the store still has it.
 */
public final class Ledger implements Tally.Counted {
  /** Windows of more probes than that are not told here. */
  public static final int MAX_PROBES = 10_000;

  private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);

  private final Map<String, Map<Step, Ring>> probes = new HashMap<>();

  @Override
  public void counted(String probe, Instant at, Counts more) {
    Map<Step, Ring> rings = rings(probe);
    if (rings != null) {
      rings.values().forEach(ring -> ring.add(at, more));
    }
  }

  /** What was stored before this process counted anything; each step fills its own windows. */
  public void stored(Rollup rollup) {
    Map<Step, Ring> rings = rings(rollup.probe());
    Ring ring = rings == null ? null : rings.get(rollup.step());
    if (ring != null) {
      ring.add(rollup.start(), rollup.counts());
    }
  }

  /**
   * Of a window that ends now, in slots of five minutes, hours or days: as much longer than its
   * name says as it is since a slot began.
   */
  public Uptime uptime(String probe, Window window, Instant now) {
    Map<Step, Ring> rings = probes.get(probe);
    Ring ring = rings == null ? null : rings.get(window.step());
    if (ring == null) {
      return new Uptime(window, window.from(now), now, Counts.NONE);
    }
    long first = ring.slot(now.minus(window.length()));
    Instant from = Instant.ofEpochMilli(first * ring.slotMillis);
    return new Uptime(window, from, now, ring.sum(first, ring.slot(now)));
  }

  /** The probe is no longer declared. */
  public void forget(String probe) {
    probes.remove(probe);
  }

  private @Nullable Map<Step, Ring> rings(String probe) {
    Map<Step, Ring> known = probes.get(probe);
    if (known == null && probes.size() < MAX_PROBES) {
      known = new EnumMap<>(Step.class);
      known.put(Step.MINUTE, new Ring(FIVE_MINUTES, Window.HOURS_6));
      known.put(Step.HOUR, new Ring(Step.HOUR.length(), Window.WEEK));
      known.put(Step.DAY, new Ring(Step.DAY.length(), Window.QUARTER));
      probes.put(probe, known);
    }
    return known;
  }

  /** The last slots of one length. */
  private static final class Ring {
    private static final int COLUMNS = 5;

    final long slotMillis;
    private final int size;
    private final int[][] columns = new int[COLUMNS][];
    private long newest = Long.MIN_VALUE;

    Ring(Duration slot, Window longest) {
      slotMillis = slot.toMillis();
      // The window, the slot that it begins within, and the one under way.
      size = (int) (longest.length().toMillis() / slotMillis) + 2;
    }

    long slot(Instant at) {
      return Math.floorDiv(at.toEpochMilli(), slotMillis);
    }

    void add(Instant at, Counts more) {
      long slot = slot(at);
      if (newest == Long.MIN_VALUE) {
        newest = slot;
      }
      if (slot <= newest - size) {
        return;
      }
      for (long passed = Math.max(newest + 1, slot - size + 1); passed <= slot; passed++) {
        clear((int) Math.floorMod(passed, (long) size));
      }
      newest = Math.max(newest, slot);
      int index = (int) Math.floorMod(slot, (long) size);
      add(0, index, more.known());
      add(1, index, more.failures());
      add(2, index, more.maintenanceRuns());
      add(3, index, more.maintenanceFailures());
      add(4, index, more.coveredMillis() / 100);
    }

    private void clear(int index) {
      for (int[] column : columns) {
        if (column != null) {
          column[index] = 0;
        }
      }
    }

    /** A column that stays empty, as failures mostly do, takes no room. */
    private void add(int column, int index, long more) {
      int[] values = columns[column];
      if (values == null && more != 0) {
        values = new int[size];
        columns[column] = values;
      }
      if (values != null) {
        values[index] = (int) Math.min(Integer.MAX_VALUE, values[index] + more);
      }
    }

    Counts sum(long first, long last) {
      long[] sums = new long[COLUMNS];
      for (long slot = Math.max(first, newest - size + 1); slot <= Math.min(last, newest); slot++) {
        int index = (int) Math.floorMod(slot, (long) size);
        for (int column = 0; column < COLUMNS; column++) {
          int[] values = columns[column];
          sums[column] += values == null ? 0 : values[index];
        }
      }
      return new Counts(sums[0], sums[1], 0, sums[2], sums[3], sums[4] * 100);
    }
  }
}
