package dev.why502.remedy;

import dev.why502.bus.Json;
import dev.why502.definition.Definitions;
import dev.why502.definition.Probe;
import dev.why502.definition.Remedy;
import dev.why502.diagnosis.State;
import dev.why502.diagnosis.Verdict;
import dev.why502.incident.Ulids;
import dev.why502.remedy.RemedyRun.Execution;
import dev.why502.remedy.RemedyRun.Seen;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Hears every verdict, and runs what its owner permits against its cause: one remedy at a time, and
 * only where {@link Clearance} finds no reason against it.
 */
public final class RemedyVerticle extends VerticleBase {
  /** Runs of a remedy that are shown. */
  static final int MAX_RUNS = 20;

  /** For what was run to be told when the service ends. */
  private static final long STOP_MILLIS = 500;

  /** A thread may be held for the longest timeout, its grace and the search for what is left. */
  private static final int WORKER_MINUTES = 12;

  private static final Logger LOG = Logger.getLogger("dev.why502.remedy");

  private final RemedySources sources;
  private final Path lockFile;
  private final Times times;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Json json;
  private final Ulids ids;
  private final Clearance clearance;
  private final Program program;
  private final Map<String, State> states = new HashMap<>();
  private final Map<String, Answer> answers = new HashMap<>();
  private final Map<String, Long> toldMillis = new HashMap<>();
  private final Map<String, Deque<RemedyRun>> runs = new HashMap<>();
  private Map<String, Probe> probes = Map.of();
  private volatile List<Remedy> remedies = List.of();
  private @Nullable Context own;
  private @Nullable WorkerExecutor worker;
  private @Nullable Treatment treatment;
  private Future<?> underway = Future.succeededFuture();
  private boolean stopping;

  /** What was found of a remedy for the last verdict of its cause. */
  private record Answer(String probe, @Nullable Refusal refusal, Command command) {}

  /**
   * Remedies of one service.
   *
   * @param allowed whether anything may be run at all
   * @param lockFile held while something runs
   * @param nanoTime a monotonic clock
   * @param entropy 64 bits of chance a call, for ids
   */
  public RemedyVerticle(
      RemedySources sources,
      boolean allowed,
      Path lockFile,
      Times times,
      InstantSource clock,
      LongSupplier nanoTime,
      LongSupplier entropy) {
    this.sources = sources;
    this.lockFile = lockFile;
    this.times = times;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.json = new Json(sources.mask());
    this.ids = new Ulids(entropy);
    this.clearance = new Clearance(allowed);
    this.program = new Program(times.grace());
  }

  @Override
  public Future<?> start() {
    own = context;
    WorkerExecutor created =
        vertx.createSharedWorkerExecutor("why502-remedy", 2, WORKER_MINUTES, TimeUnit.MINUTES);
    worker = created;
    treatment = new Treatment(vertx, created, sources, times, clock, program, lockFile);
    recall();
    return Future.succeededFuture();
  }

  /** What runs is asked to end, so that it can put back what it was about to change. */
  @Override
  public Future<?> stop() {
    stopping = true;
    WorkerExecutor threads = worker;
    Treatment treating = treatment;
    if (threads == null || treating == null) {
      return Future.succeededFuture();
    }
    treating.stop();
    Promise<Void> late = Promise.promise();
    vertx.setTimer(times.grace() + STOP_MILLIS, timer -> late.tryComplete());
    underway.onComplete(done -> late.tryComplete());
    return threads
        .executeBlocking(
            () -> {
              program.stop();
              return true;
            },
            false)
        .transform(stopped -> late.future())
        .transform(ended -> threads.close());
  }

  /** Takes definitions. Callable anywhere. */
  public Future<Void> replace(Definitions next) {
    return onContext(
        () -> {
          remedies = next.reactions().remedies();
          Map<String, Probe> byId = new HashMap<>();
          next.probes().stream()
              .filter(Probe::enabled)
              .forEach(probe -> byId.put(probe.id(), probe));
          probes = byId;
          Set<String> known =
              remedies.stream().map(Remedy::id).collect(Collectors.toUnmodifiableSet());
          states.keySet().retainAll(byId.keySet());
          answers.keySet().retainAll(known);
          toldMillis.keySet().retainAll(known);
          runs.keySet().retainAll(known);
          clearance.retain(byId.keySet(), known);
          return null;
        });
  }

  private void recall() {
    sources
        .past()
        .get()
        .onComplete(
            found ->
                onContext(
                    () -> {
                      if (found.succeeded()) {
                        recall(found.result());
                      } else if (!stopping) {
                        vertx.setTimer(times.recall(), later -> recall());
                      }
                      return true;
                    }));
  }

  /**
   * What was done before a restart: rests, counts and stops go on. Runs that are there twice, as
   * begun and as ended, count once.
   */
  private void recall(List<RemedyRun> before) {
    Map<String, RemedyRun> byId = new LinkedHashMap<>();
    for (RemedyRun run : before) {
      byId.merge(run.id(), run, (one, other) -> one.outcome() == Outcome.STARTED ? other : one);
    }
    long now = nowMillis();
    byId.values().stream()
        .sorted((one, other) -> one.id().compareTo(other.id()))
        .forEach(
            run -> {
              Instant ended = run.endedAt();
              clearance.restore(
                  run.remedy(),
                  run.outcome(),
                  now - age(run.startedAt()),
                  now - age(ended == null ? run.startedAt() : ended));
              remember(run);
            });
    clearance.recalled();
  }

  /** Of a time that lies ahead it is only known that the clock was set back. */
  private long age(Instant then) {
    return Math.max(0, Duration.between(then, clock.instant()).toMillis());
  }

  /** Takes a verdict, news or not. Callable anywhere. */
  public void concluded(Verdict verdict) {
    Context context = own;
    if (context != null && !remedies.isEmpty()) {
      context.runOnContext(none -> take(verdict));
    }
  }

  /** Every remedy with what would run now and what has run. Callable anywhere. */
  public Future<JsonObject> all() {
    return onContext(
        () -> {
          JsonArray list = new JsonArray();
          remedies.forEach(remedy -> list.add(json.record(view(remedy))));
          return new JsonObject().put("remedies", list);
        });
  }

  /**
   * A person lets a remedy run again. Callable anywhere.
   *
   * @return the remedy as it is then shown, or null for one that is not defined
   */
  public Future<@Nullable JsonObject> resume(String id) {
    return this.<@Nullable JsonObject>onContext(
        () -> {
          Remedy remedy =
              remedies.stream().filter(one -> one.id().equals(id)).findFirst().orElse(null);
          if (remedy == null) {
            return null;
          }
          if (clearance.resume(id)) {
            Instant now = clock.instant();
            RemedyRun resumed =
                new RemedyRun(
                    ids.next(now),
                    id,
                    "",
                    null,
                    null,
                    Outcome.RESUMED,
                    "a person lets it run again",
                    now,
                    now,
                    null,
                    null,
                    null);
            remember(resumed);
            LOG.log(Level.INFO, "remedy {0} is resumed", id);
            sources.ledger().ended(resumed);
          }
          return json.record(view(remedy));
        });
  }

  private RemedyView view(Remedy remedy) {
    Answer answer = answers.get(remedy.id());
    String stopped = clearance.stopped(remedy.id());
    boolean running = remedy.id().equals(clearance.running());
    Refusal refusal = answer == null ? Refusal.OTHER_CAUSE : answer.refusal();
    return new RemedyView(
        remedy.id(),
        remedy.causes().stream().sorted().toList(),
        running ? "running" : stopped != null ? "stopped" : "ready",
        running || refusal == null ? "" : refusal.words(),
        stopped,
        clearance.runsThisHour(remedy.id(), nowMillis()),
        remedy.maxPerHour(),
        answer == null
            ? null
            : new RemedyView.Next(answer.probe(), new Execution(shown(answer.command()), null, "")),
        List.copyOf(runs.getOrDefault(remedy.id(), new ArrayDeque<>())));
  }

  private List<String> shown(Command command) {
    return command.argv().stream().map(sources.mask()).toList();
  }

  private void take(Verdict verdict) {
    Probe probe = probes.get(verdict.probe());
    if (probe == null || stopping) {
      return;
    }
    states.put(probe.id(), verdict.state());
    long now = nowMillis();
    clearance.heard(verdict, probe.interval().toMillis(), now);
    for (Remedy remedy : remedies) {
      if (!remedy.selection().takes(probe)) {
        continue;
      }
      if (!Clearance.isFor(remedy, verdict)) {
        Answer answer = answers.get(remedy.id());
        if (answer != null && answer.probe().equals(probe.id())) {
          answers.remove(remedy.id());
        }
        continue;
      }
      Command command = Command.of(remedy, verdict);
      Refusal refusal =
          clearance.refusal(
              remedy, verdict, command.missing() == null, sources.silenced().test(probe.id()), now);
      answers.put(remedy.id(), new Answer(probe.id(), refusal, command));
      if (refusal == null) {
        begin(remedy, probe, verdict, command, now);
      } else if (refusal == Refusal.NOT_ALLOWED) {
        tell(remedy, verdict, command, now);
      }
    }
  }

  /** What would run, said once in the time that it would have to rest. */
  private void tell(Remedy remedy, Verdict verdict, Command command, long nowMillis) {
    Long told = toldMillis.get(remedy.id());
    if (told != null && nowMillis - told < remedy.cooldown().toMillis()) {
      return;
    }
    toldMillis.put(remedy.id(), nowMillis);
    LOG.log(
        Level.INFO,
        "remedy {0} would run for {1} ({2}) if --allow-remedies were given: {3}",
        new Object[] {remedy.id(), verdict.probe(), verdict.cause(), shown(command)});
    RemedyRun would = drafted(remedy, verdict, command);
    over(
        would.ended(Outcome.WOULD_RUN, Refusal.NOT_ALLOWED.words(), would.startedAt(), null, null));
  }

  private RemedyRun drafted(Remedy remedy, Verdict verdict, Command command) {
    Instant now = clock.instant();
    return new RemedyRun(
        ids.next(now),
        remedy.id(),
        verdict.probe(),
        sources.incident().apply(verdict.probe()),
        verdict.cause(),
        Outcome.STARTED,
        verdict.summary(),
        now,
        null,
        Seen.of(verdict),
        null,
        new Execution(shown(command), null, ""));
  }

  private void begin(Remedy remedy, Probe probe, Verdict verdict, Command command, long nowMillis) {
    Treatment treating = treatment;
    if (treating == null) {
      return;
    }
    clearance.began(remedy.id(), nowMillis);
    RemedyRun draft = drafted(remedy, verdict, command);
    LOG.log(
        withdrawnLast(remedy.id()) == null ? Level.INFO : Level.FINE,
        "remedy {0} runs for {1} ({2}): {3}",
        new Object[] {remedy.id(), probe.id(), verdict.cause(), shown(command)});
    underway =
        treating
            .go(
                new Treatment.Order(
                    remedy,
                    probe,
                    verdict,
                    command,
                    draft,
                    beside(probe),
                    () -> clearance.stands(probe.id(), verdict.cause())))
            .onComplete(
                done -> {
                  RemedyRun run = done.result();
                  if (run == null) {
                    clearance.ended(remedy.id(), Outcome.WITHDRAWN, nowMillis());
                    answers.put(remedy.id(), new Answer(probe.id(), Refusal.ANOTHER_RUNS, command));
                    return;
                  }
                  clearance.ended(remedy.id(), run.outcome(), nowMillis());
                  LOG.log(
                      run.outcome() == Outcome.REPAIRED
                          ? Level.INFO
                          : repeats(run) ? Level.FINE : Level.WARNING,
                      "remedy {0} for {1}: {2}, {3}",
                      new Object[] {remedy.id(), probe.id(), run.outcome(), run.summary()});
                  String stopped = clearance.stopped(remedy.id());
                  if (stopped != null) {
                    LOG.log(
                        Level.WARNING,
                        "remedy {0} is stopped until a person resumes it: {1}",
                        new Object[] {remedy.id(), stopped});
                  }
                  over(
                      stopped == null ? run : run.because(run.summary() + "; stopped: " + stopped));
                });
  }

  /** Probes that are well now and that the same program could harm. */
  private List<String> beside(Probe probe) {
    List<String> well = new ArrayList<>();
    for (Probe other : probes.values()) {
      List<String> behind = other.upstreams();
      boolean near =
          (probe.gateway() != null && probe.gateway().equals(other.gateway()))
              || (behind != null && behind.contains(probe.id()));
      if (near && !other.id().equals(probe.id()) && states.get(other.id()) == State.UP) {
        well.add(other.id());
      }
    }
    well.sort(null);
    return well.subList(0, Math.min(well.size(), Treatment.MAX_BESIDE));
  }

  private void over(RemedyRun run) {
    if (!repeats(run)) {
      remember(run);
      sources.ledger().ended(run);
    }
  }

  /** What is withdrawn is tried again with the next verdict, and said once. */
  private boolean repeats(RemedyRun run) {
    RemedyRun last = withdrawnLast(run.remedy());
    return run.outcome() == Outcome.WITHDRAWN
        && last != null
        && last.summary().equals(run.summary());
  }

  private @Nullable RemedyRun withdrawnLast(String remedy) {
    Deque<RemedyRun> known = runs.get(remedy);
    RemedyRun last = known == null ? null : known.peekFirst();
    return last != null && last.outcome() == Outcome.WITHDRAWN ? last : null;
  }

  private void remember(RemedyRun run) {
    Deque<RemedyRun> known = runs.computeIfAbsent(run.remedy(), id -> new ArrayDeque<>());
    known.addFirst(run);
    while (known.size() > MAX_RUNS) {
      known.removeLast();
    }
  }

  private long nowMillis() {
    return TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong());
  }

  private <T> Future<T> onContext(Supplier<T> work) {
    Context context = own;
    if (context == null) {
      return Future.failedFuture(new IllegalStateException("not started"));
    }
    Promise<T> promise = Promise.promise();
    context.runOnContext(
        none -> {
          try {
            promise.complete(work.get());
          } catch (RuntimeException bug) {
            promise.fail(bug);
          }
        });
    return promise.future();
  }
}
