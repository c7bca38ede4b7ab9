package dev.why502.store;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One row of an answer; columns count from 0. */
record Row(List<@Nullable Object> values) {
  long number(int column) {
    return ((Number) Objects.requireNonNull(values.get(column))).longValue();
  }

  String text(int column) {
    return (String) Objects.requireNonNull(values.get(column));
  }

  @Nullable String textOrNull(int column) {
    return (String) values.get(column);
  }

  Instant instant(int column) {
    return Instant.ofEpochMilli(number(column));
  }

  @Nullable Instant instantOrNull(int column) {
    return values.get(column) == null ? null : instant(column);
  }
}
