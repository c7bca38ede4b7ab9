package dev.why502.probe;

import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Where one run goes on when something it waited for is there.
 *
 * @param context the event loop of the run
 * @param over whether the run has ended meanwhile; asked on that loop
 */
record OnLoop(ContextInternal context, BooleanSupplier over) {
  /** Goes on at once, or on the run's event loop, if it still runs. */
  <T> void after(Future<T> future, Consumer<Future<T>> then) {
    if (future.isComplete()) {
      then.accept(future);
      return;
    }
    future.onComplete(
        ignored ->
            context.runOnContext(
                none -> {
                  if (!over.getAsBoolean()) {
                    then.accept(future);
                  }
                }));
  }
}
