package dev.why502.remedy;

import dev.why502.definition.Definitions;
import dev.why502.definition.Secrets;
import dev.why502.diagnosis.Verdict;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Remedies on a context of their own, with a site and a store that say what a test wants. */
final class RemedyDesk implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 10;

  final Vertx vertx = Vertx.vertx();
  final AtomicLong nanos = new AtomicLong();
  final BlockingQueue<RemedyRun> begun = new LinkedBlockingQueue<>();
  final BlockingQueue<RemedyRun> ended = new LinkedBlockingQueue<>();
  final List<String> kept = new ArrayList<>();
  volatile boolean silenced;
  volatile Future<Void> keeping = Future.succeededFuture();
  volatile Runnable onKeep = () -> {};
  volatile Secrets secrets = Secrets.NONE;
  private final Map<String, Deque<Verdict>> looks = new HashMap<>();
  final RemedyVerticle remedies;

  static final Times SHORT = new Times(List.of(0L, 10L, 10L), 500, 300, 10, 300);

  RemedyDesk(Path directory, boolean allowed) {
    this(directory, allowed, SHORT);
  }

  RemedyDesk(Path directory, boolean allowed, Times times) {
    this(directory, allowed, times, () -> Future.succeededFuture(List.of()));
  }

  RemedyDesk(Path directory, boolean allowed, Times times, Supplier<Future<List<RemedyRun>>> past) {
    Ledger ledger =
        new Ledger() {
          @Override
          public Future<Void> began(RemedyRun run, @Nullable String caseText) {
            kept.add(String.valueOf(caseText));
            begun.add(run);
            onKeep.run();
            return keeping;
          }

          @Override
          public void ended(RemedyRun run) {
            ended.add(run);
          }
        };
    remedies =
        new RemedyVerticle(
            new RemedySources(
                this::look,
                probe -> "case of " + probe,
                probe -> silenced,
                probe -> "01J",
                past,
                text -> secrets.mask(text),
                ledger),
            allowed,
            directory.resolve("remedy.lock"),
            times,
            InstantSource.fixed(Given.NOON),
            nanos::get,
            () -> 502);
    await(vertx.deployVerticle(remedies));
  }

  /** The next looks at a probe; the last one of them is seen for ever. */
  RemedyDesk sees(String probe, Verdict... verdicts) {
    synchronized (looks) {
      looks.put(probe, new ArrayDeque<>(List.of(verdicts)));
    }
    return this;
  }

  private Future<Verdict> look(String probe) {
    synchronized (looks) {
      Deque<Verdict> left = looks.getOrDefault(probe, new ArrayDeque<>());
      Verdict next = left.size() > 1 ? left.poll() : left.peek();
      return next == null ? Future.failedFuture("nobody looks") : Future.succeededFuture(next);
    }
  }

  RemedyDesk with(Definitions definitions) {
    await(remedies.replace(definitions));
    return this;
  }

  void passes(long millis) {
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  /** What is heard is taken in before this returns. */
  RemedyDesk hears(Verdict... verdicts) {
    for (Verdict verdict : verdicts) {
      remedies.concluded(verdict);
    }
    await(remedies.all());
    return this;
  }

  RemedyRun outcome() throws InterruptedException {
    RemedyRun run = ended.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (run == null) {
      throw new AssertionError("nothing came to an end: " + shown());
    }
    return run;
  }

  JsonObject shown() {
    return await(remedies.all());
  }

  /** The first remedy as it is shown. */
  JsonObject first() {
    return shown().getJsonArray("remedies").getJsonObject(0);
  }

  static <T> T await(Future<T> future) {
    try {
      return future.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (java.util.concurrent.TimeoutException late) {
      throw new AssertionError(late);
    }
  }

  @Override
  public void close() {
    await(vertx.close());
  }
}
