package dev.why502.app;

import dev.why502.definition.Probe;
import dev.why502.definition.Reactions;
import dev.why502.diagnosis.Verdict;
import dev.why502.incident.AsOf;
import dev.why502.incident.Event;
import dev.why502.incident.Incident;
import dev.why502.incident.Incidents;
import dev.why502.incident.Stored;
import dev.why502.incident.Ulids;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The incidents of this node, on one event loop: what is concluded goes in from anywhere, what is
 * to be told comes out in order.
 */
final class Outages {
  static final long TICK_MILLIS = 1_000;

  private final Context context;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Teller teller;
  private final Incidents incidents;
  private volatile List<Incident> open = List.of();

  /** Hears what is new, on the event loop of the incidents. */
  interface Teller {
    /**
     * Tells of one event.
     *
     * @param stored what another run goes on from, or null where the incident is over
     * @param probes all that it befell and that are still part of it
     */
    void tell(Event event, @Nullable Stored stored, Set<String> probes);

    /** What it amounts to now, where that is no news: for whoever asks. */
    void show(Incident incident, @Nullable Stored stored, Set<String> probes);
  }

  Outages(Vertx vertx, InstantSource clock, LongSupplier nanoTime, Teller teller) {
    this.context = vertx.getOrCreateContext();
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.teller = teller;
    this.incidents = new Incidents(new Ulids(new SecureRandom()::nextLong), 0);
    vertx.setPeriodic(
        TICK_MILLIS,
        timer ->
            context.runOnContext(
                tick -> {
                  tell(incidents.tick(now()));
                  show();
                }));
  }

  /** One that goes on may befall more, and less, without any news of it. */
  private void show() {
    List<Incident> before = open;
    List<Incident> current = incidents.open();
    open = current;
    Set<Incident> known = new HashSet<>(before);
    for (Incident incident : current) {
      if (!known.contains(incident)) {
        Stored stored = incidents.stored(incident.id(), now());
        teller.show(incident, stored, probes(incident, stored));
      }
    }
  }

  /** Takes definitions. */
  Future<Void> define(Collection<Probe> probes, Reactions reactions, long remindMillis) {
    return onContext(
        () -> {
          incidents.maintain(reactions.maintenance());
          incidents.remindAfter(remindMillis);
          tell(incidents.define(probes, now()));
        });
  }

  /** Goes on with what an earlier run left open; after the definitions were taken. */
  Future<Void> restore(List<Stored> before) {
    return onContext(
        () -> {
          incidents.restore(before, now());
          open = incidents.open();
        });
  }

  /**
   * What a round or a close look came to. Callable anywhere.
   *
   * @param then called when it is known which incident it is part of
   */
  void concluded(Verdict verdict, Runnable then) {
    context.runOnContext(
        next -> {
          tell(incidents.observe(verdict, now()));
          then.run();
        });
  }

  /** Those that are not over, as they were told last. Callable anywhere. */
  List<Incident> open() {
    return open;
  }

  private AsOf now() {
    return new AsOf(clock.instant(), nanoTime.getAsLong() / 1_000_000);
  }

  private void tell(List<Event> events) {
    if (events.isEmpty()) {
      return;
    }
    open = incidents.open();
    AsOf asOf = now();
    for (Event event : events) {
      Incident incident = event.incident();
      Stored stored = incidents.stored(incident.id(), asOf);
      teller.tell(event, stored, probes(incident, stored));
    }
  }

  private static Set<String> probes(Incident incident, @Nullable Stored stored) {
    Set<String> probes = new HashSet<>(incident.story().probes());
    if (stored != null) {
      stored.members().forEach(member -> probes.add(member.probe()));
    }
    return probes;
  }

  private Future<Void> onContext(Runnable work) {
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        now -> {
          work.run();
          done.complete();
        });
    return done.future();
  }
}
