package dev.why502.store;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.VertxInternal;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A thread that may block. Not one of Vert.x's workers: a slow disk would be told as a thread of
 * the service that hangs, and it is only the store that waits.
 */
final class OneThread {
  private final VertxInternal vertx;
  private final ThreadPoolExecutor executor;

  OneThread(VertxInternal vertx, String name, int mostWaiting) {
    this.vertx = vertx;
    this.executor =
        new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.MINUTES,
            new LinkedBlockingQueue<>(mostWaiting),
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
  }

  /** The future completes where the caller runs. */
  <T> Future<T> run(Callable<T> task) {
    Promise<T> promise = vertx.promise();
    try {
      executor.execute(
          () -> {
            T result;
            try {
              result = task.call();
            } catch (Throwable e) {
              promise.fail(e);
              return;
            }
            promise.complete(result);
          });
    } catch (RejectedExecutionException e) {
      promise.fail(new StoreFailure(StoreFailure.Kind.FULL, "too many questions to the store"));
    }
    return promise.future();
  }

  void end() {
    executor.shutdown();
  }
}
