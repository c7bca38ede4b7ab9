package dev.why502.remedy;

import dev.why502.definition.Definitions;
import dev.why502.definition.Endpoint;
import dev.why502.definition.Expectation;
import dev.why502.definition.Probe;
import dev.why502.definition.Reactions;
import dev.why502.definition.Remedy;
import dev.why502.definition.Request;
import dev.why502.definition.Scheme;
import dev.why502.definition.Secrets;
import dev.why502.definition.Selection;
import dev.why502.definition.Target;
import dev.why502.definition.Threshold;
import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.Confidence;
import dev.why502.diagnosis.Fix;
import dev.why502.diagnosis.State;
import dev.why502.diagnosis.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Remedies, probes and verdicts as tests need them. */
final class Given {
  static final Instant NOON = Instant.parse("2025-09-18T12:00:00Z");
  static final Cause STOPPED = Cause.PROCESS_NOT_RUNNING;

  private Given() {}

  static Probe probe(String id, @Nullable String gateway) {
    return new Probe(
        id,
        new Target(Scheme.HTTP, Endpoint.of("127.0.0.1", 1), "/", "http://127.0.0.1:1/"),
        null,
        Map.of(),
        true,
        gateway,
        null,
        Request.GET,
        Expectation.DEFAULT,
        Duration.ofSeconds(10),
        Duration.ofSeconds(5),
        Threshold.DEFAULT,
        null,
        List.of(),
        List.of());
  }

  /** For one probe and the cause {@link #STOPPED}, after one round, with a minute's rest. */
  static Remedy remedy(String id, String probe, String... run) {
    return new Remedy(
        id,
        Set.of(STOPPED.code()),
        new Selection(Set.of(probe), Map.of()),
        List.of(run),
        "/",
        Map.of(),
        Duration.ofSeconds(30),
        Duration.ofMinutes(1),
        3,
        1,
        Remedy.Sureness.CERTAIN);
  }

  static Remedy remedy(
      Remedy like, Map<String, String> environment, Duration timeout, String... causes) {
    return new Remedy(
        like.id(),
        causes.length == 0 ? like.causes() : Set.of(causes),
        like.selection(),
        like.run(),
        like.directory(),
        environment,
        timeout,
        like.cooldown(),
        like.maxPerHour(),
        like.rounds(),
        like.sureness());
  }

  static Definitions definitions(List<Probe> probes, Remedy... remedies) {
    return new Definitions(
        List.of(),
        probes,
        List.of(),
        List.of(),
        List.of(),
        new Reactions(
            Reactions.NONE.alerting(), Reactions.NONE.maintenance(), List.of(remedies), null),
        Secrets.NONE);
  }

  static Verdict up(String probe) {
    return verdict(probe, State.UP, Cause.OK, Confidence.CERTAIN, null);
  }

  static Verdict down(String probe, Cause cause) {
    return verdict(probe, State.DOWN, cause, Confidence.CERTAIN, null);
  }

  static Verdict down(String probe, Cause cause, Fix fix) {
    return verdict(probe, State.DOWN, cause, Confidence.CERTAIN, fix);
  }

  static Verdict verdict(
      String probe, State state, Cause cause, Confidence confidence, @Nullable Fix fix) {
    return new Verdict(
        probe,
        state,
        cause,
        confidence,
        probe + " is " + state + ": " + cause,
        null,
        "backend",
        null,
        state == State.UP ? List.of() : List.of(new Verdict.Link(cause, cause.meaning())),
        List.of(),
        List.of(),
        List.of(),
        fix,
        List.of(),
        NOON,
        NOON,
        "node");
  }
}
