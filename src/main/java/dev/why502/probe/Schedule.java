package dev.why502.probe;

import dev.why502.definition.Probe;
import dev.why502.observation.Observation;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the enabled probes at a fixed rate, at most {@value #MOST_IN_FLIGHT} at once, and hands each
 * observation on. The first round begins at once and is over within the shorter of a second and
 * the interval. A probe whose run before is still going is skipped and counted.
 */
public final class Schedule extends VerticleBase {
  /** Probes that may run at once; each holds a socket or two. */
  public static final int MOST_IN_FLIGHT = 2000;

  /** Runs a probe; never fails. */
  @FunctionalInterface
  public interface Runner {
    /** As {@link Prober#run(Probe, double)}. */
    Future<Observation> run(Probe probe, double lateMillis);
  }

  private final Runner runner;
  private final LongSupplier nanoTicker;
  private final BiConsumer<Probe, Observation> report;
  private final Rounds rounds = new Rounds(MOST_IN_FLIGHT);
  private volatile @Nullable Context home;
  private List<Probe> first = List.of();
  private long timer = -1;
  private boolean stopped;

  /**
   * A schedule without probes; they come by {@link #replace(List)}.
   *
   * @param nanoTicker monotonic, as {@link System#nanoTime()}
   * @param report told each observation, on this verticle's event loop
   */
  public Schedule(
      Runner runner, LongSupplier nanoTicker, BiConsumer<Probe, Observation> report) {
    this.runner = runner;
    this.nanoTicker = nanoTicker;
    this.report = report;
  }

  @Override
  public Future<?> start() {
    synchronized (this) {
      home = context;
      rounds.replace(first, nanoTicker.getAsLong());
      first = List.of();
    }
    tick();
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    stopped = true;
    vertx.cancelTimer(timer);
    return Future.succeededFuture();
  }

  /**
   * Takes new definitions, from any thread; probes that are equal to what they were keep their
   * place and a run under way.
   */
  public void replace(List<Probe> probes) {
    Context loop;
    synchronized (this) {
      loop = home;
      if (loop == null) {
        first = List.copyOf(probes);
        return;
      }
    }
    List<Probe> copy = List.copyOf(probes);
    loop.runOnContext(
        ignored -> {
          rounds.replace(copy, nanoTicker.getAsLong());
          tick();
        });
  }

  /** What was done since this was last asked; from any thread. */
  public Future<Counts> take() {
    Context loop = home;
    if (loop == null) {
      return Future.succeededFuture(new Counts(0, 0, 0, 0));
    }
    io.vertx.core.Promise<Counts> promise = io.vertx.core.Promise.promise();
    loop.runOnContext(ignored -> promise.complete(rounds.take()));
    return promise.future();
  }

  private void tick() {
    if (stopped) {
      return;
    }
    start(rounds.due(nanoTicker.getAsLong()));
    arm();
  }

  private void arm() {
    vertx.cancelTimer(timer);
    long nanos = rounds.untilNext(nanoTicker.getAsLong());
    if (nanos != Long.MAX_VALUE) {
      long millis = (nanos + 999_999) / 1_000_000;
      timer = vertx.setTimer(Math.max(1, Math.min(millis, TimeUnit.HOURS.toMillis(1))), id -> tick());
    }
  }

  private void start(List<Rounds.Start> starts) {
    for (Rounds.Start start : starts) {
      double late = (nanoTicker.getAsLong() - start.plannedNanos()) / 1e6;
      Probe probe = start.slot().probe();
      runner
          .run(probe, Math.max(0, late))
          .onComplete(
              run -> {
                if (run.succeeded() && !stopped) {
                  report.accept(probe, run.result());
                }
                start(rounds.ended(start.slot(), nanoTicker.getAsLong()));
              });
    }
  }
}
