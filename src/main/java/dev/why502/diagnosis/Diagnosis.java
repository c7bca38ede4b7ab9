package dev.why502.diagnosis;

import dev.why502.diagnosis.Finding.Standing;
import dev.why502.diagnosis.Verdict.Link;
import dev.why502.diagnosis.Verdict.RuledOut;
import dev.why502.diagnosis.Verdict.Unsettled;
import dev.why502.evidence.Answer;
import dev.why502.evidence.Answer.Role;
import dev.why502.evidence.Case;
import dev.why502.evidence.Evidence;
import dev.why502.evidence.Listeners;
import dev.why502.evidence.ProcessState;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * From a case to a verdict: all rules look at the case, the deepest cause that is supported and not
 * contradicted wins. Pure: the same case gives the same verdict on every machine.
 */
public final class Diagnosis {
  /** Within a layer the first rule that is supported wins: the more telling stands first. */
  private static final List<Rule> RULES =
      Stream.of(ProberRules.all(), ProcessRules.all(), GatewayRules.all(), UpstreamRules.all())
          .flatMap(List::stream)
          .toList();

  private Diagnosis() {}

  /** Causes that some rule can name, the symptoms and expectations included. */
  static Set<Cause> covered() {
    Set<Cause> covered = EnumSet.noneOf(Cause.class);
    RULES.forEach(rule -> covered.add(rule.cause()));
    for (Cause cause : Cause.values()) {
      switch (cause.layer()) {
        case EDGE, SYMPTOM, EXPECTATION -> covered.add(cause);
        case UPSTREAM, GATEWAY, PROCESS, PROBER -> {}
      }
    }
    return covered;
  }

  public static Verdict of(Case given) {
    Facts facts = new Facts(given);
    Finding symptom = symptom(facts);
    List<Finding> findings = new ArrayList<>();
    for (Rule rule : RULES) {
      Finding finding = rule.judge(facts);
      if (finding != null) {
        findings.add(finding);
      }
    }
    Finding winner = winner(symptom, findings);
    if (winner == null) {
      return up(facts, findings);
    }
    return verdict(facts, symptom, winner, findings);
  }

  /** The first link: what was seen at the edge, or at a probe that stands for itself. */
  private static @Nullable Finding symptom(Facts facts) {
    if (facts.edge != null) {
      return Edge.judge(facts);
    }
    return facts.standsForItself() ? standalone(facts) : null;
  }

  /** A probe that stands for itself takes upstream codes on this host, edge codes elsewhere. */
  private static @Nullable Finding standalone(Facts facts) {
    Answer own = own(facts);
    if (own == null || own.seen().expected()) {
      return null;
    }
    if (facts.local(own.address())) {
      Finding wire = Wire.judge(facts, own);
      if (wire != null) {
        return wire.of(null);
      }
    }
    return Edge.judge(facts, own);
  }

  private static @Nullable Answer own(Facts facts) {
    return facts
        .role(Role.DECLARED)
        .filter(answer -> facts.probe.id().equals(answer.upstream()))
        .findFirst()
        .orElse(null);
  }

  /** The fault on the wire that a process could explain. */
  static @Nullable Finding wire(Facts facts) {
    if (facts.standsForItself()) {
      Answer own = own(facts);
      if (own == null || own.seen().served() || !facts.local(own.address())) {
        return null;
      }
      return Wire.judge(facts, own);
    }
    return UpstreamRules.fault(facts);
  }

  private static @Nullable Finding winner(@Nullable Finding symptom, List<Finding> findings) {
    Finding sure = symptom;
    Finding possible = null;
    for (Finding finding : findings) {
      if (!finding.standing().supported()) {
        continue;
      }
      if (finding.standing() == Standing.POSSIBLE) {
        possible = deeper(possible, finding);
      } else {
        sure = deeper(sure, finding);
      }
    }
    if (possible == null) {
      return sure;
    }
    // What is only possible explains a bare symptom, and never displaces what is known.
    boolean bare =
        sure == null
            || sure.cause().layer() == Cause.Layer.SYMPTOM
            || sure.cause() == Cause.EDGE_TIMEOUT
            || sure.cause() == Cause.EDGE_RESET;
    return bare ? possible : sure;
  }

  /** Of two findings the one of the deeper layer; in one layer the surer, then the first. */
  private static Finding deeper(@Nullable Finding one, Finding other) {
    if (one == null) {
      return other;
    }
    int layers = other.cause().layer().compareTo(one.cause().layer());
    return layers > 0 ? other : one;
  }

  private static Verdict verdict(
      Facts facts, @Nullable Finding symptom, Finding winner, List<Finding> findings) {
    List<Link> chain = new ArrayList<>();
    if (symptom != null
        && symptom.cause() != winner.cause()
        && winner.cause().layer() != Cause.Layer.PROBER) {
      // A status that the service itself gave is no error of the gateway's own.
      boolean relayed =
          winner.cause() == Cause.UPSTREAM_ERROR || winner.cause() == Cause.UPSTREAM_GATEWAY_ERROR;
      chain.add(
          new Link(
              relayed && symptom.cause().layer() == Cause.Layer.SYMPTOM
                  ? Cause.UNEXPECTED_STATUS
                  : symptom.cause(),
              symptom.text()));
    }
    for (Link link : winner.via()) {
      if (chain.stream().noneMatch(before -> before.cause() == link.cause())
          && link.cause() != winner.cause()) {
        chain.add(link);
      }
    }
    chain.removeIf(link -> link.cause() == winner.cause());
    chain.add(new Link(winner.cause(), winner.text()));

    Set<Evidence> evidence = new LinkedHashSet<>();
    if (symptom != null) {
      evidence.addAll(symptom.evidence());
    }
    evidence.addAll(winner.evidence());
    if (evidence.isEmpty()) {
      evidence.addAll(facts.given.evidence());
    }

    evidence = inQuestion(evidence);

    List<RuledOut> ruledOut = new ArrayList<>();
    List<Unsettled> unsettled = new ArrayList<>();
    for (Finding finding : findings) {
      if (finding.cause() == winner.cause()) {
        continue;
      }
      switch (finding.standing()) {
        case CONTRADICTED -> ruledOut.add(new RuledOut(finding.cause(), finding.text()));
        case OPEN -> unsettled.add(new Unsettled(finding.cause(), finding.text()));
        case POSSIBLE ->
            unsettled.add(new Unsettled(finding.cause(), "not told apart: " + finding.text()));
        case CERTAIN, LIKELY -> {}
      }
    }
    Confidence confidence = winner.standing().confidence();
    if (confidence != Confidence.CERTAIN && winner.cause().layer() != Cause.Layer.PROBER) {
      unsettled.addAll(Doubts.of(facts, winner));
    }
    // What is ruled out is settled, whatever else is in doubt.
    unsettled.removeIf(
        open -> ruledOut.stream().anyMatch(settled -> settled.cause() == open.cause()));
    if (confidence == Confidence.POSSIBLE && unsettled.isEmpty()) {
      unsettled.add(
          new Unsettled(Cause.GATEWAY_ERROR, "the gateway's error log of the failing request"));
    }
    Fix fix = winner.fix() == null ? Fixes.general(facts, winner.cause()) : winner.fix();
    State state = state(facts, winner);
    return new Verdict(
        facts.probe.id(),
        state,
        winner.cause(),
        confidence,
        winner.text(),
        facts.probe.gateway(),
        winner.upstream(),
        winner.cause().proxyStatus(),
        chain,
        List.copyOf(evidence),
        ruledOut,
        distinct(unsettled),
        state == State.UNKNOWN ? null : fix,
        List.of(),
        facts.given.at(),
        facts.given.at(),
        facts.given.node());
  }

  /** Of all listening sockets only those at the ports that the other evidence speaks of. */
  private static Set<Evidence> inQuestion(Set<Evidence> evidence) {
    Set<Integer> ports = new HashSet<>();
    Set<Integer> holders = new HashSet<>();
    for (Evidence one : evidence) {
      if (one instanceof Answer answer && !answer.edge()) {
        ports.add(Address.port(answer.address()));
      } else if (one instanceof ProcessState process && process.pid() > 0) {
        holders.add(process.pid());
      }
    }
    Set<Evidence> left = new LinkedHashSet<>();
    for (Evidence one : evidence) {
      left.add(
          one instanceof Listeners listeners
              ? new Listeners(
                  listeners.at(),
                  listeners.access(),
                  listeners.rows().stream()
                      .filter(row -> ports.contains(row.port()) || holders.contains(row.pid()))
                      .toList())
              : one);
    }
    return left;
  }

  private static List<Unsettled> distinct(List<Unsettled> unsettled) {
    Set<Cause> seen = EnumSet.noneOf(Cause.class);
    return unsettled.stream().filter(one -> seen.add(one.cause())).toList();
  }

  private static State state(Facts facts, Finding winner) {
    if (winner.cause().layer() == Cause.Layer.PROBER) {
      return State.UNKNOWN;
    }
    if (facts.given.checking() && facts.probe.edge()) {
      return Peers.someWellDespite(facts, winner) ? State.DEGRADED : State.DOWN;
    }
    Answer answer = facts.edge != null ? facts.edge : own(facts);
    if (answer == null) {
      return State.UNKNOWN;
    }
    if (answer.seen().served() || facts.sometimes()) {
      return State.DEGRADED;
    }
    return State.DOWN;
  }

  private static Verdict up(Facts facts, List<Finding> findings) {
    Answer answer = facts.edge != null ? facts.edge : own(facts);
    List<Evidence> evidence = new ArrayList<>();
    State state = State.UP;
    Cause cause = Cause.OK;
    String summary;
    if (answer == null && !facts.given.checking()) {
      state = State.UNKNOWN;
      cause = Cause.PROBER_BLIND;
      summary = "the probe was not run";
    } else if (answer == null) {
      return checked(facts);
    } else {
      evidence.add(answer);
      summary = answer.summary();
    }
    List<RuledOut> ruledOut = new ArrayList<>();
    for (Finding finding : findings) {
      if (finding.standing() == Standing.CONTRADICTED) {
        ruledOut.add(new RuledOut(finding.cause(), finding.text()));
      }
    }
    return plain(facts, state, cause, Confidence.CERTAIN, summary, evidence, ruledOut);
  }

  /** No edge traffic: the route is good if what it sends to answers well. */
  private static Verdict checked(Facts facts) {
    List<Answer> good = facts.asGateway().stream().filter(asked -> asked.seen().served()).toList();
    if (!facts.probe.edge()) {
      Answer own = own(facts);
      if (own != null) {
        return plain(
            facts, State.UP, Cause.OK, Confidence.CERTAIN, own.summary(), List.of(own), List.of());
      }
    }
    if (!good.isEmpty() && facts.route != null) {
      List<Evidence> evidence = new ArrayList<>(List.of(facts.route));
      evidence.addAll(good);
      return plain(
          facts,
          State.UP,
          Cause.OK,
          facts.route.unknown().isEmpty() ? Confidence.CERTAIN : Confidence.LIKELY,
          facts.route.summary() + " leads to " + good.get(0).summary(),
          evidence,
          List.of());
    }
    boolean fixed =
        facts.route != null
            && facts.route.access().readable()
            && (facts.route.handling() == dev.why502.evidence.Route.Handling.STATIC
                || facts.route.handling() == dev.why502.evidence.Route.Handling.RETURN);
    if (fixed && facts.route != null) {
      return plain(
          facts,
          State.UP,
          Cause.OK,
          Confidence.LIKELY,
          facts.route.summary() + " answers itself",
          List.of(facts.route),
          List.of());
    }
    return plain(
        facts,
        State.UNKNOWN,
        Cause.PROBER_BLIND,
        Confidence.LIKELY,
        facts.route == null
            ? "no configuration of the gateway is known"
            : "what the gateway does with the request could not be told: " + facts.route.summary(),
        facts.route == null ? List.copyOf(facts.given.evidence()) : List.of(facts.route),
        List.of());
  }

  private static Verdict plain(
      Facts facts,
      State state,
      Cause cause,
      Confidence confidence,
      String summary,
      List<? extends Evidence> evidence,
      List<RuledOut> ruledOut) {
    return new Verdict(
        facts.probe.id(),
        state,
        cause,
        confidence,
        summary,
        facts.probe.gateway(),
        null,
        null,
        state == State.UP ? List.of() : List.of(new Link(cause, summary)),
        List.copyOf(evidence),
        ruledOut,
        List.of(),
        null,
        state == State.UP ? Risks.of(facts) : List.of(),
        facts.given.at(),
        facts.given.at(),
        facts.given.node());
  }
}
