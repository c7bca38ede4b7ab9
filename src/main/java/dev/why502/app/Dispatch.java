package dev.why502.app;

import dev.why502.definition.Definitions;
import dev.why502.definition.Probe;
import dev.why502.incident.Event;
import dev.why502.incident.Incident;
import dev.why502.notify.Firing;
import dev.why502.notify.Hearing;
import dev.why502.notify.Links;
import dev.why502.notify.Notice;
import dev.why502.notify.Notifier;
import dev.why502.notify.Routing;
import dev.why502.store.Entry;
import dev.why502.store.Outgoing;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;

/**
 * Addresses what is to be told, and remembers who was told of what: who heard of a beginning hears
 * of the end.
 */
final class Dispatch implements Announcer.Addressing, Hearing {
  /** Incidents that are over and whose remedies are still told of. */
  private static final int MAX_OVER = 100;

  /** Outcomes of remedies that people hear of; the others are shown. */
  private static final Set<String> TOLD_OUTCOMES = Set.of("repaired", "not-repaired", "worse");

  private final Notifier notifier;
  private final Register register;
  private final InstantSource clock;

  /** Of incidents that last: who was told, and what was said last. */
  private final Map<String, Firing> told = new ConcurrentHashMap<>();

  /** Of incidents that are over: a remedy is proved after the probe was seen to be well. */
  private final Map<String, Firing> over =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Firing> eldest) {
              return size() > MAX_OVER;
            }
          });

  private final Map<String, String> failing = new ConcurrentHashMap<>();
  private final Map<String, String> causes = new HashMap<>();
  private volatile Definitions definitions = Definitions.empty();
  private volatile Routing routing = new Routing(Definitions.empty().reactions().alerting());

  Dispatch(Register register, Links links, InstantSource clock) {
    this.register = register;
    this.clock = clock;
    this.notifier = new Notifier(links, this, clock, System::nanoTime);
  }

  Future<?> deploy(Vertx vertx) {
    return vertx
        .deployVerticle(notifier)
        .compose(deployed -> notifier.firing(() -> List.copyOf(told.values())));
  }

  Future<Void> replace(Definitions next) {
    definitions = next;
    routing = new Routing(next.reactions().alerting());
    return notifier.configure(next.reactions().alerting());
  }

  /** Goes on with what was open when we ran last, and with what had not been delivered. */
  void restore(List<JsonObject> open, List<Outgoing> undelivered) {
    for (JsonObject incident : open) {
      List<String> receivers =
          routing.receivers(
              Notice.Kind.OPENED, incident.getString("severity"), probes(incident), null);
      causes.put(incident.getString("id"), incident.getString("cause"));
      told.put(
          incident.getString("id"),
          new Firing(incident, labels(incident), new HashSet<>(receivers)));
    }
    deliver(undelivered, notifier::deliverAgain);
  }

  @Override
  public List<Outgoing> of(Event event, JsonObject body) {
    String id = body.getString("id");
    Notice.Kind kind = kind(event);
    Firing before = told.get(id);
    Set<String> heard = before == null ? null : before.receivers();
    List<String> receivers =
        routing.receivers(kind, body.getString("severity"), probes(body), heard);
    Map<String, String> labels = before == null ? labels(body) : before.labels();
    String cause = causes.put(id, body.getString("cause"));
    if (event.incident() instanceof Incident.Resolved) {
      told.remove(id);
      over.put(id, new Firing(body, labels, heard == null ? Set.of() : heard));
      causes.remove(id);
    } else {
      Set<String> all = new HashSet<>(receivers);
      all.addAll(heard == null ? Set.of() : heard);
      told.put(id, new Firing(body, labels, all));
    }
    List<Outgoing> messages = new ArrayList<>();
    for (String receiver : receivers) {
      String key = id + "/" + body.getLong("seq") + "/" + receiver;
      Notice notice = Notice.of(key, receiver, kind, body, labels, cause);
      messages.add(new Outgoing(key, receiver, notice.json().encode()));
    }
    return messages;
  }

  /** What a remedy came to, for those who know what it was for. */
  List<Outgoing> ended(JsonObject run) {
    String incident = run.getString("incident", "");
    Firing lasting = told.get(incident);
    Firing known = lasting == null ? over.get(incident) : lasting;
    if (known == null || !TOLD_OUTCOMES.contains(run.getString("outcome"))) {
      return List.of();
    }
    List<Outgoing> messages = new ArrayList<>();
    for (String receiver : known.receivers()) {
      String key = "remedy/" + run.getString("id") + "/" + receiver;
      Notice notice =
          new Notice(
              key, receiver, Notice.Kind.REMEDIED, known.incident(), known.labels(), null, run);
      messages.add(new Outgoing(key, receiver, notice.json().encode()));
    }
    return messages;
  }

  @Override
  public void send(List<Outgoing> messages) {
    deliver(messages, notifier::deliver);
  }

  private void deliver(List<Outgoing> messages, Consumer<List<Notice>> way) {
    List<Notice> notices = new ArrayList<>();
    for (Outgoing message : messages) {
      Notice notice = notice(message.json());
      if (notice == null) {
        close(message.key(), "cannot be read any more");
      } else {
        notices.add(notice);
      }
    }
    if (!notices.isEmpty()) {
      way.accept(notices);
    }
  }

  /** Receivers that cannot be told at the moment, in words. Callable anywhere. */
  List<String> problems() {
    return failing.entrySet().stream()
        .map(one -> "receiver " + one.getKey() + " cannot be told: " + one.getValue())
        .sorted()
        .toList();
  }

  @Override
  public void delivered(String key, String outcome) {
    close(key, outcome);
  }

  @Override
  public void givenUp(String key, String receiver, String why) {
    Logs.own()
        .log(
            Level.WARNING,
            "a message to receiver {0} was given up: {1}",
            new Object[] {receiver, why});
    close(key, "given up: " + why);
  }

  @Override
  public void failing(String receiver, @Nullable String why) {
    if (why == null) {
      failing.remove(receiver);
    } else {
      failing.put(receiver, why);
    }
  }

  private void close(String key, String outcome) {
    register.add(new Entry.Delivered(key, clock.instant(), outcome));
  }

  private static @Nullable Notice notice(String json) {
    try {
      return Notice.of(new JsonObject(json));
    } catch (DecodeException notJson) {
      return null;
    }
  }

  /** Who first hears of something hears that it began. */
  private static Notice.Kind kind(Event event) {
    return switch (event.kind()) {
      case OPENED -> Notice.Kind.OPENED;
      case CHANGED -> event.why() == Event.Why.AUDIBLE ? Notice.Kind.OPENED : Notice.Kind.CHANGED;
      case RESOLVED -> Notice.Kind.RESOLVED;
      case REMINDED -> Notice.Kind.REMINDED;
    };
  }

  private List<Probe> probes(JsonObject incident) {
    List<Probe> all = new ArrayList<>();
    for (String id : names(incident)) {
      Probe probe = definitions.probe(id);
      if (probe != null) {
        all.add(probe);
      }
    }
    return all;
  }

  private Map<String, String> labels(JsonObject incident) {
    return Routing.labels(names(incident), definitions::probe);
  }

  private static List<String> names(JsonObject incident) {
    return incident.getJsonArray("probes").stream().map(String::valueOf).toList();
  }
}
