package dev.why502.store;

import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Statements that take out what is old, a few rows each. */
final class Shelves {
  /** As the index has it that only this here uses. */
  private static final String MINUTE = "(start / 60000)";

  /** A table without children, by its own time. */
  enum Shelf {
    OBSERVATIONS("raw_observation", "node, at, seq", "at", ""),
    MINUTES("rollup", "probe, step, start, node, part", Shelves.MINUTE, "step = 'minute'"),
    HOURS("rollup", "probe, step, start, node, part", Shelves.MINUTE, "step = 'hour'"),
    DAYS("rollup", "probe, step, start, node, part", Shelves.MINUTE, "step = 'day'"),
    VERDICTS("verdict_change", "node, at, seq", "at", ""),
    DEFINITIONS("definitions_version", "node, at, sha256", "at", ""),
    REMEDIES("remedy_run", "id", "at", ""),
    STANDING("standing", "node, probe", "at", "");

    private final String table;
    private final String key;
    private final String time;
    private final String condition;

    Shelf(String table, String key, String time, String condition) {
      this.table = table;
      this.key = key;
      this.time = time;
      this.condition = condition;
    }

    /** Takes out the oldest rows before a time. */
    Statement take(long beforeMillis, int most) {
      return Statement.of(
          "DELETE FROM "
              + table
              + " WHERE ("
              + key
              + ") IN (SELECT "
              + key
              + " FROM "
              + table
              + " WHERE "
              + (condition.isEmpty() ? "" : condition + " AND ")
              + time
              + " < ? ORDER BY "
              + time
              + " LIMIT ?)",
          Math.floorDiv(beforeMillis, time.equals(MINUTE) ? 60_000 : 1),
          (long) most);
    }

    /** The time of the newest row that is one too many. */
    Statement beyond(long most) {
      return Statement.of(
          "SELECT "
              + time
              + " FROM "
              + table
              + (condition.isEmpty() ? "" : " WHERE " + condition)
              + " ORDER BY "
              + time
              + " DESC LIMIT 1 OFFSET ?",
          most);
    }
  }

  /** What the rows take: their long texts, and about so much for the rest and the indexes. */
  static final String SIZE =
      Stream.of(
              size("writer", "node"),
              size("verdict_change", "body"),
              size("standing", "probe"),
              size("incident", "body", "restore"),
              size("incident_event", "body"),
              size("incident_case", "body"),
              size("outgoing", "body"),
              size("definitions_version", "body"),
              size("remedy_run", "body"),
              size("rollup", "latency"),
              size("raw_observation", "body"))
          .collect(Collectors.joining(" + ", "SELECT (", ")::bigint"));

  private Shelves() {}

  private static String size(String table, String... columns) {
    String texts =
        Stream.of(columns)
            .map(column -> "coalesce(pg_column_size(" + column + "), 0)")
            .collect(Collectors.joining(" + "));
    return "(SELECT coalesce(sum(" + texts + " + 256), 0) FROM " + table + ")";
  }

  /** Incidents that are over, oldest first. */
  static Statement oldIncidents(long beforeMillis, int most) {
    return Statement.of(
        "SELECT id FROM incident WHERE restore IS NULL AND at < ? ORDER BY at LIMIT ?",
        beforeMillis,
        (long) most);
  }

  /** Those of them whose cases are still there. */
  static Statement oldCases(long beforeMillis, int most) {
    return Statement.of(
        "SELECT id FROM incident WHERE restore IS NULL AND at < ?"
            + " AND id IN (SELECT id FROM incident_case) ORDER BY at LIMIT ?",
        beforeMillis,
        (long) most);
  }

  static List<Statement> takeCases(List<String> ids) {
    return List.of(in("incident_case", "id", ids));
  }

  /** An incident goes with all that hangs on it. */
  static List<Statement> takeIncidents(List<String> ids) {
    return List.of(
        in("incident_case", "id", ids),
        in("incident_event", "id", ids),
        in("outgoing", "incident", ids),
        in("incident", "id", ids));
  }

  private static Statement in(String table, String column, List<String> ids) {
    return Statement.of(
        "DELETE FROM "
            + table
            + " WHERE "
            + column
            + " IN ("
            + String.join(", ", Collections.nCopies(ids.size(), "?"))
            + ")",
        ids.toArray());
  }
}
