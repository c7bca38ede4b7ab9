package dev.why502.history;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far back one looks. What is made of rollups begins where a rollup does: a window is up to one
 * step longer than its name says, and never shorter.
 */
public enum Window {
  HOUR("1h", Duration.ofHours(1), Step.MINUTE),
  HOURS_6("6h", Duration.ofHours(6), Step.MINUTE),
  DAY("24h", Duration.ofHours(24), Step.HOUR),
  DAYS_3("3d", Duration.ofDays(3), Step.HOUR),
  WEEK("7d", Duration.ofDays(7), Step.HOUR),
  MONTH("30d", Duration.ofDays(30), Step.DAY),
  QUARTER("90d", Duration.ofDays(90), Step.DAY);

  /** Of which uptime is told. */
  public static final List<Window> UPTIME = List.of(HOUR, DAY, WEEK, MONTH, QUARTER);

  /**
   * Of which it is told how fast they use up the error budget: those of multiwindow alerts (Google,
   * The Site Reliability Workbook, chapter 5).
   */
  public static final List<Window> BURN = List.of(HOUR, HOURS_6, DAY, DAYS_3);

  private final String code;
  private final Duration length;
  private final Step step;

  Window(String code, Duration length, Step step) {
    this.code = code;
    this.length = length;
    this.step = step;
  }

  /** As it is written in an objective, an address, a metric. */
  public String code() {
    return code;
  }

  public Duration length() {
    return length;
  }

  /** Of the rollups that it is made of. */
  public Step step() {
    return step;
  }

  /** The first moment that counts. */
  public Instant from(Instant now) {
    return step.floor(now.minus(length));
  }

  /** The window of this code, or null where it is none of ours. */
  public static @Nullable Window of(String code) {
    for (Window window : values()) {
      if (window.code.equals(code)) {
        return window;
      }
    }
    return null;
  }

  /** The window of this length, or null where it is none of ours. */
  public static @Nullable Window of(Duration length) {
    for (Window window : values()) {
      if (window.length.equals(length)) {
        return window;
      }
    }
    return null;
  }
}
