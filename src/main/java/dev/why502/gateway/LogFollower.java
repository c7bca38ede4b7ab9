package dev.why502.gateway;

import dev.why502.evidence.Access;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Reads one log file through rotation: rename and create, truncation after a copy, a symbolic link
 * that is turned, deletion.
 *
 * <p>No future of it fails. A log that cannot be read gives a reading whose {@link Access} says
 * why, never one that looks like a log without lines. Lines are decoded as UTF-8 where they are
 * that, else one character per byte; control characters stay. A line is at most 16 KiB, the rest of
 * a longer one is dropped.
 */
public final class LogFollower {
  /** How long one look at the file may take; file systems of the network can hang. */
  static final long READ_TIMEOUT_MILLIS = 2_000;

  private static final int WORKERS = 2;

  private final Vertx vertx;
  private final RotatedLog log;
  private final WorkerExecutor worker;
  private volatile boolean closed;

  public LogFollower(Vertx vertx, Path path) {
    this.vertx = vertx;
    this.log = new RotatedLog(path, System::nanoTime);
    this.worker = vertx.createSharedWorkerExecutor("why502-logs", WORKERS);
  }

  /** A place in the log; what was written there later is asked for with it. */
  public static final class Mark {
    private final RotatedLog.Mark place;

    private Mark(RotatedLog.Mark place) {
      this.place = place;
    }

    public Access access() {
      return place.access();
    }
  }

  /**
   * What was read.
   *
   * @param cut a reading is at most 256 KiB and 5,000 lines, and there is more
   * @param skipped more than 16 MiB had gathered, and all but the last 256 KiB was left out
   * @param restarted some lines come from the start of a file that took the place of the one read
   *     before: they may be old ones that came back
   * @param end where it ended; to go on from
   */
  public record Reading(
      Access access,
      List<String> lines,
      boolean cut,
      boolean skipped,
      boolean restarted,
      Mark end) {
    public Reading {
      lines = List.copyOf(lines);
    }
  }

  /** The present end of the log. */
  public Future<Mark> mark() {
    return blocking(() -> new Mark(log.mark()), LogFollower::unreadable);
  }

  /** The whole lines that were written after a mark. */
  public Future<Reading> since(Mark mark) {
    return blocking(() -> reading(log.since(mark.place)), why -> failed(mark, why));
  }

  /** The last 256 KiB before a mark: old lines. */
  public Future<Reading> before(Mark mark) {
    return blocking(() -> reading(log.before(mark.place)), why -> failed(mark, why));
  }

  /** The last 256 KiB. */
  public Future<Reading> tail() {
    return blocking(() -> reading(log.before(log.mark())), why -> failed(unreadable(why), why));
  }

  /** Hands over what is written from now on, in its order, until {@link #close()}. */
  public void follow(long pollMillis, Consumer<List<String>> newLines) {
    followReadings(
        pollMillis,
        reading -> {
          if (!reading.lines().isEmpty()) {
            newLines.accept(reading.lines());
          }
        });
  }

  /** As {@link #follow}, with all that is known of each reading, empty ones too. */
  public void followReadings(long pollMillis, Consumer<Reading> readings) {
    mark().onSuccess(mark -> poll(mark, pollMillis, readings));
  }

  private void poll(Mark from, long pollMillis, Consumer<Reading> readings) {
    since(from)
        .onSuccess(
            reading -> {
              if (closed) {
                return;
              }
              // Before the consumer runs: what it throws must not end the following.
              vertx.setTimer(
                  reading.cut() ? 1 : Math.max(1, pollMillis),
                  timer -> poll(reading.end(), pollMillis, readings));
              readings.accept(reading);
            });
  }

  /** Ends the following and lets go of the files. */
  public Future<Void> close() {
    closed = true;
    Callable<Void> release =
        () -> {
          log.close();
          return null;
        };
    return executed(release).otherwiseEmpty().compose(done -> worker.close()).otherwiseEmpty();
  }

  private <T> Future<T> blocking(Callable<T> work, Function<String, T> failed) {
    return executed(work)
        .timeout(READ_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
        .otherwise(
            failure ->
                failed.apply(
                    failure instanceof TimeoutException
                        ? "no answer from the file system within " + READ_TIMEOUT_MILLIS + " ms"
                        : "not readable: " + failure));
  }

  private <T> Future<T> executed(Callable<T> work) {
    try {
      return worker.executeBlocking(work, false);
    } catch (RejectedExecutionException e) {
      return Future.failedFuture(e);
    }
  }

  private static Reading reading(RotatedLog.Reading read) {
    return new Reading(
        read.access(),
        read.lines(),
        read.cut(),
        read.skipped(),
        read.restarted(),
        new Mark(read.end()));
  }

  private static Reading failed(Mark mark, String why) {
    return new Reading(Access.denied(why), List.of(), false, false, false, mark);
  }

  private static Mark unreadable(String why) {
    return new Mark(new RotatedLog.Mark(Access.denied(why), false, 0, Map.of()));
  }
}
