package dev.why502.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some of the rows that were asked for.
 *
 * @param next names where the next page goes on, or null at the end
 */
public record Page<T>(List<T> rows, @Nullable String next) {
  public Page {
    rows = List.copyOf(rows);
  }
}
