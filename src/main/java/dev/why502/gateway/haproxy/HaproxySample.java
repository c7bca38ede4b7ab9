package dev.why502.gateway.haproxy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a fetch of HAProxy's comes to.
 *
 * @param known false when nothing here tells it
 * @param values what it comes to; empty when the request has no such thing
 */
record HaproxySample(boolean known, Type type, List<String> values) {
  static final HaproxySample UNKNOWN = new HaproxySample(false, Type.STRING, List.of());
  static final HaproxySample ABSENT = new HaproxySample(true, Type.STRING, List.of());

  /** How a fetch's values are compared where nothing else is asked for. */
  enum Type {
    STRING,
    INTEGER,
    BOOLEAN,
    ADDRESS
  }

  static HaproxySample of(@Nullable String value) {
    return value == null || !HaproxyText.known(value)
        ? UNKNOWN
        : new HaproxySample(true, Type.STRING, List.of(value));
  }

  static HaproxySample of(boolean value) {
    return new HaproxySample(true, Type.BOOLEAN, List.of(value ? "1" : "0"));
  }

  static HaproxySample of(long value) {
    return new HaproxySample(true, Type.INTEGER, List.of(Long.toString(value)));
  }

  static HaproxySample address(@Nullable String value) {
    return value == null ? UNKNOWN : new HaproxySample(true, Type.ADDRESS, List.of(value));
  }

  /** The value that an expression in a text stands for: the last one; null when there is none. */
  @Nullable String text() {
    return values.isEmpty() ? null : values.get(values.size() - 1);
  }
}
