package dev.why502.notify;

import dev.why502.notify.Outbox.Waiting;
import io.vertx.core.Vertx;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells one receiver, one thing at a time and in order: waits between tries, keeps to the pace of
 * bots, and gives up. Runs on one event loop.
 */
final class Desk {
  private static final String GONE = "no such receiver any more";
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Vertx vertx;
  private final String receiver;
  private final Timing timing;
  private final LongSupplier nanos;
  private final Hearing hearing;
  private final Outbox outbox;
  private final Pace pace;
  private Courier courier;
  private boolean bot;
  private boolean busy;
  private boolean closed;
  private boolean dismissed;

  /** An answer is awaited. */
  private boolean asked;

  private boolean unwell;
  private int tries;
  private long timer = -1;
  private @Nullable Waiting current;

  Desk(
      Vertx vertx,
      String receiver,
      Courier courier,
      boolean bot,
      int most,
      Timing timing,
      LongSupplier nanos,
      Hearing hearing) {
    this.vertx = vertx;
    this.receiver = receiver;
    this.courier = courier;
    this.bot = bot;
    this.timing = timing;
    this.nanos = nanos;
    this.hearing = hearing;
    this.outbox = new Outbox(most);
    this.pace = new Pace(timing.paceMost(), timing.paceMillis());
  }

  /** What waits goes the new way. */
  void replace(Courier next, boolean nextIsBot) {
    courier = next;
    bot = nextIsBot;
  }

  void add(Notice notice) {
    queued(outbox.add(notice, bot, nowMillis()));
  }

  /** What an earlier run may have told, or not. */
  void addAgain(Notice notice) {
    queued(outbox.addAgain(notice, bot, nowMillis()));
  }

  private void queued(@Nullable Waiting gone) {
    if (gone != null) {
      giveUp(gone, "too much waits for this receiver");
    }
    next();
  }

  /** What came of telling it again what it knows. */
  void repeated(Attempt attempt) {
    tell(attempt.result() == Attempt.Result.TAKEN ? null : attempt.words());
  }

  /** The receiver is no longer named: nobody is left to be told. */
  void dismiss() {
    close();
    dismissed = true;
    if (current != null && !asked) {
      giveUp(current, GONE);
    }
    for (Waiting one : outbox.clear()) {
      giveUp(one, GONE);
    }
  }

  /** What waits is not given up: it is stored, and handed in again after a restart. */
  void close() {
    closed = true;
    if (timer >= 0) {
      vertx.cancelTimer(timer);
    }
  }

  private void next() {
    if (busy || closed) {
      return;
    }
    Waiting first = outbox.peek();
    if (first == null) {
      return;
    }
    busy = true;
    long wait = Math.max(settling(first), bot ? pace.waitMillis(nowMillis()) : 0);
    if (wait > 0) {
      later(
          wait,
          () -> {
            busy = false;
            next();
          });
      return;
    }
    outbox.poll();
    tries = 0;
    attempt(first);
  }

  /** The first word of an outage may be shallow; people are to read its cause in the first line. */
  private long settling(Waiting first) {
    return first.notice().kind() == Notice.Kind.OPENED && !first.again()
        ? first.sinceMillis() + timing.settleMillis() - nowMillis()
        : 0;
  }

  private void attempt(Waiting one) {
    current = one;
    tries++;
    asked = true;
    pace.sent(nowMillis());
    courier
        .carry(one.notice())
        .otherwise(bug -> Attempt.refused("a fault of our own: " + bug.getClass().getSimpleName()))
        .onSuccess(attempt -> ended(one, attempt));
  }

  private void ended(Waiting one, Attempt attempt) {
    asked = false;
    if (closed && attempt.result() != Attempt.Result.TAKEN) {
      if (dismissed) {
        giveUp(one, GONE);
      }
      return;
    }
    switch (attempt.result()) {
      case TAKEN -> {
        one.keys().forEach(key -> hearing.delivered(key, attempt.words()));
        tell(null);
        done();
      }
      case REFUSED -> {
        giveUp(one, attempt.words());
        done();
      }
      case AGAIN -> {
        if (tries > timing.pausesMillis().size()) {
          giveUp(one, attempt.words() + ", " + tries + " times");
          done();
          return;
        }
        long pause = timing.pausesMillis().get(tries - 1);
        if (attempt.pause() != null) {
          pause = Math.max(pause, attempt.pause().toMillis());
        }
        later(Math.min(pause, timing.longestPauseMillis()), () -> attempt(one));
      }
    }
  }

  private void done() {
    busy = false;
    current = null;
    next();
  }

  private void giveUp(Waiting one, String why) {
    one.keys().forEach(key -> hearing.givenUp(key, receiver, why));
    tell(why);
  }

  /** Once when it begins, once when it is over. */
  private void tell(@Nullable String why) {
    if (unwell != (why != null)) {
      unwell = why != null;
      hearing.failing(receiver, why);
    }
  }

  private void later(long millis, Runnable then) {
    timer =
        vertx.setTimer(
            Math.max(1, millis),
            id -> {
              timer = -1;
              if (!closed) {
                then.run();
              }
            });
  }

  private long nowMillis() {
    return nanos.getAsLong() / NANOS_PER_MILLI;
  }
}
