package dev.why502.bus;

import java.math.BigInteger;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as definitions write them: {@code 500ms}, {@code 10s}, {@code 5m}. */
final class DurationText {
  /** Bounded digits: the text may come from a stored case. */
  private static final Pattern FORM = Pattern.compile("(-?[0-9]{1,18})(ns|us|ms|s|m|h|d)");

  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private DurationText() {}

  /** The shortest form that loses nothing. */
  static String of(Duration duration) {
    long seconds = duration.toSeconds();
    long nanos = duration.minusSeconds(seconds).toNanos();
    if (nanos == 0) {
      return seconds % 60 == 0 && seconds != 0 ? seconds / 60 + "m" : seconds + "s";
    }
    BigInteger all =
        BigInteger.valueOf(seconds)
            .multiply(BigInteger.valueOf(NANOS_PER_SECOND))
            .add(BigInteger.valueOf(nanos));
    if (nanos % 1_000_000 == 0) {
      return all.divide(BigInteger.valueOf(1_000_000)) + "ms";
    }
    return nanos % 1_000 == 0 ? all.divide(BigInteger.valueOf(1_000)) + "us" : all + "ns";
  }

  /**
   * @throws IllegalArgumentException when the text has another form or is out of range
   */
  static Duration parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("a duration such as 500ms, 10s or 5m is needed");
    }
    long amount = Long.parseLong(matcher.group(1));
    try {
      return switch (matcher.group(2)) {
        case "ns" -> Duration.ofNanos(amount);
        case "us" ->
            Duration.ofSeconds(
                Math.floorDiv(amount, 1_000_000L), Math.floorMod(amount, 1_000_000L) * 1_000);
        case "ms" -> Duration.ofMillis(amount);
        case "s" -> Duration.ofSeconds(amount);
        case "m" -> Duration.ofMinutes(amount);
        case "h" -> Duration.ofHours(amount);
        default -> Duration.ofDays(amount);
      };
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("the duration is out of range", e);
    }
  }
}
