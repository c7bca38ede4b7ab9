package dev.why502.app;

import dev.why502.bus.Feed;
import dev.why502.bus.Json;
import dev.why502.bus.Latest;
import dev.why502.definition.Definitions;
import dev.why502.definition.Maintenance;
import dev.why502.definition.Probe;
import dev.why502.diagnosis.State;
import dev.why502.diagnosis.Verdict;
import dev.why502.engine.EngineVerticle;
import dev.why502.engine.Standing;
import dev.why502.history.Step;
import dev.why502.history.Window;
import dev.why502.incident.Event;
import dev.why502.incident.Stored;
import dev.why502.notify.DeadmanSwitch;
import dev.why502.notify.Links;
import dev.why502.observation.Observation;
import dev.why502.remedy.RemedyRun;
import dev.why502.remedy.RemedySources;
import dev.why502.remedy.RemedyVerticle;
import dev.why502.remedy.Times;
import dev.why502.store.Entry;
import dev.why502.store.Journal;
import dev.why502.store.Memory;
import dev.why502.store.Paging;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
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
  /** So long the start waits for what an earlier run left; what comes later is taken up then. */
  static final long LOAD_MILLIS = 5_000;

  /** What may have been published after the last number that was stored. */
  static final long SEQUENCE_MARGIN = 1_000_000;

  /** For what waits to be written when the service stops. */
  static final Duration CLOSE = Duration.ofSeconds(2);

  /** Incidents that are over and are shown after a restart. */
  private static final int SHOWN_AGAIN = 100;

  /** Rollups of a probe's past are asked for one after the other. */
  private static final int MAX_FIGURED = 10_000;

  private final Vertx vertx;
  private final Json json;
  private final InstantSource clock;
  private final Meters meters;
  private final Latest latest;
  private final AtomicLong sequence;
  private final Runnable alarm;
  private final @Nullable Journal journal;
  private final Register register;
  private final Dispatch dispatch;
  private final Announcer announcer;
  private final Outages outages;
  private final Figuring figuring;
  private final Recorder recorder;
  private final RemedyVerticle remedies;
  private final DeadmanSwitch deadman;
  private final EngineVerticle engine;
  private final Map<String, Long> ranNanos = new ConcurrentHashMap<>();
  private final long startNanos = System.nanoTime();
  private volatile Definitions definitions = Definitions.empty();
  private volatile @Nullable String storeProblem;
  private volatile @Nullable String deadmanProblem;
  private volatile Map<String, String> incidentOf = Map.of();
  private List<Stored> before = List.of();
  private Memory memory = Memory.NONE;

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
    this.json = json;
    this.clock = clock;
    this.meters = meters;
    this.latest = latest;
    this.sequence = sequence;
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
    this.dispatch = new Dispatch(register, new Links(options.page()), clock);
    this.announcer = new Announcer(vertx, feed, json, node, clock, register, dispatch, cases);
    this.outages = new Outages(vertx, clock, System::nanoTime, this::tell);
    this.figuring = new Figuring(meters);
    this.recorder = new Recorder(entry -> register.add(entry), json, node, clock, figuring);
    this.remedies =
        new RemedyVerticle(
            new RemedySources(
                engine::again,
                cases,
                this::silenced,
                probe -> incidentOf.get(probe),
                mask,
                new RemedyRecords(register, feed, json, dispatch)),
            options.allowRemedies(),
            options.data().resolve("remedy.lock"),
            Times.DEFAULT,
            clock,
            System::nanoTime,
            new SecureRandom()::nextLong);
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
    Future<Memory> memory = journal == null ? Future.succeededFuture(Memory.NONE) : journal.load();
    Future<Memory> soon =
        Future.any(memory.otherwise(Memory.NONE), vertx.timer(LOAD_MILLIS, TimeUnit.MILLISECONDS))
            .map(any -> memory.succeeded() ? memory.result() : Memory.NONE);
    return dispatch
        .deploy(vertx)
        .compose(deployed -> vertx.deployVerticle(remedies))
        .compose(deployed -> vertx.deployVerticle(deadman))
        .compose(deployed -> soon)
        .onSuccess(
            found -> {
              recall(found);
              if (!memory.isComplete()) {
                memory.onSuccess(this::recallLate);
              }
            });
  }

  private void recall(Memory found) {
    sequence.updateAndGet(
        now -> found.lastSeq() == 0 ? now : Math.max(now, found.lastSeq() + SEQUENCE_MARGIN));
    Map<String, Standing> standing = new HashMap<>();
    found
        .verdicts()
        .forEach(
            (probe, one) -> standing.put(probe, new Standing(state(one.state()), one.since())));
    engine.remember(standing);
    before =
        found.incidents().stream()
            .map(one -> Json.readStored(one.restore()))
            .filter(Objects::nonNull)
            .toList();
    memory = found;
  }

  /** The store could not be reached at the start, and can now. */
  private void recallLate(Memory found) {
    recall(found);
    vertx.runOnContext(now -> goOn());
  }

  private static State state(String code) {
    return State.valueOf(code.toUpperCase(Locale.ROOT));
  }

  /** Takes definitions, before verdicts of them come. */
  Future<Void> define(Definitions next) {
    definitions = next;
    ranNanos.keySet().retainAll(next.probes().stream().map(Probe::id).toList());
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

  /** With what was open when we ran last; once. */
  private Future<Void> goOn() {
    Memory found = memory;
    List<Stored> open = before;
    memory = Memory.NONE;
    before = List.of();
    if (found == Memory.NONE) {
      return Future.succeededFuture();
    }
    return outages
        .restore(open)
        .compose(restored -> shown(open))
        .compose(
            bodies -> {
              dispatch.restore(bodies, found.undelivered());
              meters.incidentsOpen(outages.open().size());
              return pastRemedies();
            });
  }

  /** What was said of incidents stands again for whoever asks. */
  private Future<List<JsonObject>> shown(List<Stored> open) {
    Map<String, Set<String>> members = new HashMap<>();
    for (Stored stored : open) {
      Set<String> probes = new HashSet<>();
      stored.members().forEach(member -> probes.add(member.probe()));
      members.put(stored.incident().id(), probes);
    }
    return Objects.requireNonNull(journal)
        .archive()
        .incidents(null, null, null, Paging.first(SHOWN_AGAIN))
        .map(
            page -> {
              List<JsonObject> lasting = new ArrayList<>();
              page.rows()
                  .forEach(
                      row -> {
                        JsonObject body = new JsonObject(row.json());
                        Set<String> probes = members.get(row.id());
                        if (probes != null) {
                          lasting.add(body);
                        }
                        latest.put(body, probes == null ? names(body) : probes);
                      });
              return lasting;
            })
        .otherwise(List.of());
  }

  private static List<String> names(JsonObject incident) {
    return incident.getJsonArray("probes").stream().map(String::valueOf).toList();
  }

  private Future<Void> pastRemedies() {
    return Objects.requireNonNull(journal)
        .archive()
        .remedyRuns(null, Paging.first(Paging.MAX_LIMIT))
        .compose(
            page ->
                remedies.restore(
                    page.rows().stream()
                        .map(run -> RemedyRun.read(withoutCase(run.json())))
                        .filter(Objects::nonNull)
                        .toList()))
        .otherwiseEmpty();
  }

  private static JsonObject withoutCase(String run) {
    JsonObject body = new JsonObject(run);
    body.remove("case");
    return body;
  }

  /** Fills the figures of each probe from what is stored; goes on beside everything else. */
  void recallFigures() {
    if (journal != null) {
      List<String> ids = definitions.probes().stream().map(Probe::id).limit(MAX_FIGURED).toList();
      recallFigures(ids, 0, clock.instant());
    }
  }

  private void recallFigures(List<String> ids, int at, Instant started) {
    if (at == ids.size() || journal == null) {
      return;
    }
    Future<Void> last = Future.succeededFuture();
    for (Window longest : List.of(Window.HOURS_6, Window.WEEK, Window.QUARTER)) {
      Step step = longest.step();
      Journal store = journal;
      last =
          last.compose(
                  next ->
                      store.archive().rollups(ids.get(at), step, longest.from(started), started))
              .compose(rows -> engine.onLoop(() -> figuring.stored(rows)));
    }
    last.onSuccess(done -> recallFigures(ids, at + 1, started));
  }

  /** A run, on the engine's event loop. */
  void observed(Probe probe, Observation observation, long seq) {
    ranNanos.put(probe.id(), System.nanoTime());
    recorder.observed(probe, observation, seq);
  }

  /** A verdict that was published, on the engine's event loop. */
  void judged(Verdict verdict, long seq) {
    recorder.judged(verdict, seq);
  }

  /** What a round or a close look came to, on the engine's event loop. */
  void concluded(Verdict verdict) {
    recorder.concluded(verdict);
    outages.concluded(verdict);
    remedies.concluded(verdict);
  }

  /** The probe is no longer defined; on the engine's event loop. */
  void forgotten(String probe) {
    recorder.forgotten(probe);
    ranNanos.remove(probe);
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
    List<String> obstacles = new ArrayList<>();
    long now = System.nanoTime();
    for (Probe probe : definitions.probes()) {
      if (probe.enabled()) {
        long ran = ranNanos.getOrDefault(probe.id(), startNanos);
        long allowed = 2 * probe.interval().toNanos() + probe.timeout().toNanos();
        if (!ranNanos.containsKey(probe.id()) || now - ran > allowed) {
          obstacles.add("probe " + probe.id() + " does not run");
        }
      }
    }
    if (journal != null) {
      Instant wrote = journal.lastWrite();
      boolean writes =
          wrote != null
              && Duration.between(wrote, clock.instant()).abs().compareTo(Duration.ofMinutes(3))
                  < 0;
      if (journal.failing() || !writes) {
        obstacles.add("the store does not write");
      }
    }
    return obstacles;
  }

  private void tell(Event event, @Nullable Stored stored, Set<String> probes) {
    meters.incidentsOpen(outages.open().size());
    Map<String, String> next = new HashMap<>(incidentOf);
    String id = event.incident().id();
    next.values().removeIf(id::equals);
    if (stored != null) {
      stored.members().stream()
          .filter(Stored.Member::failing)
          .forEach(member -> next.put(member.probe(), id));
    }
    incidentOf = Map.copyOf(next);
    announcer.tell(event, stored, probes);
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
