package dev.why502.history;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How long a stretch of time a rollup is of. All of them begin by UTC. */
public enum Step {
  MINUTE("minute", Duration.ofMinutes(1)),
  HOUR("hour", Duration.ofHours(1)),
  DAY("day", Duration.ofDays(1));

  private final String code;
  private final Duration length;

  Step(String code, Duration length) {
    this.code = code;
    this.length = length;
  }

  /** As it is stored and asked for. */
  public String code() {
    return code;
  }

  public Duration length() {
    return length;
  }

  /** The beginning of the step that this moment lies in. */
  public Instant floor(Instant at) {
    long millis = length.toMillis();
    return Instant.ofEpochMilli(Math.floorDiv(at.toEpochMilli(), millis) * millis);
  }

  /** The first beginning of a step that is not before this moment. */
  public Instant ceiling(Instant at) {
    Instant floor = floor(at);
    return floor.equals(at) ? floor : floor.plus(length);
  }

  /** The step of this code, or null where it is none of ours. */
  public static @Nullable Step of(String code) {
    for (Step step : values()) {
      if (step.code.equals(code)) {
        return step;
      }
    }
    return null;
  }
}
