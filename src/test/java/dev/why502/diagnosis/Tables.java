package dev.why502.diagnosis;

import dev.why502.cases.StoredCase;
import dev.why502.definition.Probe;
import dev.why502.definition.Scheme;
import dev.why502.evidence.Access;
import dev.why502.evidence.Answer;
import dev.why502.evidence.Answer.Role;
import dev.why502.evidence.Case;
import dev.why502.evidence.Evidence;
import dev.why502.evidence.Listeners;
import dev.why502.observation.FailureKind;
import dev.why502.observation.Observation;
import dev.why502.observation.Outcome;
import dev.why502.observation.Phase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the tables of this package are made of: one failed request and what listens. */
final class Tables {
  static final Instant AT = Instant.parse("2025-09-18T09:46:00.120Z");
  static final String SERVICE = "127.0.0.1:3001";

  private static final Probe SERVICE_PROBE =
      stored("upstream-refused/probe-stands-for-itself").probe();

  private Tables() {}

  static Answer failed(Role role, String address, Phase phase, FailureKind kind) {
    return failed(role, address, phase, kind, null);
  }

  static Answer failed(
      Role role, String address, Phase phase, FailureKind kind, @Nullable String firstBytes) {
    return new Answer(
        role,
        role == Role.EDGE ? null : "backend",
        Scheme.HTTP,
        address,
        "GET",
        "/api/templates",
        "shop.example",
        new Observation(
            "backend",
            "http://shop.example/api/templates",
            address,
            null,
            List.of(),
            Outcome.FAILED,
            phase,
            kind,
            1000,
            0,
            Map.of(phase, 1000.0),
            null,
            null,
            firstBytes,
            null,
            null,
            List.of(),
            List.of(),
            AT));
  }

  static Listeners listening(int queue) {
    return new Listeners(
        AT,
        Access.GRANTED,
        List.of(new Listeners.Row("127.0.0.1", 3001, null, queue, 128, 1000, 4711, "node")));
  }

  static Listeners nothing() {
    return new Listeners(AT, Access.GRANTED, List.of());
  }

  /** A service that stands for itself, with this evidence and no other. */
  static Facts facts(Evidence... evidence) {
    return new Facts(
        new Case(
            SERVICE_PROBE,
            null,
            List.of(),
            new ArrayList<>(List.of(evidence)),
            false,
            AT,
            "web-1"));
  }

  static Case stored(String name) {
    return StoredCase.of(name).given();
  }
}
