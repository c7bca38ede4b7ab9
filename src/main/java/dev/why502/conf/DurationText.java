package dev.why502.conf;

import java.time.Duration;

/**
 * Durations as Prometheus writes them: {@code 500ms}, {@code 10s}, {@code 5m}, {@code 1h30m},
 * {@code 1d}; larger units first, each at most once.
 */
final class DurationText {
  private static final String[] UNITS = {"d", "h", "m", "s", "ms"};
  private static final long[] UNIT_MILLIS = {86_400_000, 3_600_000, 60_000, 1_000, 1};
  private static final int MOST_DIGITS = 9;

  private DurationText() {}

  static Parsed<Duration> parse(String text) {
    long millis = 0;
    int unit = 0;
    int at = 0;
    while (at < text.length()) {
      int digits = at;
      while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        at++;
      }
      int letters = at;
      while (at < text.length() && text.charAt(at) >= 'a' && text.charAt(at) <= 'z') {
        at++;
      }
      String name = text.substring(letters, at);
      while (unit < UNITS.length && !UNITS[unit].equals(name)) {
        unit++;
      }
      if (unit == UNITS.length || letters == digits || letters - digits > MOST_DIGITS) {
        return notOne();
      }
      millis += Long.parseLong(text.substring(digits, letters)) * UNIT_MILLIS[unit++];
    }
    return text.isEmpty() ? notOne() : Parsed.of(Duration.ofMillis(millis));
  }

  /** As {@link #parse} reads it. */
  static String text(Duration duration) {
    long millis = duration.toMillis();
    int unit = 0;
    while (unit < UNITS.length - 1
        && (millis < UNIT_MILLIS[unit] || millis % UNIT_MILLIS[unit] != 0)) {
      unit++;
    }
    return millis / UNIT_MILLIS[unit] + UNITS[unit];
  }

  private static Parsed<Duration> notOne() {
    return Parsed.not("is not a duration such as \"500ms\", \"10s\", \"5m\" or \"1h\"");
  }
}
