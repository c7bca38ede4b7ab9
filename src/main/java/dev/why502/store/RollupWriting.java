package dev.why502.store;

import dev.why502.history.Counts;
import dev.why502.history.Latency;
import dev.why502.history.Rollup;
import dev.why502.history.Step;
import dev.why502.store.Entry.Rolled;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Minutes as rows, and what they make of their hour and their day. There is one writer, so what was
 * read before the transaction still stands in it.
 *
 * <p>A new minute is added to its hour and its day. One that is there already is either the same,
 * and nothing happens, or has more runs in it than before: then its hour is summed up anew from its
 * minutes, and its day from its hours, since a histogram can be added to but not taken from.
 */
final class RollupWriting {
  static final String COLUMNS =
      "probe, step, start, part, runs, failures, unknown, maintenance_runs, maintenance_failures,"
          + " covered_millis, latency";

  private static final String UPSERT =
      "INSERT INTO rollup (node, "
          + COLUMNS
          + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
          + " ON CONFLICT (probe, step, start, node, part) DO UPDATE SET runs = excluded.runs,"
          + " failures = excluded.failures, unknown = excluded.unknown,"
          + " maintenance_runs = excluded.maintenance_runs,"
          + " maintenance_failures = excluded.maintenance_failures,"
          + " covered_millis = excluded.covered_millis, latency = excluded.latency";

  private static final String ONE =
      "SELECT "
          + COLUMNS
          + " FROM rollup WHERE probe = ? AND step = ? AND start = ? AND node = ? AND part = ?";
  private static final String PARTS =
      "SELECT "
          + COLUMNS
          + " FROM rollup WHERE probe = ? AND step = ? AND start >= ? AND start < ? AND node = ?";

  private record Key(String probe, Step step, Instant start, String part) {
    static Key of(Rollup rollup) {
      return new Key(rollup.probe(), rollup.step(), rollup.start(), rollup.part());
    }
  }

  private final Database database;
  private final String node;

  RollupWriting(Database database, String node) {
    this.database = database;
    this.node = node;
  }

  Future<List<Statement>> statements(List<Rolled> minutes) {
    if (minutes.isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    Map<Key, Rollup> newest = new LinkedHashMap<>();
    for (Rolled rolled : minutes) {
      newest.put(Key.of(rolled.minute()), rolled.minute());
    }
    return stored(newest.values())
        .compose(
            stored -> {
              List<Rollup> fresh = new ArrayList<>();
              List<Rollup> again = new ArrayList<>();
              for (Rollup minute : newest.values()) {
                Rollup before = stored.get(Key.of(minute));
                if (before == null) {
                  fresh.add(minute);
                } else if (!before.equals(minute)) {
                  again.add(minute);
                }
              }
              return again.isEmpty()
                  ? Future.succeededFuture(added(fresh, stored))
                  : summedUp(fresh, again, stored);
            });
  }

  /** The rows of these minutes, and those of their hours and days. */
  private Future<Map<Key, Rollup>> stored(Iterable<Rollup> minutes) {
    Set<Key> asked = new LinkedHashSet<>();
    for (Rollup minute : minutes) {
      asked.add(Key.of(minute));
      asked.add(Key.of(longer(Step.HOUR, minute)));
      asked.add(Key.of(longer(Step.DAY, minute)));
    }
    // One by one, by the whole key: for lists of probes PostgreSQL reads the rows of all of them.
    List<Statement> questions = new ArrayList<>();
    for (Key key : asked) {
      questions.add(
          Statement.of(
              ONE, key.probe(), key.step().code(), key.start().toEpochMilli(), node, key.part()));
    }
    return database
        .look(questions)
        .map(
            answer -> {
              Map<Key, Rollup> rows = new HashMap<>();
              for (Row row : answer) {
                Rollup rollup = rollup(row);
                if (rollup != null) {
                  rows.put(Key.of(rollup), rollup);
                }
              }
              return rows;
            });
  }

  private List<Statement> added(List<Rollup> fresh, Map<Key, Rollup> stored) {
    Map<Key, Rollup> changed = new LinkedHashMap<>();
    for (Rollup minute : fresh) {
      changed.put(Key.of(minute), minute);
      for (Step step : List.of(Step.HOUR, Step.DAY)) {
        Rollup more = longer(step, minute);
        Key key = Key.of(more);
        Rollup before = changed.containsKey(key) ? changed.get(key) : stored.get(key);
        changed.put(key, before == null ? more : before.merge(more));
      }
    }
    return changed.values().stream().map(this::upsert).toList();
  }

  private static Rollup longer(Step step, Rollup part) {
    return new Rollup(part.probe(), step, part.start(), "", part.counts(), part.latency());
  }

  /** For the rare minute that was told before its last run came in. */
  private Future<List<Statement>> summedUp(
      List<Rollup> fresh, List<Rollup> again, Map<Key, Rollup> stored) {
    List<Statement> statements = new ArrayList<>(added(fresh, stored));
    Map<Key, Rollup> minutes = new LinkedHashMap<>();
    fresh.forEach(minute -> minutes.put(Key.of(minute), minute));
    again.forEach(minute -> minutes.put(Key.of(minute), minute));
    Map<Key, Rollup> hours = new LinkedHashMap<>();
    again.forEach(minute -> hours.put(Key.of(longer(Step.HOUR, minute)), minute));
    again.forEach(minute -> statements.add(upsert(minute)));
    Future<Void> done = Future.succeededFuture();
    Map<Key, Rollup> known = new LinkedHashMap<>();
    // Hours that only new minutes were added to are in their day's sum too.
    for (Rollup minute : fresh) {
      Rollup hour = longer(Step.HOUR, minute);
      Rollup before =
          known.containsKey(Key.of(hour)) ? known.get(Key.of(hour)) : stored.get(Key.of(hour));
      known.put(Key.of(hour), before == null ? hour : before.merge(hour));
    }
    for (Key hour : hours.keySet()) {
      done =
          done.compose(before -> sum(hour.probe(), Step.MINUTE, Step.HOUR, hour.start(), minutes))
              .map(
                  sum -> {
                    known.put(hour, sum);
                    statements.add(upsert(sum));
                    return null;
                  });
    }
    Set<Key> days = new LinkedHashSet<>();
    hours
        .keySet()
        .forEach(
            hour -> days.add(new Key(hour.probe(), Step.DAY, Step.DAY.floor(hour.start()), "")));
    for (Key day : days) {
      done =
          done.compose(before -> sum(day.probe(), Step.HOUR, Step.DAY, day.start(), known))
              .map(
                  sum -> {
                    statements.add(upsert(sum));
                    return null;
                  });
    }
    return done.map(all -> statements);
  }

  /** All shorter steps of a longer one: as stored, or as they are about to be. */
  private Future<Rollup> sum(
      String probe, Step shorter, Step longer, Instant start, Map<Key, Rollup> changed) {
    Instant end = start.plus(longer.length());
    return database
        .look(
            List.of(
                Statement.of(
                    PARTS, probe, shorter.code(), start.toEpochMilli(), end.toEpochMilli(), node)))
        .map(
            rows -> {
              Map<Key, Rollup> parts = new LinkedHashMap<>();
              for (Row row : rows) {
                Rollup rollup = rollup(row);
                if (rollup != null) {
                  parts.put(Key.of(rollup), rollup);
                }
              }
              changed.forEach(
                  (key, rollup) -> {
                    if (key.probe().equals(probe)
                        && key.step() == shorter
                        && !key.start().isBefore(start)
                        && key.start().isBefore(end)) {
                      parts.put(key, rollup);
                    }
                  });
              Rollup sum = new Rollup(probe, longer, start, "", Counts.NONE, Latency.NONE);
              for (Rollup part : parts.values()) {
                sum = sum.merge(longer(longer, part));
              }
              return sum;
            });
  }

  private Statement upsert(Rollup rollup) {
    Counts counts = rollup.counts();
    return Statement.of(
        UPSERT,
        node,
        rollup.probe(),
        rollup.step().code(),
        rollup.start().toEpochMilli(),
        rollup.part(),
        counts.runs(),
        counts.failures(),
        counts.unknown(),
        counts.maintenanceRuns(),
        counts.maintenanceFailures(),
        counts.coveredMillis(),
        rollup.latency().text());
  }

  /** A row as it was written; null for one that cannot be read, which is written anew. */
  static @Nullable Rollup rollup(Row row) {
    Step step = Step.of(row.text(1));
    Latency latency = Latency.parse(row.text(10)).latency();
    if (step == null || latency == null) {
      return null;
    }
    return new Rollup(
        row.text(0),
        step,
        row.instant(2),
        row.text(3),
        new Counts(
            row.number(4),
            row.number(5),
            row.number(6),
            row.number(7),
            row.number(8),
            row.number(9)),
        latency);
  }
}
