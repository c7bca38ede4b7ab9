package dev.why502.notify;

import dev.why502.definition.Deadman;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells somebody outside that we watch, as long as we really do. Of a site that fails it says
 * nothing: its silence means that nobody watches, and nothing else.
 */
public final class DeadmanSwitch extends VerticleBase {
  /** As healthchecks.io advises. */
  private static final int TRIES = 3;

  private static final long PAUSE_MILLIS = 2_000;

  private final Supplier<List<String>> obstacles;
  private final Consumer<@Nullable String> failing;
  private final InstantSource clock;
  private final long callMillis;
  private final long pauseMillis;
  private @Nullable Deadman deadman;
  private @Nullable Caller caller;
  private @Nullable Context own;
  private long timer = -1;
  private boolean unwell;
  private boolean asking;

  /**
   * Deploy it, then {@link #configure} it.
   *
   * @param obstacles why it cannot be said that we watch, in words; empty while we do. Called on
   *     the verticle's context; must not block.
   * @param failing is told once when the address cannot be reached, in words without it, and null
   *     once when it can again
   */
  public DeadmanSwitch(
      Supplier<List<String>> obstacles, Consumer<@Nullable String> failing, InstantSource clock) {
    this(obstacles, failing, clock, Timing.DEFAULT.callMillis(), PAUSE_MILLIS);
  }

  DeadmanSwitch(
      Supplier<List<String>> obstacles,
      Consumer<@Nullable String> failing,
      InstantSource clock,
      long callMillis,
      long pauseMillis) {
    this.obstacles = obstacles;
    this.failing = failing;
    this.clock = clock;
    this.callMillis = callMillis;
    this.pauseMillis = pauseMillis;
  }

  @Override
  public Future<?> start() {
    own = context;
    caller = new Caller(vertx, clock, callMillis);
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    return caller == null ? Future.succeededFuture() : caller.close();
  }

  /** Takes another address or interval, or null for none. Callable anywhere. */
  public Future<Void> configure(@Nullable Deadman next) {
    Context context = own;
    if (context == null) {
      return Future.failedFuture(new IllegalStateException("not deployed"));
    }
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        ignored -> {
          replace(next);
          done.complete();
        });
    return done.future();
  }

  private void replace(@Nullable Deadman next) {
    if (Objects.equals(next, deadman)) {
      return;
    }
    if (timer >= 0) {
      vertx.cancelTimer(timer);
      timer = -1;
    }
    deadman = next;
    tell(null);
    if (next != null) {
      timer = vertx.setPeriodic(next.interval().toMillis(), id -> tick(next));
    }
  }

  private void tick(Deadman to) {
    // An answer that is late must not make the next ping wait in a queue.
    if (!asking && obstacles.get().isEmpty()) {
      asking = true;
      ping(to, 1);
    }
  }

  private void ping(Deadman to, int tries) {
    Objects.requireNonNull(caller)
        .get(to.url())
        .onSuccess(
            answer -> {
              boolean heard = answer.status() >= 200 && answer.status() < 300;
              if (heard) {
                asking = false;
                tell(null);
              } else if (tries < TRIES) {
                vertx.setTimer(pauseMillis, id -> again(to, tries + 1));
              } else {
                asking = false;
                String why = answer.failure();
                tell(why == null ? "answered " + answer.status() : why);
              }
            });
  }

  /** What was true two seconds ago may not be any more. */
  private void again(Deadman to, int tries) {
    if (to.equals(deadman) && obstacles.get().isEmpty()) {
      ping(to, tries);
    } else {
      asking = false;
    }
  }

  private void tell(@Nullable String why) {
    if (unwell != (why != null)) {
      unwell = why != null;
      failing.accept(why);
    }
  }
}
