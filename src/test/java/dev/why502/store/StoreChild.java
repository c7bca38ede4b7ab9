package dev.why502.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;

/** Writes numbered entries until it is killed, and tells each one that is on disk. */
final class StoreChild {
  private StoreChild() {}

  public static void main(String[] arguments) throws Exception {
    VertxInternal vertx = (VertxInternal) Vertx.vertx();
    StoreOptions options =
        new StoreOptions(
            StoreLocation.in(Path.of(arguments[0])),
            Keeping.DEFAULT,
            Duration.ofMillis(1),
            Duration.ofMillis(10),
            Duration.ofMillis(10),
            Duration.ofSeconds(5),
            Duration.ofHours(1));
    Journal journal =
        Journal.start(vertx, options, "n", () -> StoreContract.T0, StoreListener.NONE);
    Semaphore underWay = new Semaphore(60);
    for (long n = Long.parseLong(arguments[1]) + 1; ; n++) {
      long number = n;
      underWay.acquire();
      Future.all(
              List.of(
                  journal.add(StoreContract.verdict("shop", n, "down")),
                  journal.add(
                      StoreContract.incident(
                          "i" + n % 5, n, "changed", new Outgoing("k" + n, "ops", "{}"))),
                  journal.add(
                      StoreContract.minute(
                          "shop", StoreContract.T0.plusSeconds(60 * n), "p", 1, 0, 1))))
          .onComplete(
              done -> {
                System.out.println(done.succeeded() ? number : -1);
                underWay.release();
              });
    }
  }
}
