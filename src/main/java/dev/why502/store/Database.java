package dev.why502.store;

import io.vertx.core.Future;
import java.util.List;

/**
 * SQL that SQLite and PostgreSQL both speak. Futures fail with {@link StoreFailure}. One writes,
 * and waits for the end of a write before the next.
 */
interface Database {
  /** Ready to be used; once more after a failure, with connections of its own. */
  Future<Void> open();

  /** What the last writes left; never waits for one that is under way. */
  Future<List<Row>> read(Statement query);

  /** The same for who writes: not behind the questions of others. */
  default Future<List<Row>> look(Statement query) {
    return look(List.of(query));
  }

  /** Several at once that differ in their values only; their rows, one answer after the other. */
  Future<List<Row>> look(List<Statement> queries);

  /** All or nothing, and on disk when it succeeds; how many rows were touched. */
  Future<Integer> write(List<Statement> statements);

  /** What the rows and their indexes take, in bytes; where it is less than given, about so. */
  Future<Long> usedBytes(long exactFrom);

  /** Gives a little of what was freed back to the file system; false where nothing is left. */
  Future<Boolean> shrink();

  Future<Void> close();
}
