package dev.why502.remedy;

import dev.why502.definition.Probe;
import dev.why502.definition.Remedy;
import dev.why502.diagnosis.State;
import dev.why502.diagnosis.Verdict;
import dev.why502.remedy.RemedyRun.Execution;
import dev.why502.remedy.RemedyRun.Seen;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One run, from the evidence to the proof: the case is kept, the file looked at once more, the
 * program run, and then the probe looked at again until it is well or the time is up.
 */
final class Treatment {
  /** Probes of the same gateway that are looked at again afterwards. */
  static final int MAX_BESIDE = 5;

  private static final int LOOKS_AFTER_FAILURE = 2;

  private static final Logger LOG = Logger.getLogger("dev.why502.remedy");

  private final Vertx vertx;
  private final Context context;
  private final WorkerExecutor worker;
  private final RemedySources sources;
  private final Times times;
  private final InstantSource clock;
  private final Program program;
  private final Path lockFile;
  private boolean stopping;

  Treatment(
      Vertx vertx,
      WorkerExecutor worker,
      RemedySources sources,
      Times times,
      InstantSource clock,
      Program program,
      Path lockFile) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.worker = worker;
    this.sources = sources;
    this.times = times;
    this.clock = clock;
    this.program = program;
    this.lockFile = lockFile;
  }

  /**
   * What is to be done.
   *
   * @param beside probes of the same gateway that are up
   * @param stands whether the cause is still the one that was heard last
   */
  record Order(
      Remedy remedy,
      Probe probe,
      Verdict verdict,
      Command command,
      RemedyRun run,
      List<String> beside,
      BooleanSupplier stands) {
    Order {
      beside = List.copyOf(beside);
    }
  }

  /** The run when it is over, or null where another process of ours holds the host; never fails. */
  Future<@Nullable RemedyRun> go(Order order) {
    return worker
        .<@Nullable HostLock>executeBlocking(() -> HostLock.take(lockFile), false)
        .transform(
            taken -> {
              HostLock lock = taken.result();
              if (taken.failed()) {
                LOG.log(Level.WARNING, "no lock for remedies: {0}", taken.cause().toString());
              }
              if (lock == null) {
                return Future.<@Nullable RemedyRun>succeededFuture();
              }
              return keep(order)
                  .recover(bug -> Future.succeededFuture(failed(order, bug)))
                  .<@Nullable RemedyRun>map(run -> run)
                  .eventually(() -> release(lock));
            });
  }

  /** Looks no more: what is under way comes to its end with what is known. */
  void stop() {
    stopping = true;
  }

  /** The next one must not meet it. */
  private Future<?> release(HostLock lock) {
    return worker
        .executeBlocking(
            () -> {
              lock.close();
              return true;
            },
            false)
        .onFailure(gone -> LOG.log(Level.WARNING, "the lock of remedies is not given back", gone))
        .otherwise(false);
  }

  private RemedyRun failed(Order order, Throwable bug) {
    LOG.log(Level.WARNING, "remedy " + order.remedy().id() + " broke off", bug);
    return over(order, Outcome.NOT_REPAIRED, "it broke off: " + bug, null, null);
  }

  /** Evidence first: what a restart ends is gone for good. */
  private Future<RemedyRun> keep(Order order) {
    if (!order.stands().getAsBoolean()) {
      return withdrawn(order, "another cause was found meanwhile");
    }
    return worker
        .executeBlocking(
            () ->
                Fingerprint.holds(order.verdict().fix())
                    ? new Evidence(sources.caseText().apply(order.probe().id()))
                    : null,
            false)
        .compose(
            evidence ->
                evidence == null
                    ? withdrawn(order, Refusal.FILE_CHANGED.words())
                    : bounded(sources.ledger().began(order.run(), evidence.text()), times.keep())
                        .transform(
                            kept ->
                                kept.failed()
                                    ? withdrawn(order, "the evidence could not be kept first")
                                    : run(order)));
  }

  private record Evidence(@Nullable String text) {}

  private Future<RemedyRun> run(Order order) {
    if (stopping) {
      return withdrawn(order, "the service is stopping");
    }
    if (!order.stands().getAsBoolean()) {
      return withdrawn(order, "another cause was found meanwhile");
    }
    return worker
        .executeBlocking(
            () ->
                // As close to the run as can be; a program that changes the file looks again.
                Fingerprint.holds(order.verdict().fix())
                    ? program.run(
                        order.run().id(),
                        order.command(),
                        order.remedy().directory(),
                        order.remedy().timeout().toMillis(),
                        sources.mask())
                    : null,
            false)
        .compose(
            ended ->
                ended == null
                    ? withdrawn(order, Refusal.FILE_CHANGED.words())
                    : settle(order, looks(ended), 0).compose(after -> prove(order, ended, after)));
  }

  private Future<RemedyRun> withdrawn(Order order, String reason) {
    return Future.succeededFuture(over(order, Outcome.WITHDRAWN, reason, null, null));
  }

  /** What a program that failed has started needs no time to start. */
  private int looks(Program.Ended ended) {
    int all = times.settle().size();
    return ended.failure() == null ? all : Math.min(all, LOOKS_AFTER_FAILURE);
  }

  /**
   * Looks until the probe is up, or for the last time: what is half well may only be on its way.
   */
  private Future<@Nullable Verdict> settle(Order order, int looks, int attempt) {
    if (stopping) {
      return Future.<@Nullable Verdict>succeededFuture();
    }
    return after(times.settle().get(attempt))
        .compose(waited -> look(order.probe().id()))
        .compose(
            seen ->
                attempt + 1 >= looks || (seen != null && seen.state() == State.UP)
                    ? Future.<@Nullable Verdict>succeededFuture(seen)
                    : settle(order, looks, attempt + 1));
  }

  private Future<RemedyRun> prove(Order order, Program.Ended ended, @Nullable Verdict after) {
    return fallen(stopping ? List.of() : order.beside())
        .map(
            fallen -> {
              Aftermath came =
                  Aftermath.of(order.probe(), order.verdict(), after, ended.failure(), fallen);
              Execution begun = order.run().data();
              List<String> shown = begun == null ? List.of() : begun.argv();
              return over(
                  order,
                  came.outcome(),
                  came.reason(),
                  after,
                  new Execution(shown, ended.exit(), ended.output()));
            });
  }

  /** Those that were up and are down now, in two looks, since one may meet a moment. */
  private Future<List<String>> fallen(List<String> beside) {
    return downOf(beside)
        .compose(
            down ->
                down.isEmpty()
                    ? Future.succeededFuture(down)
                    : after(times.settle().get(times.settle().size() > 1 ? 1 : 0))
                        .compose(waited -> downOf(down)));
  }

  private Future<List<String>> downOf(List<String> probes) {
    List<Future<?>> looks = new ArrayList<>();
    List<String> down = new ArrayList<>();
    for (String probe : probes.subList(0, Math.min(probes.size(), MAX_BESIDE))) {
      looks.add(
          look(probe)
              .onSuccess(
                  seen -> {
                    if (seen != null && seen.state() == State.DOWN) {
                      down.add(probe);
                    }
                  }));
    }
    return looks.isEmpty()
        ? Future.succeededFuture(down)
        : Future.join(looks).transform(done -> Future.succeededFuture(down));
  }

  /** Null where nothing could be concluded. */
  private Future<@Nullable Verdict> look(String probe) {
    return bounded(sources.look().apply(probe), times.look())
        .<@Nullable Verdict>map(seen -> seen)
        .otherwiseEmpty();
  }

  private Future<Void> after(long millis) {
    Promise<Void> waited = Promise.promise();
    if (millis <= 0) {
      waited.complete();
    } else {
      vertx.setTimer(millis, timer -> waited.complete());
    }
    return waited.future();
  }

  /** The same on our own context, whoever completes it, and not later than the limit. */
  private <T> Future<T> bounded(Future<T> future, long millis) {
    Promise<T> here = Promise.promise();
    long timer =
        vertx.setTimer(
            millis, late -> here.tryFail(new IOException("not within " + millis + " ms")));
    future.onComplete(
        done ->
            context.runOnContext(
                none -> {
                  vertx.cancelTimer(timer);
                  if (done.succeeded()) {
                    here.tryComplete(done.result());
                  } else {
                    here.tryFail(done.cause());
                  }
                }));
    return here.future();
  }

  private RemedyRun over(
      Order order,
      Outcome outcome,
      String reason,
      @Nullable Verdict after,
      @Nullable Execution execution) {
    return order
        .run()
        .ended(outcome, reason, clock.instant(), after == null ? null : Seen.of(after), execution);
  }
}
