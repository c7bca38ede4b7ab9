package dev.why502.engine;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Expectation;
import dev.why502.definition.Probe;
import dev.why502.definition.Request;
import dev.why502.definition.Scheme;
import dev.why502.definition.Target;
import dev.why502.definition.Threshold;
import dev.why502.engine.Sources.Idled;
import dev.why502.observation.FailureKind;
import dev.why502.observation.Observation;
import dev.why502.observation.Phase;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What several looks at the same time share: one request to one service serves all the probes
 * behind it, and what one target tells about our own network all of them may know. Confined to one
 * context.
 */
final class Round {
  private static final Duration CONTROL_TIMEOUT = Duration.ofMillis(1500);

  private final Sources sources;
  private final List<Endpoint> controls;
  private final Map<Probe, Future<Observation>> asked = new HashMap<>();
  private final Map<String, Future<Idled>> idled = new HashMap<>();
  private final Set<String> claimed = new HashSet<>();

  /** Non-local targets by what they told of our network: true for any sign of life. */
  private final Map<String, Boolean> reached = new LinkedHashMap<>();

  private @Nullable Future<Integer> control;

  Round(Sources sources, List<Endpoint> controls) {
    this.sources = sources;
    this.controls = List.copyOf(controls);
  }

  /** Runs a probe once; the same request again is answered by the same observation. */
  Future<Observation> ask(Probe probe) {
    return asked.computeIfAbsent(probe, sources::run);
  }

  /** Leaves a connection to an address idle: one for all the looks of a round. */
  Future<Idled> idle(String address, Probe request, Duration atMost) {
    return idled.computeIfAbsent(address, first -> sources.runIdle(request, atMost));
  }

  /** What concerns a whole gateway is said once, by whoever claims it first. */
  boolean claim(String gateway) {
    return claimed.add(gateway);
  }

  /** An observation that was made outside, of the probe itself. */
  void seen(Probe probe, Observation observation) {
    asked.put(probe, Future.succeededFuture(observation));
  }

  /** What a target told of our network a moment ago. */
  void told(String target, boolean sign) {
    reached.put(target, sign);
  }

  void reachability(Observation observation, boolean local) {
    if (!local) {
      reached.merge(observation.target(), !offlineClass(observation), (one, other) -> one || other);
    }
  }

  /** Connects to each control, once for all the looks of a round; the number that failed. */
  Future<Integer> controls() {
    if (control == null) {
      List<Future<Observation>> runs = new ArrayList<>();
      for (Endpoint endpoint : controls) {
        Future<Observation> run = sources.run(control(endpoint));
        runs.add(run.onSuccess(seen -> reached.put(endpoint.text(), !offlineClass(seen))));
      }
      control =
          runs.isEmpty()
              ? Future.succeededFuture(0)
              : Future.join(runs)
                  .map(
                      done ->
                          (int)
                              controls.stream()
                                  .filter(e -> Boolean.FALSE.equals(reached.get(e.text())))
                                  .count());
    }
    return control;
  }

  List<String> reached() {
    return reached.entrySet().stream().filter(Map.Entry::getValue).map(Map.Entry::getKey).toList();
  }

  List<String> unreached() {
    return reached.entrySet().stream().filter(e -> !e.getValue()).map(Map.Entry::getKey).toList();
  }

  /** In name, in route, or without any answer to a SYN. */
  static boolean offlineClass(Observation seen) {
    FailureKind kind = seen.failure();
    if (kind == null) {
      return false;
    }
    return switch (kind) {
      case NAME, UNREACHABLE -> true;
      case TIMEOUT -> seen.phase() == Phase.CONNECT || seen.phase() == Phase.RESOLVE;
      default -> false;
    };
  }

  private static Probe control(Endpoint endpoint) {
    return new Probe(
        "control",
        new Target(Scheme.TCP, endpoint, "", "tcp://" + endpoint.text()),
        null,
        Map.of(),
        true,
        null,
        null,
        Request.GET,
        Expectation.DEFAULT,
        Duration.ofMinutes(1),
        CONTROL_TIMEOUT,
        Threshold.DEFAULT,
        null,
        List.of(),
        List.of());
  }
}
