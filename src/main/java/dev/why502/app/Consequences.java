package dev.why502.app;

import dev.why502.bus.Feed;
import dev.why502.bus.Json;
import dev.why502.bus.Latest;
import dev.why502.conf.Reading;
import dev.why502.definition.Definitions;
import dev.why502.definition.Maintenance;
import dev.why502.definition.Probe;
import dev.why502.diagnosis.Verdict;
import dev.why502.engine.EngineVerticle;
import dev.why502.incident.Event;
import dev.why502.incident.Incident;
import dev.why502.incident.Stored;
import dev.why502.notify.DeadmanSwitch;
import dev.why502.notify.Links;
import dev.why502.observation.Observation;
import dev.why502.remedy.RemedySources;
import dev.why502.remedy.RemedyVerticle;
import dev.why502.remedy.Times;
import dev.why502.store.Entry;
import dev.why502.store.Journal;
import dev.why502.store.StoreListener;
import dev.why502.store.StoreLocation;
import dev.why502.store.StoreOptions;
import dev.why502.web.History;
import dev.why502.web.Meters;
import dev.why502.web.RemedyBoard;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;

/**
 * What follows when verdicts are known: they are remembered, incidents are made of them, people are
 * told, and what their owner permits is repaired.
 *
 * <p>None of it may hold up a verdict: everything here is handed over and comes back later, and a
 * store that cannot be used is a problem of ours that is told, not one of the site.
 */
final class Consequences {
  /** For what waits to be written when the service stops. */
  static final Duration CLOSE = Duration.ofSeconds(2);

  /** Minutes are written as they pass: a store that was not written for so long is not well. */
  private static final Duration STORE_SILENCE = Duration.ofMinutes(3);

  private final Vertx vertx;
  private final InstantSource clock;
  private final Meters meters;
  private final Runnable alarm;
  private final @Nullable Journal journal;
  private final Register register;
  private final Versions versions;
  private final Dispatch dispatch;
  private final Announcer announcer;
  private final Outages outages;
  private final Figuring figuring;
  private final Recorder recorder;
  private final RemedyVerticle remedies;
  private final DeadmanSwitch deadman;
  private final EngineVerticle engine;
  private final RoundsRun rounds = new RoundsRun(System::nanoTime);
  private final @Nullable Recollection recollection;
  private volatile Definitions definitions = Definitions.empty();
  private volatile boolean stopping;
  private volatile @Nullable String storeProblem;
  private volatile @Nullable String deadmanProblem;

  /** Of probes that fail, the incident that they are in. */
  private final Map<String, String> incidentOf = new ConcurrentHashMap<>();

  /**
   * @param mask takes secrets out of a text
   * @param cases a probe's newest case as it is stored, secrets masked; null when there is none
   * @param alarm tells at once how the service is
   */
  Consequences(
      Vertx vertx,
      ServiceOptions options,
      Feed feed,
      Json json,
      Latest latest,
      String node,
      InstantSource clock,
      Meters meters,
      AtomicLong sequence,
      EngineVerticle engine,
      UnaryOperator<String> mask,
      Function<String, @Nullable String> cases,
      Runnable alarm) {
    this.vertx = vertx;
    this.clock = clock;
    this.meters = meters;
    this.engine = engine;
    this.alarm = alarm;
    StoreLocation location = options.store();
    this.journal =
        location == null
            ? null
            : Journal.start(
                (VertxInternal) vertx, StoreOptions.of(location), node, clock, new Listening());
    meters.storeErrors(this::storeErrors);
    this.register = new Writing();
    this.versions = new Versions(vertx, options.definitions(), register, clock, mask);
    this.dispatch = new Dispatch(register, new Links(options.page()), clock);
    meters.receiversFailing(() -> dispatch.problems().size());
    this.announcer = new Announcer(vertx, feed, json, node, clock, register, dispatch, cases);
    this.outages = new Outages(vertx, clock, System::nanoTime, new Telling());
    this.figuring = new Figuring(meters);
    this.recorder = new Recorder(entry -> register.add(entry), json, node, clock, figuring);
    this.remedies =
        new RemedyVerticle(
            new RemedySources(
                engine::again,
                cases,
                this::silenced,
                probe -> incidentOf.get(probe),
                () ->
                    journal == null
                        ? Future.succeededFuture(List.of())
                        : Recollection.treatments(journal),
                mask,
                new RemedyRecords(register, feed, json, dispatch)),
            options.allowRemedies(),
            options.data().resolve("remedy.lock"),
            Times.DEFAULT,
            clock,
            System::nanoTime,
            new SecureRandom()::nextLong);
    this.recollection =
        journal == null
            ? null
            : new Recollection(
                vertx,
                journal,
                clock,
                sequence,
                engine,
                latest,
                outages,
                this::enlist,
                dispatch,
                this::refused);
    this.deadman =
        new DeadmanSwitch(
            this::obstacles,
            why -> deadmanProblem = why == null ? null : "the dead man's switch: " + why,
            clock);
  }

  /** What is remembered, for whoever asks over HTTP. */
  History history() {
    return journal == null
        ? History.NONE
        : new StoredHistory(journal.archive(), clock, () -> definitions);
  }

  RemedyBoard board() {
    return new RemedyBoard() {
      @Override
      public Future<JsonObject> all() {
        return remedies.all();
      }

      @Override
      public Future<@Nullable JsonObject> resume(String id) {
        return remedies.resume(id);
      }
    };
  }

  /** Reads what an earlier run left, and is ready for definitions. */
  Future<?> start() {
    return dispatch
        .deploy(vertx)
        .compose(deployed -> vertx.deployVerticle(remedies))
        .compose(deployed -> vertx.deployVerticle(deadman))
        .compose(deployed -> recollection == null ? Future.succeededFuture() : recollection.load());
  }

  /** The store is not for us, now or later: somebody else's, or of a newer version. */
  private void refused(Throwable failure) {
    if (stopping) {
      return;
    }
    storeProblem = "the store is not used: " + failure.getMessage();
    Logs.own().log(Level.WARNING, "the store is not used: {0}", failure.getMessage());
    alarm.run();
  }

  /** A definitions file was read, and taken or refused. */
  void read(Reading reading) {
    versions.read(reading);
  }

  /** Takes definitions, before verdicts of them come. */
  Future<Void> define(Definitions next) {
    definitions = next;
    Duration reminder = next.reactions().alerting().reminder();
    recorder.maintain(next.reactions().maintenance());
    return dispatch
        .replace(next)
        .compose(replaced -> remedies.replace(next))
        .compose(replaced -> deadman.configure(next.reactions().deadman()))
        .compose(
            replaced ->
                outages.define(
                    next.probes(), next.reactions(), reminder == null ? 0 : reminder.toMillis()))
        .compose(defined -> engine.onLoop(() -> figuring.replace(next.probes())))
        .compose(figured -> goOn());
  }

  private Future<Void> goOn() {
    return recollection == null
        ? Future.succeededFuture()
        : recollection.goOn().onSuccess(on -> meters.incidentsOpen(outages.open().size()));
  }

  /** Fills the figures of each probe from what is stored; goes on beside everything else. */
  void recallFigures() {
    if (recollection != null) {
      recollection.figures(definitions.probes(), figuring);
    }
  }

  /** A run, on the engine's event loop. */
  void observed(Probe probe, Observation observation, long seq) {
    rounds.ran(probe.id());
    recorder.observed(probe, observation, seq);
  }

  /** A verdict that was published, on the engine's event loop. */
  void judged(Verdict verdict, long seq) {
    recorder.judged(verdict, seq);
  }

  /** What a round or a close look came to, on the engine's event loop. */
  void concluded(Verdict verdict) {
    recorder.concluded(verdict);
    outages.concluded(verdict, () -> remedies.concluded(verdict));
  }

  /** The probe is no longer defined; on the engine's event loop. */
  void forgotten(String probe) {
    recorder.forgotten(probe);
    rounds.forgotten(probe);
  }

  /** On the engine's event loop, twice a second. */
  void beat() {
    recorder.beat();
  }

  /** What of this is not as it should be, in words. Callable anywhere. */
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    String store = storeProblem;
    if (store != null) {
      problems.add(store);
    }
    problems.addAll(dispatch.problems());
    String dead = deadmanProblem;
    if (dead != null) {
      problems.add(dead);
    }
    return problems;
  }

  private long storeErrors() {
    return journal == null ? 0 : journal.errors();
  }

  /** Writes what waits, as far as there is time. */
  Future<Void> stop() {
    stopping = true;
    if (journal == null) {
      return Future.succeededFuture();
    }
    Journal store = journal;
    return engine.onLoop(recorder::end).transform(done -> store.close(CLOSE));
  }

  private boolean silenced(String id) {
    Probe probe = definitions.probe(id);
    Maintenance maintenance = definitions.reactions().maintenance();
    return probe != null && Maintenance.takes(maintenance.at(clock.instant()), probe);
  }

  /** Why it cannot be said that we watch. */
  private List<String> obstacles() {
    List<String> obstacles = new ArrayList<>(rounds.missed(definitions.probes()));
    if (journal != null && (journal.failing() || !wroteLately(journal.lastWrite()))) {
      obstacles.add("the store does not write");
    }
    return obstacles;
  }

  private boolean wroteLately(@Nullable Instant last) {
    return last != null
        && Duration.between(last, clock.instant()).abs().compareTo(STORE_SILENCE) < 0;
  }

  /** Keeps what others ask for as it is before it is told. */
  private final class Telling implements Outages.Teller {
    @Override
    public void tell(Event event, @Nullable Stored stored, Set<String> probes) {
      meters.incidentsOpen(outages.open().size());
      relist(event.incident(), stored);
      announcer.tell(event, stored, probes);
    }

    @Override
    public void show(Incident incident, @Nullable Stored stored, Set<String> probes) {
      relist(incident, stored);
      announcer.show(incident, stored, probes);
    }
  }

  private void relist(Incident incident, @Nullable Stored stored) {
    incidentOf.values().removeIf(incident.id()::equals);
    if (stored != null) {
      enlist(stored);
    }
  }

  private void enlist(Stored incident) {
    String id = incident.incident().id();
    incident.members().stream()
        .filter(Stored.Member::failing)
        .forEach(member -> incidentOf.put(member.probe(), id));
  }

  /** Where there is no store, what happens is forgotten when we end. */
  private final class Writing implements Register {
    @Override
    public Future<Void> add(Entry entry) {
      return journal == null ? Future.succeededFuture() : journal.add(entry);
    }

    @Override
    public boolean failing() {
      return journal != null && journal.failing();
    }
  }

  private final class Listening implements StoreListener {
    @Override
    public void failing(String why) {
      storeProblem = "the store cannot be used: " + why;
      Logs.own().log(Level.WARNING, "the store cannot be used, it is tried again: {0}", why);
      alarm.run();
    }

    @Override
    public void caughtUp() {
      storeProblem = null;
      Logs.own().log(Level.INFO, "the store has caught up");
      alarm.run();
    }

    @Override
    public void told(String text) {
      Logs.own().log(Level.WARNING, "store: {0}", text);
    }
  }
}
