package dev.why502.watch;

import dev.why502.bus.Addresses;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows one service: what stands first, then the news, without a gap between them, since it
 * listens before it asks. Started means that the first picture is whole; a connection that is lost
 * later is tried again until the end.
 *
 * <pre>
 *   connecting --handshake--> asking --whole--> following
 *       ^                        |                  |
 *       +------- back-off <------+------ lost ------+
 * </pre>
 */
public final class WatchVerticle extends VerticleBase {
  /** Incidents that are kept; the oldest goes first. */
  static final int MAX_INCIDENTS = 1_000;

  /** Between two looks whether the reader has caught up. */
  private static final long BEHIND_MILLIS = 50;

  private final WatchOptions options;
  private final Teller teller;
  private final Reader reader;
  private final LongSupplier nanoTime;
  private final Board board = new Board();
  private final Map<String, Incident> incidents = new LinkedHashMap<>();
  private final Backoff backoff;
  private final Promise<Void> first = Promise.promise();
  private @Nullable WebSocketClient client;
  private @Nullable Bridge bridge;
  private boolean whole;
  private boolean following;
  private boolean asking;
  private boolean askAgain;
  private boolean paused;
  private boolean silent;
  private boolean stopping;
  private int tries;
  private long heardNanos;
  private long healthNanos;
  private long connectedNanos;
  private long lostNanos;
  private String lastRefusal = "";
  private List<String> problems = List.of();

  /** Who takes what is told, and may be slower than what comes. */
  @FunctionalInterface
  interface Reader {
    boolean behind();
  }

  /**
   * @param nanoTime a monotonic clock
   * @param random from 0 to 1
   */
  WatchVerticle(
      WatchOptions options,
      Teller teller,
      Reader reader,
      LongSupplier nanoTime,
      DoubleSupplier random) {
    this.options = options;
    this.teller = teller;
    this.reader = reader;
    this.nanoTime = nanoTime;
    WatchOptions.Times times = options.times();
    this.backoff = new Backoff(times.firstRetryMillis(), times.longestRetryMillis(), random);
  }

  @Override
  public Future<?> start() {
    client = Bridge.client(vertx, options.times().answerMillis());
    vertx.setPeriodic(options.times().tickMillis(), timer -> tick());
    connect();
    return first.future();
  }

  @Override
  public Future<?> stop() {
    stopping = true;
    if (bridge != null) {
      bridge.close("the end");
    }
    return client == null ? Future.succeededFuture() : client.close();
  }

  private void connect() {
    if (stopping || client == null) {
      return;
    }
    int mine = ++tries;
    Bridge one =
        new Bridge(
            vertx,
            client,
            options.times().answerMillis(),
            this::heard,
            this::alive,
            why -> failed(mine, options.url().shown() + ": " + why, false));
    bridge = one;
    one.connect(options.url(), options.token())
        .onSuccess(open -> opened(one))
        .onFailure(
            failure ->
                Refusal.of(vertx, options, failure)
                    .onSuccess(refusal -> failed(mine, refusal.words(), refusal.answered())));
  }

  private void opened(Bridge open) {
    connectedNanos = nanoTime.getAsLong();
    heardNanos = connectedNanos;
    healthNanos = connectedNanos;
    silent = false;
    open.register(
        options.probe() == null ? Addresses.VERDICTS : Addresses.verdicts(options.probe()));
    open.register(Addresses.INCIDENTS);
    open.register(Addresses.DEFINITIONS);
    open.register(Addresses.HEALTH);
    following = false;
    ask(open);
  }

  /** Asks what stands. What is published meanwhile is heard, and told when the answer is whole. */
  private void ask(Bridge open) {
    asking = true;
    askAgain = false;
    board.beginSnapshot();
    Question.verdicts(open, options.probe(), this::stands)
        .compose(all -> Question.incidents(open, this::incidentStands))
        .onComplete(
            done -> {
              asking = false;
              if (open != bridge || stopping) {
                return;
              }
              if (done.failed()) {
                open.close(
                    done.cause() instanceof TimeoutException
                        ? "it does not answer in time"
                        : String.valueOf(done.cause().getMessage()));
              } else if (askAgain) {
                ask(open);
              } else {
                picture();
              }
            });
  }

  private void stands(Object body) {
    Standing standing = Standing.of(body);
    if (standing != null && board.put(standing) && body instanceof JsonObject verdict) {
      teller.heard(Addresses.VERDICTS, verdict);
    }
  }

  private void incidentStands(Object body) {
    Incident incident = Incident.of(body);
    if (incident != null && ours(incident) && remember(incident)) {
      if (body instanceof JsonObject object) {
        teller.heard(Addresses.INCIDENTS, object);
      }
      if (whole) {
        teller.incident(incident);
      }
    }
  }

  private void picture() {
    boolean again = whole && !following;
    following = true;
    backoff.reset();
    lastRefusal = "";
    List<Board.Change> changes = board.tell();
    if (!whole) {
      whole = true;
      teller.stands(board, incidents.values());
      first.tryComplete();
    } else {
      if (again) {
        teller.back(Duration.ofNanos(nanoTime.getAsLong() - lostNanos), !changes.isEmpty());
      }
      if (!changes.isEmpty()) {
        teller.changed(changes);
      }
      settle();
    }
    teller.status(board, incidents.values());
  }

  private void heard(String address, JsonObject body) {
    switch (address) {
      case Addresses.HEALTH -> health(body);
      case Addresses.DEFINITIONS -> definitions(body);
      case Addresses.INCIDENTS -> {
        Incident incident = Incident.of(body);
        if (incident != null && ours(incident)) {
          teller.heard(address, body);
          if (remember(incident) && whole) {
            teller.incident(incident);
          }
        }
      }
      default -> verdict(body);
    }
    if (reader.behind() && !paused && bridge != null) {
      paused = true;
      bridge.pause();
      vertx.setTimer(BEHIND_MILLIS, this::catchUp);
    }
  }

  private void catchUp(long timer) {
    if (reader.behind()) {
      vertx.setTimer(BEHIND_MILLIS, this::catchUp);
      return;
    }
    paused = false;
    alive();
    healthNanos = nanoTime.getAsLong();
    if (bridge != null) {
      bridge.resume();
    }
  }

  private void verdict(JsonObject body) {
    Standing standing = Standing.of(body);
    if (standing == null
        || (options.probe() != null && !options.probe().equals(standing.probe()))
        || !board.put(standing)) {
      return;
    }
    teller.heard(Addresses.VERDICTS, body);
    if (following && !asking) {
      List<Board.Change> changes = board.tell(standing.probe());
      if (!changes.isEmpty()) {
        teller.changed(changes);
        teller.status(board, incidents.values());
      }
    }
  }

  private boolean ours(Incident incident) {
    return options.probe() == null || incident.probes().contains(options.probe());
  }

  /** Whether it is news. */
  private boolean remember(Incident incident) {
    Incident before = incident.resolved() ? incidents.remove(incident.id()) : null;
    if (!incident.resolved()) {
      before = incidents.put(incident.id(), incident);
      if (incidents.size() > MAX_INCIDENTS) {
        incidents.remove(incidents.keySet().iterator().next());
      }
    }
    return before == null
        || !before.state().equals(incident.state())
        || !before.cause().equals(incident.cause())
        || !before.probes().equals(incident.probes());
  }

  private void definitions(JsonObject body) {
    Fields fields = Fields.of(body);
    teller.heard(Addresses.DEFINITIONS, body);
    if (!following) {
      return;
    }
    teller.definitions(fields.flag("accepted"), fields.texts("errors"));
    if (fields.flag("accepted") && bridge != null) {
      if (asking) {
        askAgain = true;
      } else {
        ask(bridge);
      }
    }
  }

  private void health(JsonObject body) {
    healthNanos = nanoTime.getAsLong();
    teller.heard(Addresses.HEALTH, body);
    if (silent) {
      silent = false;
      teller.heardAgain();
    }
    List<String> now = Fields.of(body).texts("problems");
    if (!now.equals(problems)) {
      problems = now;
      teller.problems(now);
    }
  }

  private void alive() {
    heardNanos = nanoTime.getAsLong();
  }

  private void tick() {
    Bridge open = bridge;
    if (following && open != null && !paused) {
      long now = nanoTime.getAsLong();
      if (millis(now - heardNanos) > options.times().goneMillis()) {
        open.close("no sign of life for " + options.times().goneMillis() / 1000 + " s");
      } else if (millis(now - healthNanos) > options.times().silentMillis() && !silent) {
        silent = true;
        teller.silent(Duration.ofNanos(now - healthNanos));
      }
      open.ping();
      settle();
    }
    if (whole) {
      teller.status(board, incidents.values());
    }
  }

  /** A service that has just started has judged nothing yet: what it does not tell is not gone. */
  private void settle() {
    long since = millis(nanoTime.getAsLong() - connectedNanos);
    if (following && !asking && since > options.times().settleMillis()) {
      List<String> gone = board.dropUnconfirmed();
      if (!gone.isEmpty()) {
        teller.gone(gone);
      }
    }
  }

  /** The try or the connection is over; answered tells of one that was refused with a status. */
  private void failed(int which, String why, boolean answered) {
    if (stopping || which != tries || bridge == null) {
      return;
    }
    bridge = null;
    paused = false;
    if (!whole) {
      first.tryFail(new Bridge.Refused(why));
      return;
    }
    if (following) {
      following = false;
      lostNanos = nanoTime.getAsLong();
      teller.lost(why);
    } else if (answered && !why.equals(lastRefusal)) {
      lastRefusal = why;
      teller.stillLost(why);
    }
    teller.status(board, incidents.values());
    vertx.setTimer(backoff.nextMillis(), again -> connect());
  }

  private static long millis(long nanos) {
    return nanos / 1_000_000;
  }
}
