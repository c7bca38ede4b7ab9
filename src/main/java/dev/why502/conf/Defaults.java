package dev.why502.conf;

import dev.why502.definition.Threshold;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** When a probe runs, how long it may take and what is alerted, where it does not say so itself. */
record Defaults(Duration interval, Duration timeout, Threshold threshold) {
  static final Defaults BUILT_IN =
      new Defaults(Duration.ofSeconds(10), Duration.ofSeconds(5), Threshold.DEFAULT);

  static final List<String> KEYS = List.of("interval", "timeout", "threshold");
  static final List<String> THRESHOLD_KEYS = List.of("failures", "successes");
  private static final int MOST_ROUNDS = 1_000;

  /** What the object says, and for the rest what stands otherwise. */
  static Defaults read(@Nullable Members owner, Defaults otherwise) {
    if (owner == null) {
      return otherwise;
    }
    Duration interval =
        owner.duration("interval", Limits.SHORTEST_INTERVAL, Limits.LONGEST_INTERVAL);
    Duration timeout = owner.duration("timeout", Limits.SHORTEST_TIMEOUT, Limits.LONGEST_TIMEOUT);
    return new Defaults(
        Objects.requireNonNullElse(interval, otherwise.interval),
        Objects.requireNonNullElse(timeout, otherwise.timeout),
        threshold(owner.object("threshold", THRESHOLD_KEYS), otherwise.threshold));
  }

  private static Threshold threshold(@Nullable Members threshold, Threshold otherwise) {
    if (threshold == null) {
      return otherwise;
    }
    Integer failures = threshold.whole("failures", 1, MOST_ROUNDS);
    Integer successes = threshold.whole("successes", 1, MOST_ROUNDS);
    return new Threshold(
        Objects.requireNonNullElse(failures, otherwise.failures()),
        Objects.requireNonNullElse(successes, otherwise.successes()));
  }
}
