package dev.why502.store;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Fails at one call: before it is made, or after, when its answer is lost. */
final class FailingDatabase implements Database {
  private final Database real;
  private final int nth;
  private final boolean after;
  private int calls;
  private boolean looking;

  /** All that was stored at the moment of the failure. */
  final List<String> seen = new ArrayList<>();

  FailingDatabase(Database real, int nth, boolean after) {
    this.real = real;
    this.nth = nth;
    this.after = after;
  }

  int calls() {
    return calls;
  }

  private <T> Future<T> call(Supplier<Future<T>> call) {
    if (looking || ++calls != nth) {
      return call.get();
    }
    Future<?> made = after ? call.get() : Future.succeededFuture();
    return made.compose(
        done -> {
          looking = true;
          return dump(real)
              .compose(
                  text -> {
                    looking = false;
                    seen.add(text);
                    return Future.failedFuture(
                        new StoreFailure(
                            nth % 2 == 0 ? StoreFailure.Kind.FULL : StoreFailure.Kind.UNAVAILABLE,
                            "call " + nth));
                  });
        });
  }

  /** Every row of every table, in order; nothing where there is no table. */
  static Future<String> dump(Database database) {
    StringBuilder text = new StringBuilder();
    Future<Void> done = Future.succeededFuture();
    for (String table :
        List.of(
            "writer",
            "verdict_change",
            "standing",
            "incident",
            "incident_event",
            "incident_case",
            "outgoing",
            "definitions_version",
            "remedy_run",
            "rollup",
            "raw_observation")) {
      done =
          done.compose(
                  before ->
                      database.look(
                          Statement.of("SELECT * FROM " + table + " ORDER BY 1, 2, 3, 4")))
              .map(
                  rows -> {
                    rows.forEach(row -> text.append(table).append(row.values()).append('\n'));
                    return null;
                  });
    }
    return done.transform(all -> Future.succeededFuture(text.toString()));
  }

  @Override
  public Future<Void> open() {
    return call(real::open);
  }

  @Override
  public Future<List<Row>> read(Statement query) {
    return call(() -> real.read(query));
  }

  @Override
  public Future<List<Row>> look(List<Statement> queries) {
    return call(() -> real.look(queries));
  }

  @Override
  public Future<Integer> write(List<Statement> statements) {
    return call(() -> real.write(statements));
  }

  @Override
  public Future<Long> usedBytes(long exactFrom) {
    return call(() -> real.usedBytes(exactFrom));
  }

  @Override
  public Future<Boolean> shrink() {
    return call(real::shrink);
  }

  @Override
  public Future<Void> close() {
    return real.close();
  }
}
