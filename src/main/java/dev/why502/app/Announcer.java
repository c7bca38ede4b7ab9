package dev.why502.app;

import dev.why502.bus.Feed;
import dev.why502.bus.Json;
import dev.why502.incident.Event;
import dev.why502.incident.Incident;
import dev.why502.incident.Stored;
import dev.why502.store.Entry;
import dev.why502.store.Outgoing;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;

/**
 * Says what happened to incidents: first to the disk, then to the bus and to people, in the order
 * in which it happened.
 *
 * <p>A disk that cannot be written must not keep an outage from those who have to mend it: after
 * {@link #PATIENCE_MILLIS} it is told all the same, and written when that is possible again. Only
 * then may a crash in between have it told twice.
 */
final class Announcer implements Outages.Teller {
  /** How long the disk may take before people are told without it. */
  static final long PATIENCE_MILLIS = 2_000;

  private final Vertx vertx;
  private final Feed feed;
  private final Json json;
  private final String node;
  private final InstantSource clock;
  private final Register register;
  private final Addressing addressing;
  private final Function<String, @Nullable String> cases;
  private final Map<String, Set<String>> members = new HashMap<>();
  private Future<Void> last = Future.succeededFuture();

  /** Who is to be told, and how they are reached. */
  interface Addressing {
    /** What is to be sent, addressed; empty for what is silenced. */
    List<Outgoing> of(Event event, JsonObject body);

    void send(List<Outgoing> messages);
  }

  /**
   * @param cases a probe's newest case as it is stored, secrets masked; null when there is none
   */
  Announcer(
      Vertx vertx,
      Feed feed,
      Json json,
      String node,
      InstantSource clock,
      Register register,
      Addressing addressing,
      Function<String, @Nullable String> cases) {
    this.vertx = vertx;
    this.feed = feed;
    this.json = json;
    this.node = node;
    this.clock = clock;
    this.register = register;
    this.addressing = addressing;
    this.cases = cases;
  }

  @Override
  public void tell(Event event, @Nullable Stored stored, Set<String> probes) {
    Incident incident = event.incident();
    Set<String> all = befallen(incident, probes);
    Instant at = clock.instant();
    long seq = feed.number();
    JsonObject body = json.incident(incident, at, seq, node);
    List<Outgoing> messages = event.transition() ? addressing.of(event, body) : List.of();
    Entry.IncidentChange change =
        new Entry.IncidentChange(
            incident.id(),
            seq,
            at,
            event.kind().name().toLowerCase(Locale.ROOT),
            incident.state(),
            incident.story().cause().code(),
            incident.story().since(),
            incident instanceof Incident.Resolved over ? over.resolvedAt() : null,
            body.encode(),
            stored == null ? null : json.writeStored(stored),
            evidence(event),
            messages);
    log(event, body);
    Future<Void> written = register.add(change);
    last =
        last.transform(told -> patient(written))
            .onComplete(
                done -> {
                  if (event.kind() != Event.Kind.REMINDED) {
                    feed.incident(body, all);
                  }
                  if (!messages.isEmpty()) {
                    addressing.send(messages);
                  }
                })
            .otherwiseEmpty();
  }

  @Override
  public void show(Incident incident, @Nullable Stored stored, Set<String> probes) {
    Set<String> all = befallen(incident, probes);
    JsonObject body = json.incident(incident, clock.instant(), feed.number(), node);
    // Not before what is under way has been told.
    last = last.onComplete(told -> feed.shown(body, all)).otherwiseEmpty();
  }

  /** Ends when it is written, or when waiting for that any longer would keep people from it. */
  private Future<Void> patient(Future<Void> written) {
    return written.isComplete() || register.failing()
        ? Future.succeededFuture()
        : Future.any(
                written.recover(failure -> Future.succeededFuture()),
                vertx.timer(PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
            .mapEmpty();
  }

  /** All that it ever befell: of one that is over, nobody is left in it. */
  private Set<String> befallen(Incident incident, Set<String> probes) {
    Set<String> all = members.computeIfAbsent(incident.id(), id -> new HashSet<>());
    all.addAll(probes);
    if (incident instanceof Incident.Resolved) {
      members.remove(incident.id());
    }
    return Set.copyOf(all);
  }

  /** The case behind what is new about the cause. */
  private @Nullable String evidence(Event event) {
    boolean tells =
        event.kind() == Event.Kind.OPENED
            || event.why() == Event.Why.DEEPENED
            || event.why() == Event.Why.SURER
            || event.why() == Event.Why.REMAINS;
    return tells ? cases.apply(event.incident().story().verdict().probe()) : null;
  }

  private static void log(Event event, JsonObject body) {
    Logs.own()
        .log(
            event.kind() == Event.Kind.REMINDED ? Level.FINE : Level.INFO,
            "incident {0} {1}{2}: {3}: {4}",
            new Object[] {
              event.incident().id(),
              event.kind().name().toLowerCase(Locale.ROOT),
              event.silenced() ? " (silenced)" : "",
              body.getString("cause"),
              body.getString("summary")
            });
  }
}
