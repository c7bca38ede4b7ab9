package dev.why502.diagnosis;

import dev.why502.evidence.Answer;
import dev.why502.evidence.HostState;
import dev.why502.observation.FailureKind;
import dev.why502.observation.Observation;
import dev.why502.observation.Phase;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The prober itself is the trouble: then nobody else is blamed. */
final class ProberRules {
  private ProberRules() {}

  static List<Rule> all() {
    return List.of(
        new Rule(Cause.PROBER_OVERLOADED, ProberRules::overloaded),
        new Rule(Cause.PROBER_OFFLINE, ProberRules::offline),
        new Rule(Cause.PROBER_BLIND, ProberRules::blind));
  }

  /** A run that began late may have missed its own deadline: only what timed out is in doubt. */
  private static @Nullable Finding overloaded(Facts facts) {
    Answer answer = facts.edge != null ? facts.edge : own(facts);
    if (answer == null || facts.host == null || answer.seen().expected()) {
      return null;
    }
    HostState host = facts.host;
    double allowed = Math.max(1000, host.intervalMillis() / 2.0);
    boolean doubtful =
        answer.seen().failed(FailureKind.TIMEOUT)
            || answer.seen().failed(FailureKind.LOCAL)
            || answer.seen().served();
    if (host.lateMillis() <= allowed || !doubtful) {
      return null;
    }
    return Finding.certain(
            Cause.PROBER_OVERLOADED,
            String.format(
                java.util.Locale.ROOT,
                "the prober's own run was %.1f s late; its result says nothing",
                host.lateMillis() / 1000),
            host,
            answer)
        .fixedBy(Fixes.general(facts, Cause.PROBER_OVERLOADED));
  }

  private static @Nullable Answer own(Facts facts) {
    return facts
        .role(Answer.Role.DECLARED)
        .filter(answer -> facts.probe.id().equals(answer.upstream()))
        .findFirst()
        .orElse(null);
  }

  private static @Nullable Finding offline(Facts facts) {
    Answer answer = facts.edge != null ? facts.edge : own(facts);
    HostState host = facts.host;
    if (answer == null || host == null || answer.seen().failure() == null) {
      return null;
    }
    if (!offlineClass(answer.seen()) || facts.local(answer.address())) {
      return null;
    }
    int far = host.unreached().size();
    boolean enough = far >= 2;
    if (!host.reached().isEmpty()) {
      return far > 1
          ? Finding.contradicted(Cause.PROBER_OFFLINE, "this host reaches " + host.reached().get(0))
          : null;
    }
    if (!enough) {
      return null;
    }
    return Finding.certain(
            Cause.PROBER_OFFLINE,
            "this host reaches none of its non-local targets: "
                + String.join(", ", host.unreached()),
            host,
            answer)
        .fixedBy(Fixes.general(facts, Cause.PROBER_OFFLINE));
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

  /** What would tell could not be looked at, and nothing else tells. */
  private static @Nullable Finding blind(Facts facts) {
    Answer answer = own(facts);
    HostState host = facts.host;
    if (facts.edge != null || answer == null || host == null) {
      return null;
    }
    boolean refused =
        answer.seen().failed(FailureKind.REFUSED) || answer.seen().failed(FailureKind.MISSING);
    if (answer.seen().failed(FailureKind.FORBIDDEN)) {
      return Finding.certain(
              Cause.PROBER_BLIND, "the prober may not connect to " + answer.address(), answer)
          .fixedBy(Fixes.general(facts, Cause.PROBER_BLIND));
    }
    if (refused
        && "own".equals(host.namespace())
        && Address.loopback(Address.host(answer.address()))) {
      return Finding.certain(
              Cause.PROBER_BLIND,
              answer.address()
                  + " is the loopback of the prober's own network namespace, not of the host",
              answer)
          .seenIn(List.of(host))
          .fixedBy(
              Fixes.told(
                  facts, "run the prober in the host's network namespace (network_mode: host)"));
    }
    return null;
  }
}
