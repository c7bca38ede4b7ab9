package dev.why502.store;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which page. Rows come newest first.
 *
 * @param limit at most so many rows, from 1 to {@value #MAX_LIMIT}
 * @param after {@link Page#next} of the page before, or null for the first one
 */
public record Paging(int limit, @Nullable String after) {
  public static final int MAX_LIMIT = 1_000;

  /** A page is shorter than its limit rather than longer than this; one row always is on it. */
  static final int MAX_CHARS = 150 * 1024;

  /** Time, and a number or an id. */
  private static final Pattern NUMBERED = Pattern.compile("-?\\d{1,18}\\.-?\\d{1,18}");

  private static final Pattern NAMED = Pattern.compile("-?\\d{1,18}\\.[A-Za-z0-9_:-]{1,128}");

  public Paging {
    limit = Math.max(1, Math.min(MAX_LIMIT, limit));
  }

  public static Paging first(int limit) {
    return new Paging(limit, null);
  }

  /** Whether {@link #after} can be one that a page gave. */
  boolean valid(boolean numbered) {
    return after == null || (numbered ? NUMBERED : NAMED).matcher(after).matches();
  }
}
