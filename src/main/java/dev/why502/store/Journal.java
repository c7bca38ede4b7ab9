package dev.why502.store;

import dev.why502.store.Pending.Waiting;
import dev.why502.store.StoreFailure.Kind;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.pgclient.PgConnectOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The one way into the store: a queue, batches, one write at a time. Whatever the store does,
 * {@link #add} comes back at once; when the store fails, what waits is tried again in its order,
 * and what is too much is dropped and counted.
 *
 * <p>May be called from any thread. Its own state belongs to one event loop.
 */
public final class Journal {
  /** Entries in one transaction. */
  static final int MOST_IN_BATCH = 500;

  private final VertxInternal vertx;
  private final ContextInternal context;
  private final StoreOptions options;
  private final InstantSource clock;
  private final StoreListener listener;
  private final Database database;
  private final Writing writing;
  private final Archive archive;
  private final Promise<Memory> memory;

  private final AtomicLong errors = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private final AtomicLong writes = new AtomicLong();
  private final AtomicLong asked = new AtomicLong();
  private final AtomicLong settled = new AtomicLong();
  private volatile boolean failing;
  private volatile @Nullable Instant lastWrite;

  private final Pending pending;
  private long numbers;
  private boolean opened;
  private boolean loaded;
  private boolean busy;
  private long slowTimer = -1;

  /** Failed, and waits for its next attempt. */
  private List<Waiting> retried = List.of();

  private boolean gathering;
  private boolean wrote;
  private long retryMillis;

  /** Up to this one, entries are written alone: one of them cannot be stored. */
  private long singlyUpTo;

  /** When this one is written, the store has caught up; none while it fails. */
  private long caughtUpAt = Long.MAX_VALUE;

  private @Nullable Pruning pruning;
  private long pruneTimer = -1;
  private @Nullable Kind over;
  private @Nullable Promise<Void> drained;

  private Journal(
      VertxInternal vertx,
      StoreOptions options,
      String node,
      InstantSource clock,
      StoreListener listener,
      Function<Consumer<String>, Database> databases) {
    this.vertx = vertx;
    this.context = vertx.createEventLoopContext();
    this.options = options;
    this.clock = clock;
    this.listener = listener;
    this.database = databases.apply(text -> context.runOnContext(run -> listener.told(text)));
    this.writing = new Writing(database, node);
    this.archive = new Archive(database, node);
    this.memory = Promise.promise();
    this.pending = new Pending();
    this.retryMillis = options.firstRetry().toMillis();
  }

  /**
   * Opens the store, for as long as it takes; until then entries wait.
   *
   * @param node its name; in a file, which is of one service alone, it does not matter
   */
  public static Journal start(
      VertxInternal vertx,
      StoreOptions options,
      String node,
      InstantSource clock,
      StoreListener listener) {
    Path directory = options.location().directory();
    PgConnectOptions server = options.location().server();
    if (directory != null) {
      // A container's name is another one each time; its volume is the same.
      return start(
          vertx,
          options,
          "",
          clock,
          listener,
          tell -> new SqliteDatabase(vertx, directory, clock, tell));
    }
    if (server == null) {
      throw new IllegalArgumentException("a store is in a directory or at a server");
    }
    return start(
        vertx,
        options,
        node,
        clock,
        listener,
        tell -> new PgDatabase(vertx, options.location(), server, node));
  }

  static Journal start(
      VertxInternal vertx,
      StoreOptions options,
      String node,
      InstantSource clock,
      StoreListener listener,
      Function<Consumer<String>, Database> databases) {
    Journal journal = new Journal(vertx, options, node, clock, listener, databases);
    journal.context.runOnContext(
        run -> {
          journal.pruneTimer =
              vertx.setPeriodic(options.prune().toMillis(), timer -> journal.pruneSoon());
          journal.turn();
        });
    return journal;
  }

  /**
   * What an earlier run left. Fails when the store must not be used (another process has it, a
   * newer version wrote it); while it merely cannot be reached, it waits.
   */
  public Future<Memory> load() {
    return here(memory.future());
  }

  /** Completes when it is on disk. Fails only when the entry was dropped, or cannot be stored. */
  public Future<Void> add(Entry entry) {
    Promise<Void> promise = vertx.promise();
    asked.incrementAndGet();
    context.runOnContext(run -> enqueue(entry, promise));
    return promise.future();
  }

  public Archive archive() {
    return archive;
  }

  Database database() {
    return database;
  }

  /** Failed attempts and entries that were not stored, since the start. */
  public long errors() {
    return errors.get();
  }

  /** Entries that were not stored, since the start. */
  public long dropped() {
    return dropped.get();
  }

  /** Entries that wait, those under way included. */
  public long pending() {
    return asked.get() - settled.get();
  }

  /** Batches on disk, since the start. */
  public long writes() {
    return writes.get();
  }

  /** When the last batch was on disk, on the wall clock; null before the first. */
  public @Nullable Instant lastWrite() {
    return lastWrite;
  }

  /** From {@link StoreListener#failing} to {@link StoreListener#caughtUp}. */
  public boolean failing() {
    return failing;
  }

  /** Writes what waits, as far as this time allows, and ends. */
  public Future<Void> close(Duration limit) {
    Promise<Void> promise = vertx.promise();
    context.runOnContext(
        run -> {
          if (drained == null) {
            drained = Promise.promise();
            vertx.cancelTimer(pruneTimer);
            pruning = null;
            if (over == null) {
              turn();
            } else {
              drained.complete();
            }
          }
          drained
              .future()
              .timeout(Math.max(1, limit.toMillis()), TimeUnit.MILLISECONDS)
              .transform(
                  done -> {
                    end(Kind.CLOSED, "the store is closed");
                    return database
                        .close()
                        .timeout(Math.max(1, limit.toMillis()), TimeUnit.MILLISECONDS);
                  })
              .transform(closed -> Future.<Void>succeededFuture())
              .onComplete(promise);
        });
    return promise.future();
  }

  private <T> Future<T> here(Future<T> future) {
    Promise<T> promise = vertx.promise();
    future.onComplete(promise);
    return promise.future();
  }

  private void enqueue(Entry entry, Promise<Void> promise) {
    Waiting one = new Waiting(++numbers, entry, promise);
    if (over != null || drained != null) {
      drop(one, over == null ? Kind.CLOSED : over, "the store is closed");
      return;
    }
    for (Waiting gone : pending.add(one)) {
      drop(gone, Kind.DROPPED, "too much waits for the store");
    }
    turnSoon();
  }

  private void drop(Waiting one, Kind kind, String why) {
    dropped.incrementAndGet();
    errors.incrementAndGet();
    settled.incrementAndGet();
    one.promise.fail(new StoreFailure(kind, why));
  }

  private void turnSoon() {
    if (busy) {
      return;
    }
    if (pending.urgent() || pending.size() >= MOST_IN_BATCH || drained != null) {
      turn();
    } else if (!gathering && pending.size() > 0) {
      gathering = true;
      vertx.setTimer(
          options.gather().toMillis(),
          timer -> {
            gathering = false;
            turn();
          });
    }
  }

  /** The next thing to do, if nothing is under way: what waits and pruning take turns. */
  private void turn() {
    if (busy || over != null) {
      return;
    }
    if (!loaded) {
      start();
      ready().compose(ready -> archive.memory()).onComplete(context(this::loaded, this::notLoaded));
    } else if (pending.size() > 0 && !(wrote && pruning != null)) {
      long most = singlyUpTo > 0 ? 1 : MOST_IN_BATCH;
      wrote = true;
      attempt(pending.take((int) most));
    } else if (pruning != null) {
      start();
      wrote = false;
      prune(pruning);
    } else if (drained != null) {
      drained.tryComplete();
    }
  }

  private Future<Void> ready() {
    return opened
        ? Future.succeededFuture()
        : database
            .open()
            .compose(open -> Schema.bringUp(database))
            .onSuccess(ready -> opened = true);
  }

  private void loaded(Memory found) {
    loaded = true;
    memory.tryComplete(found);
    succeeded(0);
    next();
  }

  private void notLoaded(StoreFailure failure) {
    if (failure.kind() == Kind.REFUSED) {
      memory.fail(failure);
      end(Kind.REFUSED, String.valueOf(failure.getMessage()));
      database.close();
      return;
    }
    failed(failure);
    again(
        () -> {
          busy = false;
          turn();
        });
  }

  private void start() {
    busy = true;
    slowTimer =
        vertx.setTimer(
            options.slow().toMillis(),
            timer -> begin("the store takes longer than " + options.slow().toMillis() + " ms"));
  }

  private void stop() {
    vertx.cancelTimer(slowTimer);
  }

  private void attempt(List<Waiting> batch) {
    if (over != null) {
      batch.forEach(one -> drop(one, over, "the store is closed"));
      return;
    }
    start();
    ready()
        .compose(ready -> writing.write(batch, clock.instant()))
        .onComplete(context(done -> written(batch), failure -> notWritten(batch, failure)));
  }

  private void written(List<Waiting> batch) {
    writes.incrementAndGet();
    lastWrite = clock.instant();
    long last = batch.get(batch.size() - 1).number;
    if (last >= singlyUpTo) {
      singlyUpTo = 0;
    }
    settled.addAndGet(batch.size());
    // Whoever waits for one of them finds the store well again.
    succeeded(last);
    batch.forEach(one -> one.promise.complete());
    next();
  }

  private void succeeded(long upTo) {
    retryMillis = options.firstRetry().toMillis();
    if (!failing) {
      return;
    }
    if (caughtUpAt == Long.MAX_VALUE) {
      // What comes from here on did not have to wait.
      caughtUpAt = numbers;
    }
    if (upTo >= caughtUpAt || pending.size() == 0) {
      caughtUpAt = Long.MAX_VALUE;
      failing = false;
      listener.caughtUp();
    }
  }

  private void next() {
    busy = false;
    if (pruning != null || drained != null) {
      turn();
    } else {
      turnSoon();
    }
  }

  private void notWritten(List<Waiting> batch, StoreFailure failure) {
    if (over != null) {
      batch.forEach(one -> drop(one, over, "the store is closed"));
      return;
    }
    if (failure.kind() == Kind.ENTRY && batch.size() == 1) {
      // Nothing that is tried again: the store is well, and this is not for it.
      drop(batch.get(0), Kind.ENTRY, String.valueOf(failure.getMessage()));
      listener.told("an entry could not be stored: " + failure.getMessage());
      if (batch.get(0).number >= singlyUpTo) {
        singlyUpTo = 0;
      }
      next();
      return;
    }
    if (failure.kind() == Kind.ENTRY) {
      errors.incrementAndGet();
      singlyUpTo = batch.get(batch.size() - 1).number;
      pending.putBack(batch);
      next();
      return;
    }
    failed(failure);
    retried = batch;
    again(
        () -> {
          retried = List.of();
          attempt(batch);
        });
  }

  private void failed(StoreFailure failure) {
    errors.incrementAndGet();
    caughtUpAt = Long.MAX_VALUE;
    if (failure.kind() != Kind.FULL) {
      opened = false;
    }
    begin(String.valueOf(failure.getMessage()));
  }

  private void begin(String why) {
    if (!failing) {
      failing = true;
      listener.failing(why);
    }
  }

  private void again(Runnable attempt) {
    if (over != null) {
      return;
    }
    long wait = retryMillis;
    retryMillis = Math.min(options.lastRetry().toMillis(), retryMillis * 2);
    vertx.setTimer(
        wait,
        timer -> {
          if (over == null) {
            attempt.run();
          }
        });
  }

  private void pruneSoon() {
    if (pruning == null && loaded && !failing && over == null) {
      pruning = new Pruning(database, options.keeping(), clock.instant());
      wrote = true;
      turn();
    }
  }

  private void prune(Pruning under) {
    under
        .step()
        .onComplete(
            context(
                more -> {
                  if (!more) {
                    pruning = null;
                  }
                  succeeded(0);
                  next();
                },
                failure -> {
                  // Not told: what is new can be written, or that will tell. Tried again later.
                  errors.incrementAndGet();
                  opened &= failure.kind() == Kind.FULL;
                  pruning = null;
                  next();
                }));
  }

  private void end(Kind kind, String why) {
    if (over != null) {
      return;
    }
    over = kind;
    vertx.cancelTimer(pruneTimer);
    memory.tryFail(new StoreFailure(kind, why));
    List<Waiting> left = new ArrayList<>(pending.take(Integer.MAX_VALUE));
    left.addAll(0, retried);
    retried = List.of();
    left.forEach(one -> drop(one, kind, why));
    if (drained != null) {
      drained.tryComplete();
    }
  }

  /** What was begun is over; back on our own event loop, wherever the store answered. */
  private <T> io.vertx.core.Handler<io.vertx.core.AsyncResult<T>> context(
      Consumer<T> done, Consumer<StoreFailure> failed) {
    return result ->
        context.runOnContext(
            run -> {
              stop();
              if (result.succeeded()) {
                done.accept(result.result());
              } else {
                failed.accept(StoreFailure.of(result.cause()));
              }
            });
  }
}
