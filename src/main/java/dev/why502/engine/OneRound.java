package dev.why502.engine;

import dev.why502.definition.Definitions;
import dev.why502.definition.Gateway;
import dev.why502.definition.Probe;
import dev.why502.engine.Sources.GatewaySource;
import dev.why502.engine.Sources.LogSession;
import dev.why502.engine.Sources.Sample;
import dev.why502.evidence.Case;
import dev.why502.observation.Observation;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One round now, of all probes or of some: what {@code diagnose} and {@code check} do. */
public final class OneRound {
  /** Probes and looks that run side by side. */
  static final int MAX_IN_FLIGHT = 64;

  private final Vertx vertx;
  private final Sources sources;
  private final InstantSource clock;
  private final String node;

  public OneRound(Vertx vertx, Sources sources, InstantSource clock, String node) {
    this.vertx = vertx;
    this.sources = sources;
    this.clock = clock;
    this.node = node;
  }

  /**
   * Probes first, so that what all of them saw is known when the first is judged; then looks
   * closely at each.
   *
   * @param probes which to run, in the order of the answer
   * @param checking no edge traffic: only the route and what listens behind it
   */
  public Future<List<Case>> run(Definitions definitions, List<Probe> probes, boolean checking) {
    Round round = new Round(sources, definitions.control());
    Map<String, LogSession> sessions = new HashMap<>();
    return onContext(
        () ->
            sources
                .localAddresses()
                .compose(
                    local ->
                        begin(definitions, probes, checking, sessions)
                            .compose(begun -> observe(probes, checking, round, local)))
                .compose(seen -> looks(definitions, probes, checking, round, sessions, seen)));
  }

  /**
   * What a check saw.
   *
   * @param cases of the declared probes
   * @param others of the routes that no declared probe takes, each with a probe made for it
   * @param leftOut routes that were too many to be looked at
   */
  public record Checked(List<Case> cases, List<Case> others, int leftOut) {}

  /**
   * Holds the configurations on disk against what listens, without any traffic to the edge: the
   * routes of the probes first, then every other route of each gateway.
   */
  public Future<Checked> check(Definitions definitions, List<Probe> probes) {
    return run(definitions, probes, true)
        .compose(cases -> onContext(() -> others(definitions, cases)));
  }

  private Future<Checked> others(Definitions definitions, List<Case> cases) {
    Round round = new Round(sources, definitions.control());
    Set<String> ids = new HashSet<>();
    definitions.probes().forEach(probe -> ids.add(probe.id()));
    List<Probe> samples = new ArrayList<>();
    int[] leftOut = {0};
    Future<?> read = Future.succeededFuture();
    for (Gateway gateway : definitions.gateways()) {
      GatewaySource source = sources.gateway(gateway);
      if (source != null) {
        read =
            read.compose(done -> source.routes())
                .onSuccess(
                    all -> {
                      List<Sample> left = RouteSamples.left(all, cases);
                      int most = Math.min(left.size(), RouteSamples.MAX_ROUTES);
                      leftOut[0] += left.size() - most;
                      samples.addAll(RouteSamples.probes(gateway, left.subList(0, most), ids));
                    });
      }
    }
    Map<String, Case> taken = new HashMap<>();
    Function<Probe, Future<?>> one =
        probe ->
            new CloseLook(sources, clock, node, definitions, probe, round, Scene.Manner.SAMPLE)
                .look(null, null)
                .onSuccess(seen -> taken.put(probe.id(), seen));
    return read.compose(done -> bounded(samples, one))
        .map(done -> new Checked(cases, inOrder(samples, taken), leftOut[0]));
  }

  private <T> Future<T> onContext(java.util.function.Supplier<Future<T>> work) {
    io.vertx.core.Promise<T> promise = io.vertx.core.Promise.promise();
    vertx.getOrCreateContext().runOnContext(none -> work.get().onComplete(promise));
    return promise.future();
  }

  /** Marks each gateway's logs before the first request is sent. */
  private Future<?> begin(
      Definitions definitions,
      List<Probe> probes,
      boolean checking,
      Map<String, LogSession> sessions) {
    List<Future<?>> all = new ArrayList<>();
    for (Gateway gateway : definitions.gateways()) {
      boolean used = probes.stream().anyMatch(probe -> gateway.id().equals(probe.gateway()));
      GatewaySource source = used && !checking ? sources.gateway(gateway) : null;
      if (source != null) {
        all.add(source.logs().onSuccess(session -> sessions.put(gateway.id(), session)));
      }
    }
    return all.isEmpty() ? Future.succeededFuture() : Future.join(all);
  }

  private Future<Map<String, Observation>> observe(
      List<Probe> probes, boolean checking, Round round, List<String> local) {
    Map<String, Observation> seen = new LinkedHashMap<>();
    Function<Probe, Future<?>> one =
        probe -> {
          if (checking && probe.edge()) {
            return Future.succeededFuture();
          }
          return sources
              .run(probe)
              .onSuccess(
                  observation -> {
                    seen.put(probe.id(), observation);
                    round.seen(probe, observation);
                    String address = observation.address();
                    String host =
                        address == null || address.startsWith("unix:")
                            ? probe.target().endpoint().host()
                            : Asking.endpoint(address).host();
                    boolean here =
                        probe.target().endpoint().socket() != null
                            || CloseLook.isLocal(host, local);
                    round.reachability(observation, here);
                  });
        };
    return bounded(probes, one).map(done -> seen);
  }

  private Future<List<Case>> looks(
      Definitions definitions,
      List<Probe> probes,
      boolean checking,
      Round round,
      Map<String, LogSession> sessions,
      Map<String, Observation> seen) {
    Map<String, Case> cases = new HashMap<>();
    Function<Probe, Future<?>> one =
        probe ->
            new CloseLook(
                    sources,
                    clock,
                    node,
                    definitions,
                    probe,
                    round,
                    checking ? Scene.Manner.CHECK : Scene.Manner.ONCE)
                .look(seen.get(probe.id()), session(probe, sessions))
                .onSuccess(taken -> cases.put(probe.id(), taken));
    return bounded(probes, one).map(done -> inOrder(probes, cases));
  }

  private static List<Case> inOrder(List<Probe> probes, Map<String, Case> cases) {
    return probes.stream()
        .map(probe -> cases.get(probe.id()))
        .filter(Objects::nonNull)
        .map(Objects::requireNonNull)
        .toList();
  }

  private static @Nullable LogSession session(Probe probe, Map<String, LogSession> sessions) {
    return probe.gateway() == null ? null : sessions.get(probe.gateway());
  }

  /** At most {@value #MAX_IN_FLIGHT} at a time. */
  private static Future<?> bounded(List<Probe> probes, Function<Probe, Future<?>> work) {
    Deque<Probe> waiting = new ArrayDeque<>(probes);
    List<Future<?>> lanes = new ArrayList<>();
    for (int i = 0; i < Math.min(MAX_IN_FLIGHT, probes.size()); i++) {
      lanes.add(lane(waiting, work));
    }
    return lanes.isEmpty() ? Future.succeededFuture() : Future.join(lanes);
  }

  private static Future<?> lane(Deque<Probe> waiting, Function<Probe, Future<?>> work) {
    Probe next = waiting.poll();
    return next == null
        ? Future.succeededFuture()
        : work.apply(next).transform(done -> lane(waiting, work));
  }
}
