package dev.why502.probe;

import dev.why502.definition.Probe;
import dev.why502.observation.Observation;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the enabled probes at a fixed rate, at most {@value #MOST_IN_FLIGHT} at once, and hands each
 * observation on. The first round begins at once and is over within the shorter of a second (above
 * a thousand probes: a millisecond each) and the interval; after it each probe has its own place in
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
  private final Tally tally = new Tally();
  private final Rounds rounds = new Rounds(MOST_IN_FLIGHT, tally);
  private final Deque<Rounds.Start> toStart = new ArrayDeque<>();

  /** Guarded by this, like the probes that came before the start. */
  private @Nullable Context home;

  private List<Probe> first = List.of();
  private @Nullable ScheduledFuture<?> timer;
  private long armedNanos;
  private boolean starting;
  private boolean stopped;

  /**
   * A schedule without probes; they come by {@link #replace(List)}.
   *
   * @param nanoTicker monotonic, as {@link System#nanoTime()}
   * @param report told each observation, on this verticle's event loop
   */
  public Schedule(Runner runner, LongSupplier nanoTicker, BiConsumer<Probe, Observation> report) {
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
    if (timer != null) {
      timer.cancel(false);
    }
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
  public Counts take() {
    return tally.take();
  }

  private void tick() {
    if (stopped) {
      return;
    }
    start(rounds.due(nanoTicker.getAsLong()));
    arm();
  }

  private void timeIsUp() {
    timer = null;
    tick();
  }

  private void arm() {
    long now = nanoTicker.getAsLong();
    long wait = rounds.untilNext(now);
    if (wait == Long.MAX_VALUE) {
      return;
    }
    if (timer != null) {
      if (armedNanos - (now + wait) <= 0) {
        return;
      }
      timer.cancel(false);
    }
    armedNanos = now + wait;
    // Vert.x' own timers know milliseconds only, which would be the jitter of short intervals.
    ContextInternal loop = (ContextInternal) context;
    timer =
        loop.nettyEventLoop()
            .schedule(() -> loop.emit(ignored -> timeIsUp()), wait, TimeUnit.NANOSECONDS);
  }

  /** A run that ends at once lets the next one in, here and not one call deeper. */
  private void start(List<Rounds.Start> starts) {
    toStart.addAll(starts);
    if (starting) {
      return;
    }
    starting = true;
    try {
      Rounds.Start next = toStart.poll();
      while (next != null) {
        run(next);
        next = toStart.poll();
      }
    } finally {
      starting = false;
    }
  }

  private void run(Rounds.Start start) {
    double late = (nanoTicker.getAsLong() - start.plannedNanos()) / 1e6;
    Probe probe = start.slot().probe();
    runner
        .run(probe, Math.max(0, late))
        .onComplete(
            run -> {
              if (run.succeeded() && !stopped) {
                report(probe, run.result());
              }
              start(rounds.ended(start.slot(), nanoTicker.getAsLong()));
            });
  }

  /** A listener that breaks must not stop the rounds. */
  private void report(Probe probe, Observation observation) {
    try {
      report.accept(probe, observation);
    } catch (RuntimeException e) {
      ((ContextInternal) context).reportException(e);
    }
  }
}
