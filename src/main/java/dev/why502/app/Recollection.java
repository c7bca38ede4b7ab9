package dev.why502.app;

import dev.why502.bus.Json;
import dev.why502.bus.Latest;
import dev.why502.definition.Probe;
import dev.why502.diagnosis.State;
import dev.why502.engine.EngineVerticle;
import dev.why502.engine.Standing;
import dev.why502.history.Window;
import dev.why502.incident.Incidents;
import dev.why502.incident.Stored;
import dev.why502.remedy.RemedyRun;
import dev.why502.store.Journal;
import dev.why502.store.Memory;
import dev.why502.store.Paging;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes up what an earlier run left in the store. */
final class Recollection {
  /** So long the start waits for the store; what comes later is taken up then. */
  static final long LOAD_MILLIS = 5_000;

  /** What may have been published after the last number that was stored. */
  static final long SEQUENCE_MARGIN = 1_000_000;

  /** Incidents that are over and are shown again. */
  private static final int SHOWN_AGAIN = 100;

  /** Probes whose figures are filled, one after the other. */
  private static final int MAX_FIGURED = 10_000;

  private final Vertx vertx;
  private final Journal journal;
  private final InstantSource clock;
  private final AtomicLong sequence;
  private final EngineVerticle engine;
  private final Latest latest;
  private final Outages outages;
  private final Consumer<Stored> enlist;
  private final Dispatch dispatch;
  private final Consumer<Throwable> refused;

  /** What was found and has not been taken up. */
  private final AtomicReference<@Nullable Memory> found = new AtomicReference<>();

  /**
   * @param refused is told why the store is of no use, now or later
   */
  Recollection(
      Vertx vertx,
      Journal journal,
      InstantSource clock,
      AtomicLong sequence,
      EngineVerticle engine,
      Latest latest,
      Outages outages,
      Consumer<Stored> enlist,
      Dispatch dispatch,
      Consumer<Throwable> refused) {
    this.vertx = vertx;
    this.journal = journal;
    this.clock = clock;
    this.sequence = sequence;
    this.engine = engine;
    this.latest = latest;
    this.outages = outages;
    this.enlist = enlist;
    this.dispatch = dispatch;
    this.refused = refused;
  }

  /** Reads it, and waits no longer for that than is good for a start. Never fails. */
  Future<Void> load() {
    Future<Memory> memory = journal.load();
    memory.onFailure(refused::accept);
    return Future.any(
            memory.otherwise(Memory.NONE), vertx.timer(LOAD_MILLIS, TimeUnit.MILLISECONDS))
        .map(
            any -> {
              if (memory.succeeded()) {
                recall(memory.result());
              } else {
                // It could not be reached at the start; when it can, incidents go on.
                memory.onSuccess(
                    late -> {
                      recall(late);
                      goOn();
                    });
              }
              return null;
            });
  }

  private void recall(Memory memory) {
    sequence.updateAndGet(
        now -> memory.lastSeq() == 0 ? now : Math.max(now, memory.lastSeq() + SEQUENCE_MARGIN));
    Map<String, Standing> standing = new HashMap<>();
    memory
        .verdicts()
        .forEach(
            (probe, one) -> {
              for (State state : State.values()) {
                if (state.name().toLowerCase(Locale.ROOT).equals(one.state())) {
                  standing.put(probe, new Standing(state, one.since()));
                }
              }
            });
    engine.remember(standing);
    found.set(memory);
  }

  /** Goes on with it, when the definitions are known; once. */
  Future<Void> goOn() {
    Memory memory = found.getAndSet(null);
    if (memory == null) {
      return Future.succeededFuture();
    }
    List<Stored> open =
        memory.incidents().stream()
            .map(one -> Json.readStored(one.restore()))
            .filter(Objects::nonNull)
            .toList();
    // Before a remedy runs for one of them.
    open.forEach(enlist);
    return outages
        .restore(open)
        .compose(restored -> shown(open))
        .onSuccess(bodies -> dispatch.restore(bodies, memory.undelivered()))
        .mapEmpty();
  }

  /** What was said of incidents stands again for whoever asks; those that last are returned. */
  private Future<List<JsonObject>> shown(List<Stored> open) {
    Map<String, Set<String>> members = new HashMap<>();
    for (Stored stored : open) {
      Set<String> probes = new HashSet<>();
      stored.members().forEach(member -> probes.add(member.probe()));
      members.put(stored.incident().id(), probes);
    }
    List<JsonObject> lasting = new ArrayList<>();
    return read("resolved", null, SHOWN_AGAIN, body -> latest.put(body, names(body)))
        .compose(read -> lasting("open", members, lasting))
        .compose(read -> lasting("flapping", members, lasting))
        .map(lasting)
        .otherwise(lasting);
  }

  private Future<Void> lasting(
      String state, Map<String, Set<String>> members, List<JsonObject> lasting) {
    return read(
        state,
        null,
        Incidents.MAX_OPEN,
        body -> {
          Set<String> probes = members.get(body.getString("id"));
          if (probes != null) {
            latest.put(body, probes);
            lasting.add(body);
          }
        });
  }

  /** Incidents in a state as they were published last, the latest first, page by page. */
  private Future<Void> read(
      String state, @Nullable String after, int most, Consumer<JsonObject> each) {
    return journal
        .archive()
        .incidents(state, null, null, new Paging(most, after))
        .compose(
            page -> {
              page.rows().forEach(row -> each.accept(new JsonObject(row.json())));
              int left = most - page.rows().size();
              return page.next() == null || left <= 0
                  ? Future.succeededFuture()
                  : read(state, page.next(), left, each);
            });
  }

  private static List<String> names(JsonObject incident) {
    return incident.getJsonArray("probes").stream().map(String::valueOf).toList();
  }

  /** What remedies did: their rests, counts and stops go on. Fails while the store does. */
  static Future<List<RemedyRun>> treatments(Journal journal) {
    return journal
        .archive()
        .remedyRuns(null, null, Paging.first(Paging.MAX_LIMIT))
        .map(
            page ->
                page.rows().stream()
                    .map(run -> RemedyRun.read(RemedyRecords.withoutCase(run.json())))
                    .filter(Objects::nonNull)
                    .toList());
  }

  /** Fills the figures of each probe; goes on beside everything else. */
  void figures(Collection<Probe> probes, Figuring figuring) {
    List<String> ids = probes.stream().map(Probe::id).limit(MAX_FIGURED).toList();
    figures(ids, 0, clock.instant(), figuring);
  }

  private void figures(List<String> ids, int at, Instant started, Figuring figuring) {
    if (at == ids.size()) {
      return;
    }
    Future<Void> last = Future.succeededFuture();
    for (Window longest : List.of(Window.HOURS_6, Window.WEEK, Window.QUARTER)) {
      last =
          last.compose(
                  next ->
                      journal
                          .archive()
                          .rollups(ids.get(at), longest.step(), longest.from(started), started))
              .compose(rows -> engine.onLoop(() -> figuring.stored(rows)));
    }
    last.onSuccess(done -> figures(ids, at + 1, started, figuring));
  }
}
