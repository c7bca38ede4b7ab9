package dev.why502.notify;

import dev.why502.bus.Spoken;
import dev.why502.definition.Alerting;
import dev.why502.definition.Receiver;
import dev.why502.definition.Receiver.Format;
import dev.why502.definition.Receiver.Mail;
import dev.why502.definition.Receiver.Post;
import dev.why502.language.Language;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells receivers. Each has a queue of its own, so that one that hangs keeps nobody else from
 * hearing; what is handed in is delivered in order, or given up and said so.
 */
public final class Notifier extends VerticleBase {
  /** Alerts in one request to an Alertmanager. */
  private static final int MAX_ALERTS = 500;

  private final Links links;
  private final Hearing hearing;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final Timing timing;
  private final int most;
  private final Map<String, Desk> desks = new HashMap<>();
  private final Map<String, Receiver> receivers = new HashMap<>();
  private final Map<String, PostCourier> alertmanagers = new HashMap<>();
  private final Hearing counting = new Counting();
  private Supplier<List<Firing>> firing = List::of;
  private final AtomicLong failures = new AtomicLong();
  private @Nullable Caller caller;
  private @Nullable Context own;

  /**
   * Deploy it, then {@link #configure} it.
   *
   * @param nanos a clock that nobody sets, in nanoseconds
   */
  public Notifier(Links links, Hearing hearing, InstantSource clock, LongSupplier nanos) {
    this(links, hearing, clock, nanos, Timing.DEFAULT, Outbox.MOST);
  }

  Notifier(
      Links links,
      Hearing hearing,
      InstantSource clock,
      LongSupplier nanos,
      Timing timing,
      int most) {
    this.links = links;
    this.hearing = hearing;
    this.clock = clock;
    this.nanos = nanos;
    this.timing = timing;
    this.most = most;
  }

  @Override
  public Future<?> start() {
    own = context;
    caller = new Caller(vertx, clock, timing.callMillis());
    vertx.setPeriodic(timing.resendMillis(), id -> resend());
    return Future.succeededFuture();
  }

  /** What waits is not delivered: it is in the store, and handed in again at the next start. */
  @Override
  public Future<?> stop() {
    desks.values().forEach(Desk::close);
    desks.clear();
    return caller == null ? Future.succeededFuture() : caller.close();
  }

  /** Takes new receivers; those that stay keep what waits for them. Callable anywhere. */
  public Future<Void> configure(Alerting alerting) {
    return onContext(
        () -> {
          Map<String, Receiver> next = new HashMap<>();
          alerting.receivers().forEach(receiver -> next.put(receiver.name(), receiver));
          List.copyOf(desks.keySet()).stream()
              .filter(name -> !next.containsKey(name))
              .forEach(this::dismiss);
          next.values().forEach(this::open);
        });
  }

  /**
   * Which incidents last: an Alertmanager is told of them again and again, and takes them for over
   * when it no longer is. Callable anywhere.
   *
   * @param lasting called on the notifier's context
   */
  public Future<Void> firing(Supplier<List<Firing>> lasting) {
    return onContext(() -> firing = lasting);
  }

  /** Takes what is to be told, in this order. Callable anywhere. */
  public Future<Void> deliver(List<Notice> notices) {
    return each(notices, Desk::add);
  }

  /** Takes what an earlier run was to tell, and may have told. Callable anywhere. */
  public Future<Void> deliverAgain(List<Notice> notices) {
    return each(notices, Desk::addAgain);
  }

  private Future<Void> each(List<Notice> notices, BiConsumer<Desk, Notice> take) {
    List<Notice> all = List.copyOf(notices);
    return onContext(
        () -> {
          for (Notice notice : all) {
            Desk desk = desks.get(notice.receiver());
            if (desk == null) {
              counting.givenUp(notice.key(), notice.receiver(), "no such receiver");
            } else {
              take.accept(desk, notice);
            }
          }
        });
  }

  /** Sends one message that says that it is a test, past the queue. Callable anywhere. */
  public Future<Receipt> test(String receiver) {
    Promise<Receipt> receipt = Promise.promise();
    onContext(
            () -> {
              Receiver known = receivers.get(receiver);
              if (known == null) {
                receipt.complete(new Receipt(false, "no such receiver"));
                return;
              }
              courier(known)
                  .carry(testNotice(receiver))
                  .map(
                      attempt ->
                          new Receipt(attempt.result() == Attempt.Result.TAKEN, attempt.words()))
                  .onComplete(receipt);
            })
        .onFailure(receipt::tryFail);
    return receipt.future();
  }

  /** Notices that were given up since the start. Callable anywhere. */
  public long failures() {
    return failures.get();
  }

  private Notice testNotice(String receiver) {
    Instant at = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    JsonObject nothing =
        new JsonObject()
            .put("id", "test")
            .put("state", "open")
            .put("cause", "ok")
            .put("since", at.toString())
            .put("at", at.toString());
    return Notice.of(
        "test-" + at.toEpochMilli(), receiver, Notice.Kind.TEST, nothing, Map.of(), null);
  }

  private void open(Receiver receiver) {
    if (receiver.equals(receivers.get(receiver.name()))) {
      return;
    }
    receivers.put(receiver.name(), receiver);
    alertmanagers.remove(receiver.name());
    Courier courier = courier(receiver);
    boolean bot = receiver.way() instanceof Post post && post.format().bot();
    if (receiver.way() instanceof Post post
        && post.format() == Format.ALERTMANAGER
        && courier instanceof PostCourier alertmanager) {
      alertmanagers.put(receiver.name(), alertmanager);
    }
    Desk desk = desks.get(receiver.name());
    if (desk == null) {
      desks.put(
          receiver.name(),
          new Desk(vertx, receiver.name(), courier, bot, most, timing, nanos, counting));
    } else {
      desk.replace(courier, bot);
    }
  }

  private void dismiss(String name) {
    Desk desk = desks.get(name);
    if (desk != null) {
      desk.dismiss();
      desks.remove(name);
      receivers.remove(name);
      alertmanagers.remove(name);
    }
  }

  private Courier courier(Receiver receiver) {
    Language language = Language.of(receiver.language());
    Spoken words = Spoken.in(language == null ? Language.ENGLISH : language);
    if (receiver.way() instanceof Post post) {
      return new PostCourier(post, words, links, Objects.requireNonNull(caller), clock, timing);
    }
    if (receiver.way() instanceof Mail mail) {
      return new MailCourier(vertx, mail, words, links, timing);
    }
    throw new AssertionError(receiver.way());
  }

  private void resend() {
    if (alertmanagers.isEmpty()) {
      return;
    }
    List<Firing> all = firing.get();
    alertmanagers.forEach(
        (name, alertmanager) -> {
          List<Notice> notices = new ArrayList<>();
          for (Firing one : all) {
            if (one.receivers().contains(name) && notices.size() < MAX_ALERTS) {
              notices.add(
                  Notice.of("", name, Notice.Kind.OPENED, one.incident(), one.labels(), null));
            }
          }
          Desk desk = desks.get(name);
          if (!notices.isEmpty() && desk != null) {
            alertmanager.alert(notices).onSuccess(desk::repeated);
          }
        });
  }

  private Future<Void> onContext(Runnable work) {
    Context context = own;
    if (context == null) {
      return Future.failedFuture(new IllegalStateException("not deployed"));
    }
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        ignored -> {
          work.run();
          done.complete();
        });
    return done.future();
  }

  /** Passes on, and keeps the count that others read. */
  private final class Counting implements Hearing {
    @Override
    public void delivered(String key, String outcome) {
      hearing.delivered(key, outcome);
    }

    @Override
    public void givenUp(String key, String receiver, String why) {
      failures.incrementAndGet();
      hearing.givenUp(key, receiver, why);
    }

    @Override
    public void failing(String receiver, @Nullable String why) {
      hearing.failing(receiver, why);
    }
  }
}
