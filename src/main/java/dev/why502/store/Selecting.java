package dev.why502.store;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A query for a page, newest rows first. Conditions that are not asked for are not in it:
 * PostgreSQL wants to know the type of every value.
 */
final class Selecting {
  private final StringBuilder sql;
  private final String tie;
  private final List<@Nullable Object> values = new ArrayList<>();

  /**
   * @param select up to its first condition; it begins with {@code at} and the tie
   * @param tie the column that orders rows of one time
   */
  Selecting(String select, String tie, Object value) {
    this.sql = new StringBuilder(select);
    this.tie = tie;
    values.add(value);
  }

  boolean numbered() {
    return tie.equals("seq");
  }

  Selecting and(String condition, @Nullable Object value) {
    if (value != null) {
      sql.append(" AND ").append(condition);
      values.add(value);
    }
    return this;
  }

  /** One row more than fits, which tells whether there is a next page. */
  Statement page(Paging paging) {
    String after = paging.after();
    if (after != null) {
      int dot = after.indexOf('.');
      String last = after.substring(dot + 1);
      sql.append(" AND (at, ").append(tie).append(") < (?, ?)");
      values.add(Long.valueOf(after.substring(0, dot)));
      values.add(numbered() ? Long.valueOf(last) : last);
    }
    sql.append(" ORDER BY at DESC, ").append(tie).append(" DESC LIMIT ?");
    values.add(paging.limit() + 1L);
    return Statement.of(sql.toString(), values.toArray());
  }
}
