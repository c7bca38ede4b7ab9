package dev.why502.store;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One statement with what fills its question marks.
 *
 * @param values {@code Long}, {@code String} or null
 */
record Statement(String sql, List<@Nullable Object> values) {
  static Statement of(String sql, @Nullable Object... values) {
    @Nullable Object[] plain = values.clone();
    for (int i = 0; i < plain.length; i++) {
      // PostgreSQL has no text with a NUL in it, and both stores are to hold the same.
      if (plain[i] instanceof String text && text.indexOf(0) >= 0) {
        plain[i] = text.replace('\0', '\uFFFD');
      }
    }
    return new Statement(sql, Collections.unmodifiableList(Arrays.asList(plain)));
  }
}
