package dev.why502.conf;

import dev.why502.definition.Objective;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The key {@code objective} of a probe: a percentage, or an object with one and its window. */
final class ObjectiveReader {
  static final List<String> KEYS = List.of("target", "window");

  /** Those over which uptime is told. */
  private static final List<Duration> WINDOWS =
      List.of(Duration.ofDays(1), Duration.ofDays(7), Duration.ofDays(30), Duration.ofDays(90));

  private static final Pattern PERCENT = Pattern.compile("([0-9]{1,2}(\\.[0-9]{1,6})?) ?%");

  private ObjectiveReader() {}

  static @Nullable Objective read(Members probe) {
    Json value = probe.get("objective");
    if (!(value instanceof Json.Obj)) {
      Double target = probe.parsed("objective", ObjectiveReader::percent);
      return target == null ? null : new Objective(target, Objective.DEFAULT_WINDOW);
    }
    Members objective = probe.object("objective", KEYS);
    if (objective == null) {
      return null;
    }
    objective.require("target");
    Double target = objective.parsed("target", ObjectiveReader::percent);
    Duration window = objective.parsed("window", ObjectiveReader::window);
    return target == null
        ? null
        : new Objective(target, Objects.requireNonNullElse(window, Objective.DEFAULT_WINDOW));
  }

  private static Parsed<Double> percent(String text) {
    if (!PERCENT.matcher(text).matches()) {
      return Parsed.not("is not a percentage below 100 such as \"99.9%\"");
    }
    // By decimal arithmetic: the double that is nearest to 0.999, and not to 99.9 / 100.
    BigDecimal percent = new BigDecimal(text.substring(0, text.length() - 1).strip());
    return percent.signum() == 0
        ? Parsed.not("promises nothing")
        : Parsed.of(percent.movePointLeft(2).doubleValue());
  }

  private static Parsed<Duration> window(String text) {
    return DurationText.parse(text)
        .then(
            window ->
                WINDOWS.contains(window)
                    ? Parsed.of(window)
                    : Parsed.not("is none of \"24h\", \"7d\", \"30d\", \"90d\""));
  }
}
