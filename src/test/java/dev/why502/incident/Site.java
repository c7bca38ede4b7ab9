package dev.why502.incident;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Expectation;
import dev.why502.definition.Probe;
import dev.why502.definition.Request;
import dev.why502.definition.Scheme;
import dev.why502.definition.Target;
import dev.why502.definition.Threshold;
import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.Confidence;
import dev.why502.diagnosis.Fix;
import dev.why502.diagnosis.State;
import dev.why502.diagnosis.Verdict;
import dev.why502.diagnosis.Verdict.Link;
import dev.why502.evidence.Answer;
import dev.why502.evidence.Answer.Role;
import dev.why502.evidence.Evidence;
import dev.why502.observation.FailureKind;
import dev.why502.observation.Observation;
import dev.why502.observation.Outcome;
import dev.why502.observation.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Probes of a site that does not exist, and the verdicts that its faults would lead to. */
public final class Site {
  public static final Instant START = Instant.parse("2025-09-18T09:00:00Z");
  public static final Duration INTERVAL = Duration.ofSeconds(10);

  /** Where the gateways of this site are asked. */
  private static final String EDGE = "192.0.2.1:443";

  private static final Observation REFUSED =
      new Observation(
          "",
          "",
          null,
          null,
          List.of(),
          Outcome.FAILED,
          Phase.CONNECT,
          FailureKind.REFUSED,
          1,
          0,
          Map.of(),
          null,
          null,
          null,
          null,
          null,
          List.of(),
          List.of(),
          START);

  private Site() {}

  /** An edge probe at a gateway; upstreams null where they are left out. */
  public static Probe edge(String id, @Nullable String gateway, @Nullable List<String> upstreams) {
    return probe(
        id, Endpoint.of("192.0.2.1", 443), gateway, upstreams, INTERVAL, Threshold.DEFAULT);
  }

  /** A service that is probed itself. */
  public static Probe service(String id, int port) {
    return probe(id, Endpoint.of("10.0.0.5", port), null, null, INTERVAL, Threshold.DEFAULT);
  }

  static Probe probe(
      String id,
      Endpoint target,
      @Nullable String gateway,
      @Nullable List<String> upstreams,
      Duration interval,
      Threshold threshold) {
    return new Probe(
        id,
        new Target(Scheme.HTTP, target, "/", "http://" + target.text() + "/"),
        null,
        Map.of(),
        true,
        gateway,
        upstreams,
        Request.GET,
        Expectation.DEFAULT,
        interval,
        Duration.ofSeconds(5),
        threshold,
        null,
        List.of(),
        List.of());
  }

  static Probe labelled(Probe probe, Map<String, String> labels) {
    return new Probe(
        probe.id(),
        probe.target(),
        null,
        labels,
        true,
        probe.gateway(),
        probe.upstreams(),
        probe.request(),
        probe.expect(),
        probe.interval(),
        probe.timeout(),
        probe.threshold(),
        null,
        List.of(),
        List.of());
  }

  /** A refused connection to a service behind the gateway, or to the probe's own target. */
  static Answer refused(Role role, @Nullable String upstream, String address, Instant at) {
    Observation seen =
        new Observation(
            "",
            "",
            address,
            null,
            List.of(),
            REFUSED.outcome(),
            REFUSED.phase(),
            REFUSED.failure(),
            1,
            0,
            Map.of(),
            null,
            null,
            null,
            null,
            null,
            List.of(),
            List.of(),
            at);
    return new Answer(role, upstream, Scheme.HTTP, address, "GET", "/", "", seen);
  }

  public static Verdict up(Probe probe, Instant at) {
    return verdict(probe, State.UP, Cause.OK, null, at, at, List.of(), null);
  }

  static Verdict offline(Probe probe, Instant at) {
    return verdict(probe, State.UNKNOWN, Cause.PROBER_OFFLINE, null, at, at, List.of(), null);
  }

  /** A service behind the gateway that refuses, or the probe's own. */
  public static Verdict dead(
      Probe probe, Cause cause, @Nullable String id, String address, Instant at) {
    return dead(probe, cause, id, address, at, State.DOWN);
  }

  /** The same, hidden behind a failover or not. */
  static Verdict dead(
      Probe probe, Cause cause, @Nullable String id, String address, Instant at, State state) {
    Role role = probe.edge() ? Role.AS_GATEWAY : Role.DECLARED;
    String own = probe.edge() ? null : probe.id();
    return verdict(probe, state, cause, id, at, at, List.of(refused(role, own, address, at)), null);
  }

  /** The gateway itself takes no connections. */
  static Verdict shut(Probe probe, Instant at) {
    return shut(probe, EDGE, at, at);
  }

  static Verdict shut(Probe probe, String address, Instant at, Instant seen) {
    Answer edge = refused(Role.EDGE, null, address, seen);
    return verdict(probe, State.DOWN, Cause.EDGE_REFUSED, null, at, at, List.of(edge), null);
  }

  /** What is only seen and not explained, or concerns this probe alone. */
  static Verdict seen(Probe probe, State state, Cause cause, Instant at) {
    return verdict(probe, state, cause, null, at, at, List.of(), null);
  }

  /** A line of a gateway's configuration is to blame. */
  static Verdict line(Probe probe, Cause cause, String file, int line, Instant at) {
    Fix fix = new Fix("change it", new Fix.At(file, line, null), List.of(), null);
    return verdict(probe, State.DOWN, cause, null, at, at, List.of(), fix);
  }

  static Verdict verdict(
      Probe probe,
      State state,
      Cause cause,
      @Nullable String upstream,
      Instant since,
      Instant at,
      List<Evidence> evidence,
      @Nullable Fix fix) {
    return new Verdict(
        probe.id(),
        state,
        cause,
        cause.layer() == Cause.Layer.SYMPTOM ? Confidence.LIKELY : Confidence.CERTAIN,
        cause.meaning(),
        probe.gateway(),
        upstream,
        cause.proxyStatus(),
        state == State.UP ? List.of() : List.of(new Link(cause, cause.meaning())),
        evidence,
        List.of(),
        List.of(),
        fix,
        List.of(),
        since,
        at,
        "web-1");
  }
}
