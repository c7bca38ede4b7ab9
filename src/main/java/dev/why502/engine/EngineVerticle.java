package dev.why502.engine;

import dev.why502.definition.Definitions;
import dev.why502.definition.Gateway;
import dev.why502.definition.Probe;
import dev.why502.diagnosis.Diagnosis;
import dev.why502.diagnosis.Verdict;
import dev.why502.engine.Sources.GatewaySource;
import dev.why502.engine.Sources.LogSession;
import dev.why502.evidence.Answer;
import dev.why502.evidence.Case;
import dev.why502.evidence.Evidence;
import dev.why502.evidence.HostState;
import dev.why502.observation.Observation;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Feeds observations through the core. A good observation costs one cheap look; the first one that
 * is not as expected, and a new failing line in a gateway's log, begin a close look at once.
 */
public final class EngineVerticle extends VerticleBase {
  /** A first word within a second: what has not arrived by then is said later. */
  static final long FIRST_WORD_MILLIS = 700;

  /** Longest close look: whatever hangs longer than its own limit is left out. */
  static final long LOOK_LIMIT_MILLIS = 30_000;

  /** Close looks side by side; more wait their turn. */
  static final int MAX_LOOKS = 64;

  static final int MAX_WAITING_LOOKS = 10_000;

  /** Other far targets that are asked whether it is our own network that fails. */
  static final int MAX_OTHERS = 3;

  /** A standing verdict is said again after so long. */
  static final long REPEAT_MILLIS = 60_000;

  /** How often a healthy edge probe is looked at closely, for what a failover hides. */
  static final Duration WELL_LOOK = Duration.ofMinutes(5);

  /** The same where risks stand: who has averted one wants to see it gone. */
  static final Duration RISK_LOOK = Duration.ofMinutes(1);

  /** A probe that was looked at so shortly ago needs no second look for a line in the log. */
  static final Duration FRESH = Duration.ofSeconds(2);

  /** How long what one target told of our network counts. */
  static final Duration REACHABILITY = Duration.ofSeconds(60);

  /** Marks in the logs are renewed so often, so that a first failure's own line is still ahead. */
  static final long MARK_MILLIS = 5_000;

  static final long BEAT_MILLIS = 500;

  /** Longest wait for a look that was asked for: one that is under way, a run, and the look. */
  static final long AGAIN_LIMIT_MILLIS = 3 * LOOK_LIMIT_MILLIS;

  private final Sources sources;
  private final Outlet outlet;
  private final InstantSource clock;
  private final String node;
  private final Map<String, Watched> watched = new LinkedHashMap<>();
  private final Map<String, LogSession> marks = new HashMap<>();
  private final Set<String> followed = new HashSet<>();
  private final Map<String, Reach> reach = new HashMap<>();

  /** Of each gateway the probe that speaks of what concerns all of it. */
  private final Map<String, String> spokesmen = new HashMap<>();

  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private volatile Map<String, Standing> before = Map.of();
  private Definitions definitions = Definitions.empty();
  private List<String> localAddresses = List.of();
  private int looks;
  private @Nullable Context own;

  private record Reach(boolean reached, Instant at) {}

  public EngineVerticle(Sources sources, Outlet outlet, InstantSource clock, String node) {
    this.sources = sources;
    this.outlet = outlet;
    this.clock = clock;
    this.node = node;
  }

  @Override
  public Future<?> start() {
    own = context;
    vertx.setPeriodic(MARK_MILLIS, id -> mark());
    vertx.setPeriodic(BEAT_MILLIS, id -> outlet.alive());
    return sources.localAddresses().onSuccess(addresses -> localAddresses = addresses);
  }

  /** Does something between two rounds, where nothing of the engine runs at the same time. */
  public Future<Void> onLoop(Runnable work) {
    return onContext(
        () -> {
          work.run();
          return Future.succeededFuture();
        });
  }

  /** What stood when we ran last: to be told before the definitions are. */
  public void remember(Map<String, Standing> standing) {
    before = Map.copyOf(standing);
  }

  /**
   * Takes definitions; probes that did not change keep what is known of them. Callable anywhere.
   */
  public Future<Void> replace(Definitions next) {
    return onContext(
        () -> {
          definitions = next;
          Set<String> kept = new HashSet<>();
          Instant now = clock.instant();
          for (Probe probe : next.probes()) {
            if (!probe.enabled()) {
              continue;
            }
            kept.add(probe.id());
            Watched known = watched.get(probe.id());
            if (known == null || !known.probe().target().equals(probe.target())) {
              watched.put(probe.id(), new Watched(probe, now, before.get(probe.id())));
            } else {
              known.redefined(probe);
            }
          }
          for (String id : List.copyOf(watched.keySet())) {
            if (!kept.contains(id)) {
              watched.remove(id);
              reach.remove(id);
              outlet.forgotten(id);
            }
          }
          return mark();
        });
  }

  /** One observation, as the schedule brings it. Callable anywhere. */
  public void observed(Probe probe, Observation observation) {
    Context context = own;
    if (context != null) {
      context.runOnContext(none -> take(probe, observation));
    }
  }

  /**
   * Runs a probe now and looks closely, whatever was known before. Callable anywhere.
   *
   * @return the verdict; fails for a probe that is not watched, and where it takes longer than
   *     {@value #AGAIN_LIMIT_MILLIS} ms
   */
  public Future<Verdict> again(String id) {
    return onContext(
        () -> {
          Promise<Verdict> asked = Promise.promise();
          Watched known = watched.get(id);
          if (known == null) {
            asked.fail("no such probe is watched");
          } else {
            long limit =
                vertx.setTimer(
                    AGAIN_LIMIT_MILLIS, late -> asked.tryFail("no verdict came in time"));
            asked.future().onComplete(done -> vertx.cancelTimer(limit));
            enqueue(() -> lookAgain(known, asked));
          }
          return asked.future();
        });
  }

  /** A look that is under way may have seen what was before, so it is waited for. */
  private void lookAgain(Watched known, Promise<Verdict> asked) {
    if (known.looking()) {
      looks--;
      if (!known.after(() -> enqueue(() -> lookAgain(known, asked)))) {
        asked.tryFail("too many ask at once");
      }
      next();
      return;
    }
    known.beginLook(clock.instant());
    sources
        .run(known.probe())
        .onComplete(
            done -> {
              known.endLook();
              if (done.succeeded()) {
                if (!known.after(() -> answer(known, asked))) {
                  asked.tryFail("too many ask at once");
                }
                look(known, done.result());
              } else {
                looks--;
                asked.tryFail(done.cause());
                known.takeAfter().forEach(Runnable::run);
                next();
              }
            });
  }

  private void answer(Watched known, Promise<Verdict> asked) {
    Verdict verdict = known.verdict();
    if (verdict == null || watched.get(known.probe().id()) != known) {
      asked.tryFail("the probe is no longer watched");
    } else {
      asked.tryComplete(verdict);
    }
  }

  /** The verdict that stands, or null. On the engine's context only. */
  @Nullable Verdict standing(String id) {
    Watched known = watched.get(id);
    return known == null ? null : known.verdict();
  }

  private <T> Future<T> onContext(java.util.function.Supplier<Future<T>> work) {
    Promise<T> promise = Promise.promise();
    Context context = own;
    if (context == null) {
      return Future.failedFuture(new IllegalStateException("not started"));
    }
    context.runOnContext(none -> work.get().onComplete(promise));
    return promise.future();
  }

  private Future<Void> mark() {
    List<Future<?>> all = new ArrayList<>();
    for (Gateway gateway : definitions.gateways()) {
      GatewaySource source = sources.gateway(gateway);
      if (source == null) {
        continue;
      }
      if (followed.add(gateway.id())) {
        source.follow((host, path) -> line(gateway.id(), path));
      }
      all.add(source.logs().onSuccess(session -> marks.put(gateway.id(), session)));
    }
    return all.isEmpty() ? Future.succeededFuture() : Future.join(all).mapEmpty();
  }

  /**
   * What a user met first: the probes of that gateway whose path it was do not wait for their
   * round.
   */
  private void line(String gatewayId, @Nullable String path) {
    Context context = own;
    if (context == null) {
      return;
    }
    context.runOnContext(
        none -> {
          for (Watched known : List.copyOf(watched.values())) {
            Probe probe = known.probe();
            boolean same = gatewayId.equals(probe.gateway()) && shares(probe, path);
            boolean fresh =
                known.lookedAt() != null
                    && apart(known.lookedAt(), clock.instant()).compareTo(FRESH) < 0;
            if (same && !known.looking() && !fresh && known.standsWell()) {
              enqueue(() -> lookAfterRun(known));
            }
          }
        });
  }

  /** The clock may be set back: then a difference below nothing must not last until it is over. */
  private static Duration apart(Instant one, Instant other) {
    return Duration.between(one, other).abs();
  }

  /** The first segment of the path is what locations are mostly made by. */
  private static boolean shares(Probe probe, @Nullable String path) {
    return path == null || segment(path).equals(segment(probe.target().path()));
  }

  private static String segment(String path) {
    int end = path.indexOf('/', 1);
    int query = path.indexOf('?');
    int stop = end < 0 ? (query < 0 ? path.length() : query) : end;
    return path.substring(0, stop);
  }

  private void lookAfterRun(Watched known) {
    known.beginLook(clock.instant());
    sources
        .run(known.probe())
        .onComplete(
            done -> {
              known.endLook();
              looks--;
              if (done.succeeded()) {
                begin(known, done.result());
              } else {
                known.takeAfter().forEach(Runnable::run);
              }
              next();
            });
  }

  private void take(Probe probe, Observation observation) {
    Watched known = watched.get(probe.id());
    if (known == null || !known.probe().equals(probe)) {
      return;
    }
    outlet.observed(probe, observation);
    remember(probe, observation);
    Instant now = clock.instant();
    boolean due =
        probe.edge()
            && probe.gateway() != null
            && (known.lookedAt() == null
                || apart(known.lookedAt(), now)
                        .compareTo(known.outlook() == null ? WELL_LOOK : RISK_LOOK)
                    >= 0);
    boolean hidden = known.verdict() != null && !known.standsWell() && observation.served();
    if (observation.expected() && !hidden && !due) {
      if (!known.standsWell() || known.repeatDue(now, REPEAT_MILLIS)) {
        judge(known, cheap(known, observation));
      } else {
        outlet.concluded(Objects.requireNonNull(known.verdict()).again(now));
      }
      return;
    }
    if (observation.expected() && known.verdict() == null) {
      judge(known, cheap(known, observation));
    }
    begin(known, observation);
  }

  private void remember(Probe probe, Observation observation) {
    String address = observation.address();
    String host =
        address == null || address.startsWith("unix:")
            ? probe.target().endpoint().host()
            : Asking.endpoint(address).host();
    if (probe.target().endpoint().socket() == null && !CloseLook.isLocal(host, localAddresses)) {
      reach.put(probe.id(), new Reach(!Round.offlineClass(observation), clock.instant()));
    }
  }

  /** All that a good observation needs, and what shows the risks that stand. */
  private Case cheap(Watched known, Observation observation) {
    Probe probe = known.probe();
    Answer.Role role = probe.edge() ? Answer.Role.EDGE : Answer.Role.DECLARED;
    Answer answer =
        new Answer(
            role,
            probe.edge() ? null : probe.id(),
            probe.target().scheme(),
            observation.address() == null
                ? probe.target().endpoint().text()
                : observation.address(),
            probe.request().method(),
            probe.target().path(),
            probe.target().scheme().http() ? Asking.host(probe) : "",
            observation);
    HostState host =
        new HostState(
            observation.at(),
            observation.lateMillis(),
            probe.interval().toMillis(),
            List.of(),
            List.of(),
            0,
            localAddresses,
            0,
            null);
    List<Evidence> evidence = new ArrayList<>(List.of(answer, host));
    Case outlook = known.outlook();
    if (outlook != null) {
      outlook.evidence().stream().filter(EngineVerticle::lasts).forEach(evidence::add);
    }
    return new Case(
        probe,
        definitions.gateway(probe.gateway()),
        outlook == null ? List.of() : outlook.upstreams(),
        evidence,
        false,
        clock.instant(),
        node);
  }

  /** Not of one request alone, and not of the prober's moment. */
  private static boolean lasts(Evidence evidence) {
    return !(evidence instanceof Answer answer && answer.edge())
        && !(evidence instanceof HostState)
        && evidence.kind() != Evidence.Kind.GATEWAY_LOG;
  }

  private void begin(Watched known, Observation observation) {
    if (!known.looking()) {
      enqueue(() -> look(known, observation));
    } else if (!observation.served()) {
      known.miss(observation);
    }
  }

  private void enqueue(Runnable look) {
    if (looks < MAX_LOOKS) {
      looks++;
      look.run();
    } else if (waiting.size() < MAX_WAITING_LOOKS) {
      waiting.add(look);
    }
  }

  private void next() {
    Runnable look = looks < MAX_LOOKS ? waiting.poll() : null;
    if (look != null) {
      looks++;
      look.run();
    }
  }

  private void look(Watched known, Observation observation) {
    if (known.looking()) {
      looks--;
      next();
      return;
    }
    Probe probe = known.probe();
    known.beginLook(clock.instant());
    if (Round.offlineClass(observation) && reach.containsKey(probe.id())) {
      // Perhaps it is our own network: what others told a round ago is too old to say no.
      Round round = new Round(sources, definitions.control());
      round.reachability(observation, false);
      Future.join(others(probe, round)).onComplete(done -> look(known, observation, round, false));
    } else {
      look(known, observation, round(), true);
    }
  }

  private List<Future<?>> others(Probe failing, Round round) {
    List<Future<?>> all = new ArrayList<>(List.of(Future.succeededFuture()));
    for (String id : reach.keySet()) {
      Probe other = definitions.probe(id);
      if (all.size() <= MAX_OTHERS
          && other != null
          && other.request().safe()
          && !other.target().endpoint().equals(failing.target().endpoint())) {
        all.add(sources.run(other).onSuccess(seen -> round.reachability(seen, false)));
      }
    }
    return all;
  }

  private void look(Watched known, Observation observation, Round round, boolean soon) {
    Probe probe = known.probe();
    round.seen(probe, observation);
    CloseLook look =
        new CloseLook(sources, clock, node, definitions, probe, round, Scene.Manner.WATCH);
    speak(probe, observation, round);
    LogSession session = probe.gateway() == null ? null : marks.get(probe.gateway());
    boolean[] ended = {false};
    long firstWord =
        vertx.setTimer(
            FIRST_WORD_MILLIS,
            id -> {
              // Where a verdict stands already, a half-seen case would only make it shallower.
              boolean silent = known.verdict() == null || known.standsWell();
              if (soon && !ended[0] && silent && !observation.served()) {
                judge(known, look.taken());
              }
            });
    long limit =
        vertx.setTimer(LOOK_LIMIT_MILLIS, id -> end(known, look.taken(), ended, firstWord));
    look.look(observation, session)
        .onComplete(
            done -> {
              vertx.cancelTimer(limit);
              end(known, done.succeeded() ? done.result() : look.taken(), ended, firstWord);
            });
  }

  /** Leaves what concerns the whole gateway to one of its probes that is well. */
  private void speak(Probe probe, Observation observation, Round round) {
    String gateway = probe.gateway();
    if (gateway == null || !observation.served()) {
      return;
    }
    String spokesman = spokesmen.get(gateway);
    Watched other = spokesman == null ? null : watched.get(spokesman);
    if (other == null || !other.standsWell() || probe.id().equals(spokesman)) {
      spokesmen.put(gateway, probe.id());
    } else {
      round.claim(gateway);
    }
  }

  private void end(Watched known, Case taken, boolean[] ended, long firstWord) {
    if (ended[0]) {
      return;
    }
    ended[0] = true;
    vertx.cancelTimer(firstWord);
    known.endLook();
    looks--;
    known.looked(taken, judge(known, taken));
    next();
    known.takeAfter().forEach(Runnable::run);
    Observation missed = known.takeMissed();
    if (missed != null && known.standsWell()) {
      begin(known, missed);
    }
  }

  private Round round() {
    Round round = new Round(sources, definitions.control());
    Instant now = clock.instant();
    reach.forEach(
        (id, told) -> {
          Probe probe = definitions.probe(id);
          if (probe != null && apart(told.at(), now).compareTo(REACHABILITY) < 0) {
            round.told(probe.target().text(), told.reached());
          }
        });
    return round;
  }

  private Verdict judge(Watched known, Case taken) {
    Verdict verdict = Diagnosis.of(taken);
    if (watched.get(known.probe().id()) != known) {
      return verdict;
    }
    Verdict news = known.take(verdict, clock.instant(), REPEAT_MILLIS);
    if (news != null) {
      outlet.judged(news, taken);
    }
    outlet.concluded(Objects.requireNonNull(known.verdict()));
    return verdict;
  }
}
