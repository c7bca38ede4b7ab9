package dev.why502.conf;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A value, or why the text is none. The reason never repeats the text: it may hold a secret.
 *
 * @param value null exactly if there is a problem
 */
public record Parsed<T>(@Nullable T value, @Nullable String problem) {
  static <T> Parsed<T> of(T value) {
    return new Parsed<>(value, null);
  }

  static <T> Parsed<T> not(String problem) {
    return new Parsed<>(null, problem);
  }

  <R> Parsed<R> then(Function<T, Parsed<R>> next) {
    T present = value;
    return present == null ? new Parsed<>(null, problem) : next.apply(present);
  }
}
