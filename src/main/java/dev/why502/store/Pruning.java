package dev.why502.store;

import dev.why502.store.Shelves.Shelf;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

/**
 * One going through of what is too old or too much. It is done in steps that each hold the writer
 * for a moment only, so that what is new need not wait.
 */
final class Pruning {
  /** Rows that one step takes out. */
  static final int STEP_ROWS = 500;

  static final int STEP_INCIDENTS = 50;

  /** Of definitions, versions that are kept. */
  static final long MOST_DEFINITIONS = 50;

  /** Probes that there ever were, as the definitions come and go. */
  static final long MOST_STANDING = 100_000;

  private final Database database;
  private final Keeping keeping;
  private final Instant now;
  private final Deque<Supplier<Future<Boolean>>> tasks = new ArrayDeque<>();

  Pruning(Database database, Keeping keeping, Instant now) {
    this.database = database;
    this.keeping = keeping;
    this.now = now;
    byAge();
    tasks.add(this::bySize);
  }

  /** One step; false when nothing is left to do. */
  Future<Boolean> step() {
    Supplier<Future<Boolean>> task = tasks.peek();
    if (task == null) {
      return Future.succeededFuture(false);
    }
    return task.get()
        .map(
            more -> {
              if (!more) {
                tasks.remove(task);
              }
              return !tasks.isEmpty();
            });
  }

  private void byAge() {
    older(Shelf.OBSERVATIONS, keeping.observations());
    beyond(Shelf.OBSERVATIONS, keeping.mostObservations());
    older(Shelf.MINUTES, keeping.minutes());
    older(Shelf.HOURS, keeping.hours());
    older(Shelf.DAYS, keeping.days());
    older(Shelf.VERDICTS, keeping.events());
    older(Shelf.REMEDIES, keeping.events());
    beyond(Shelf.DEFINITIONS, MOST_DEFINITIONS);
    beyond(Shelf.STANDING, MOST_STANDING);
    tasks.add(() -> incidents(before(keeping.events())));
  }

  private void older(Shelf shelf, Duration kept) {
    tasks.add(() -> take(shelf, before(kept)));
  }

  private void beyond(Shelf shelf, long most) {
    tasks.add(
        () ->
            database
                .look(shelf.beyond(most))
                .compose(
                    rows ->
                        rows.isEmpty()
                            ? Future.succeededFuture(false)
                            : take(shelf, rows.get(0).number(0) + 1)));
  }

  private long before(Duration kept) {
    return now.minus(kept).toEpochMilli();
  }

  private Future<Boolean> take(Shelf shelf, long beforeMillis) {
    return database
        .write(List.of(shelf.take(beforeMillis, STEP_ROWS)))
        .map(taken -> taken >= STEP_ROWS);
  }

  private Future<Boolean> incidents(long beforeMillis) {
    return taken(Shelves.oldIncidents(beforeMillis, STEP_INCIDENTS), true);
  }

  private Future<Boolean> cases(long beforeMillis) {
    return taken(Shelves.oldCases(beforeMillis, STEP_INCIDENTS), false);
  }

  private Future<Boolean> taken(Statement which, boolean whole) {
    return database
        .look(which)
        .compose(
            rows -> {
              List<String> ids = rows.stream().map(row -> row.text(0)).toList();
              return ids.isEmpty()
                  ? Future.succeededFuture(false)
                  : database
                      .write(whole ? Shelves.takeIncidents(ids) : Shelves.takeCases(ids))
                      .map(ids.size() >= STEP_INCIDENTS);
            });
  }

  /** Too large: puts what may go in order, from what is missed least. */
  private Future<Boolean> bySize() {
    return database
        .usedBytes(keeping.startBytes())
        .map(
            bytes -> {
              tasks.clear();
              tasks.add(() -> Future.succeededFuture(false));
              if (bytes > keeping.startBytes()) {
                less(Shelf.OBSERVATIONS, Duration.ZERO);
                less(Shelf.MINUTES, Duration.ofHours(3));
                lessOf(() -> cases(before(Duration.ofDays(1))));
                less(Shelf.HOURS, Duration.ofDays(7));
                less(Shelf.VERDICTS, Duration.ofDays(7));
                lessOf(() -> incidents(before(Duration.ofDays(7))));
                less(Shelf.MINUTES, Duration.ZERO);
                less(Shelf.VERDICTS, Duration.ZERO);
                lessOf(() -> incidents(now.toEpochMilli()));
                less(Shelf.REMEDIES, Duration.ZERO);
                less(Shelf.DEFINITIONS, Duration.ZERO);
                less(Shelf.HOURS, Duration.ZERO);
                less(Shelf.DAYS, Duration.ZERO);
              }
              tasks.add(database::shrink);
              return false;
            });
  }

  private void less(Shelf shelf, Duration kept) {
    lessOf(() -> take(shelf, before(kept)));
  }

  private void lessOf(Supplier<Future<Boolean>> take) {
    tasks.add(
        () ->
            database
                .usedBytes(keeping.enoughBytes())
                .compose(
                    bytes ->
                        bytes <= keeping.enoughBytes()
                            ? Future.succeededFuture(false)
                            : take.get()));
  }
}
