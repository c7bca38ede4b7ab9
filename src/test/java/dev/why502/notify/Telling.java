package dev.why502.notify;

import dev.why502.definition.Alerting;
import dev.why502.definition.Receiver;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A notifier with short pauses, and what was heard of it. */
final class Telling implements AutoCloseable {
  /** Short pauses, and patience: the machine may be busy. */
  static final Timing QUICK = within(5_000);

  /** For services that do not answer. */
  static final Timing IMPATIENT = within(500);

  final Vertx vertx = Vertx.vertx();
  final Notifier notifier;

  /**
   * Each as {@code delivered KEY: WORDS}, {@code given up KEY: WORDS} or {@code NAME fails: WORDS}.
   */
  final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

  Telling(Receiver... receivers) {
    this(QUICK, receivers);
  }

  Telling(Timing timing, Receiver... receivers) {
    this(timing, Outbox.MOST, InstantSource.system(), receivers);
  }

  Telling(Timing timing, int most, InstantSource clock, Receiver... receivers) {
    notifier =
        new Notifier(
            new Links("http://why502.example/"),
            new Heard(),
            clock,
            System::nanoTime,
            timing,
            most);
    vertx.deployVerticle(notifier).compose(id -> configure(receivers)).await();
  }

  private static Timing within(long callMillis) {
    return new Timing(
        0,
        List.of(10L, 20L, 30L),
        callMillis,
        1_500,
        200,
        1_000,
        1_000,
        60_000,
        Duration.ofMinutes(4));
  }

  io.vertx.core.Future<Void> configure(Receiver... receivers) {
    return notifier.configure(new Alerting(List.of(receivers), List.of(), null, true));
  }

  void tell(Notice... notices) {
    notifier.deliver(List.of(notices)).await();
  }

  String hear() throws InterruptedException {
    String next = heard.poll(10, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nothing was heard");
    }
    return next;
  }

  @Override
  public void close() {
    vertx.close().await();
  }

  private final class Heard implements Hearing {
    @Override
    public void delivered(String key, String outcome) {
      heard.add("delivered " + key + ": " + outcome);
    }

    @Override
    public void givenUp(String key, String receiver, String why) {
      heard.add("given up " + key + ": " + why);
    }

    @Override
    public void failing(String receiver, @Nullable String why) {
      heard.add(receiver + (why == null ? " works" : " fails: " + why));
    }
  }
}
