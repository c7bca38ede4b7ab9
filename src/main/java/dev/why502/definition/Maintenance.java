package dev.why502.definition;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When nobody is to be told. Probes are measured all the same, and incidents are opened and
 * resolved; only their events are marked as silenced.
 */
public record Maintenance(List<Window> windows) {
  public static final int MAX_WINDOWS = 1_000;

  /** Never. */
  public static final Maintenance NONE = new Maintenance(List.of());

  /**
   * @throws IllegalArgumentException for more than {@value #MAX_WINDOWS} windows
   */
  public Maintenance {
    windows = List.copyOf(windows);
    if (windows.size() > MAX_WINDOWS) {
      throw new IllegalArgumentException("more than " + MAX_WINDOWS + " windows");
    }
  }

  /** The windows that cover this moment. */
  public List<Window> at(Instant wall) {
    return windows.isEmpty()
        ? List.of()
        : windows.stream().filter(window -> window.covers(wall)).toList();
  }

  /** One of these windows is this probe's. */
  public static boolean takes(List<Window> windows, Probe probe) {
    for (Window window : windows) {
      if (window.selection().takes(probe)) {
        return true;
      }
    }
    return false;
  }

  /** A time of maintenance. */
  public sealed interface Window permits Once, Recurring {
    Selection selection();

    boolean covers(Instant wall);
  }

  /** From one moment until before another. */
  public record Once(Selection selection, Instant from, Instant to) implements Window {
    /**
     * @throws IllegalArgumentException where it ends before it begins
     */
    public Once {
      if (!from.isBefore(to)) {
        throw new IllegalArgumentException("ends before it begins: " + from + " to " + to);
      }
    }

    @Override
    public boolean covers(Instant wall) {
      return !wall.isBefore(from) && wall.isBefore(to);
    }
  }

  /**
   * Again and again, for so long each time.
   *
   * @param zone by whose clocks the time of beginning is meant; the length is time that passes
   */
  public record Recurring(Selection selection, Cron cron, ZoneId zone, Duration length)
      implements Window {
    public static final Duration MAX_LENGTH = Duration.ofDays(31);

    /**
     * @throws IllegalArgumentException for a length that is not positive, or longer than {@link
     *     #MAX_LENGTH}
     */
    public Recurring {
      if (length.isNegative() || length.isZero() || length.compareTo(MAX_LENGTH) > 0) {
        throw new IllegalArgumentException("a length of up to 31 days is needed, not " + length);
      }
    }

    @Override
    public boolean covers(Instant wall) {
      @Nullable ZonedDateTime began = cron.last(wall.atZone(zone), length);
      return began != null && wall.isBefore(began.toInstant().plus(length));
    }
  }
}
