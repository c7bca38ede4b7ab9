package dev.why502.engine;

import dev.why502.definition.Definitions;
import dev.why502.definition.Gateway;
import dev.why502.definition.Probe;
import dev.why502.engine.Sources.GatewaySource;
import dev.why502.engine.Sources.LogSession;
import dev.why502.evidence.Case;
import dev.why502.observation.Observation;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
      GatewaySource source =
          used && !checking ? sources.gateway(gateway, definitions.edges(gateway)) : null;
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
            new CloseLook(sources, clock, node, definitions, probe, round, checking)
                .look(seen.get(probe.id()), session(probe, sessions))
                .onSuccess(taken -> cases.put(probe.id(), taken));
    return bounded(probes, one)
        .map(
            done ->
                probes.stream()
                    .map(probe -> cases.get(probe.id()))
                    .filter(java.util.Objects::nonNull)
                    .map(java.util.Objects::requireNonNull)
                    .toList());
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
