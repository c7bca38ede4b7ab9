package dev.why502.diagnosis;

import dev.why502.definition.Probe;
import dev.why502.diagnosis.Finding.Standing;
import dev.why502.evidence.Answer;
import dev.why502.evidence.Answer.Role;
import dev.why502.evidence.Evidence;
import dev.why502.evidence.LogLine;
import dev.why502.evidence.LogLine.Event;
import dev.why502.observation.FailureKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is wrong with the service behind the gateway, as the wire and the gateway's log show it. */
final class UpstreamRules {
  private UpstreamRules() {}

  static List<Rule> all() {
    List<Rule> rules = new ArrayList<>();
    rules.add(new Rule(Cause.UPSTREAM_KEEPALIVE_RACE, UpstreamRules::keepAliveRace));
    for (Cause cause : Cause.values()) {
      if (cause.layer() == Cause.Layer.UPSTREAM && cause != Cause.UPSTREAM_KEEPALIVE_RACE) {
        rules.add(new Rule(cause, facts -> wire(facts, cause)));
      }
    }
    return rules;
  }

  private static @Nullable Finding wire(Facts facts, Cause cause) {
    Finding finding = fault(facts);
    if (finding != null && finding.cause() == cause) {
      return finding;
    }
    return null;
  }

  /** The fault of the service that makes the edge fail, or null. */
  static @Nullable Finding fault(Facts facts) {
    if (facts.standsForItself() || ElsewhereRules.toItself(facts) != null) {
      return null;
    }
    boolean failing = facts.failure() != null;
    if (failing && !facts.gatewayReached()) {
      return null;
    }
    List<Peers.Service> services = Peers.of(facts);
    Finding found =
        failing || facts.given.checking() ? failingFault(facts, services) : hidden(facts, services);
    return found;
  }

  private static @Nullable Finding failingFault(Facts facts, List<Peers.Service> services) {
    if (!facts.elsewhere()) {
      Finding relayed = relayed(facts, services);
      if (relayed != null) {
        return relayed;
      }
      Finding dead = deadServices(facts, services);
      if (dead != null) {
        return dead;
      }
      Finding unwell = outOfUse(facts, services);
      if (unwell != null) {
        return unwell;
      }
    }
    Finding logged = logged(facts);
    boolean unknown = !facts.elsewhere() && !facts.routeKnown() && services.isEmpty();
    if (logged != null && unknown && logged.standing() == Standing.POSSIBLE) {
      // The line does not say where; a declared service that is down does.
      Finding assumed = assumed(facts);
      return assumed == null ? logged : assumed.seenIn(logged.evidence());
    }
    if (logged != null) {
      return logged;
    }
    Finding said = said(facts);
    if (said != null) {
      return said;
    }
    return unknown ? assumed(facts) : null;
  }

  /** What the gateway itself says in its answer, where nothing tells more. */
  private static @Nullable Finding said(Facts facts) {
    for (Cause cause : ProxyStatus.causes()) {
      Finding finding = cause.layer() == Cause.Layer.UPSTREAM ? ProxyStatus.of(facts, cause) : null;
      if (finding != null) {
        return finding;
      }
    }
    return null;
  }

  /** The service itself gives the answer that the edge passes on. */
  private static @Nullable Finding relayed(Facts facts, List<Peers.Service> services) {
    for (Peers.Service service : services) {
      for (Answer answer : service.answers()) {
        Finding fault = Wire.judge(facts, answer);
        if (fault == null || answer.seen().failure() != null) {
          continue;
        }
        if (facts.given.checking() || answer.seen().status() == facts.status()) {
          return certainty(facts, fault);
        }
      }
    }
    return null;
  }

  private static @Nullable Finding deadServices(Facts facts, List<Peers.Service> services) {
    if (services.isEmpty()) {
      return null;
    }
    // httpd passes bytes that are no HTTP on under a status of its own, as HTTP/0.9.
    boolean raw =
        facts.status() == 200
            && services.stream()
                .allMatch(
                    service ->
                        service.fault() != null
                            && (service.fault().cause() == Cause.UPSTREAM_INVALID_RESPONSE
                                || service.fault().cause() == Cause.UPSTREAM_WRONG_SERVICE));
    if (!facts.given.checking() && !facts.gatewayError() && !raw) {
      return null;
    }
    List<Finding> faults = new ArrayList<>();
    boolean allBad = true;
    // It says that it holds all of them out of use: what errs when we ask may be why.
    boolean held = facts.line(Event.NO_LIVE_UPSTREAMS) != null;
    boolean inferred = false;
    for (Peers.Service service : services) {
      Finding fault = service.fault();
      boolean bad = fault != null && (!service.answered() || held);
      inferred |= bad && service.answered();
      allBad &= bad || (service.backup() && service.answers().isEmpty());
      if (bad) {
        faults.add(fault);
      }
    }
    if (faults.isEmpty()) {
      return null;
    }
    LogLine line = tried(facts, faults.get(0));
    Finding first = faults.get(0);
    if (!consistent(facts, first)) {
      return null;
    }
    List<Evidence> more = new ArrayList<>();
    if (facts.route != null) {
      more.add(facts.route);
    }
    if (line != null) {
      more.add(line);
    }
    for (Finding fault : faults) {
      more.addAll(fault.evidence());
    }
    Finding named = first;
    if (faults.size() > 1) {
      StringBuilder text = new StringBuilder(first.text());
      for (Finding other : faults.subList(1, faults.size())) {
        text.append("; ").append(other.text());
      }
      named =
          new Finding(
              first.cause(),
              first.standing(),
              text.toString(),
              first.upstream(),
              first.via(),
              first.evidence(),
              first.fix());
    }
    named = named.seenIn(more);
    if (!allBad && !facts.sometimes() && line == null && !facts.given.checking()) {
      // One peer is dead and another one is well: the edge should have failed over.
      return named.standing(Standing.POSSIBLE);
    }
    return inferred
        ? named.standing(Wire.weaker(named.standing(), Standing.LIKELY))
        : certainty(facts, named);
  }

  /** The gateway uses none of its services, and none of them answers well: that is why. */
  private static @Nullable Finding outOfUse(Facts facts, List<Peers.Service> services) {
    LogLine none = facts.line(Event.NO_LIVE_UPSTREAMS);
    if (none == null
        || services.isEmpty()
        || services.stream().anyMatch(service -> service.fault() == null)) {
      return null;
    }
    Finding fault = Objects.requireNonNull(services.get(0).fault());
    return fault.seenIn(List.of(none)).standing(Wire.weaker(fault.standing(), Standing.LIKELY));
  }

  /** A route that is sure, or the gateway's own word, makes a wire fault the cause for certain. */
  private static Finding certainty(Facts facts, Finding fault) {
    boolean sure =
        tried(facts, fault) != null
            || facts.given.checking()
            || (facts.route != null
                && facts.route.unknown().isEmpty()
                && facts.route.faults().isEmpty()
                && !facts.edited());
    return sure ? fault : fault.standing(Wire.weaker(fault.standing(), Standing.LIKELY));
  }

  /** A line about our request that names the address of a fault. */
  private static @Nullable LogLine tried(Facts facts, Finding fault) {
    for (Evidence evidence : fault.evidence()) {
      if (evidence instanceof Answer answer) {
        for (LogLine line : facts.lines) {
          if (Address.same(facts.peer(line), answer.address())) {
            return line;
          }
        }
      }
    }
    return null;
  }

  /** Whether the edge's failure can come from this fault at all. */
  private static boolean consistent(Facts facts, Finding fault) {
    if (facts.given.checking()) {
      return true;
    }
    // What breaks off in the body arrives under a good status; everything else fails before it.
    return fault.cause() != Cause.UPSTREAM_TRUNCATED
        || facts.edgeFailed(FailureKind.TRUNCATED)
        || facts.edgeFailed(FailureKind.RESET)
        || facts.edgeFailed(FailureKind.CLOSED)
        || facts.edgeFailed(FailureKind.TIMEOUT)
        || facts.status() >= 500;
  }

  /** What the gateway's own line says where we cannot look, or see it well again. */
  private static @Nullable Finding logged(Facts facts) {
    for (LogLine line : facts.lines) {
      String tried = facts.peer(line);
      if (line.tie() != LogLine.Tie.OURS || tried == null) {
        continue;
      }
      Cause cause = cause(facts, line);
      if (cause == null) {
        continue;
      }
      String peer = facts.name(tried);
      Answer direct = facts.asked(Role.AS_GATEWAY, tried);
      boolean well = direct != null && direct.seen().served();
      if (well && !facts.sometimes()) {
        if (isConnect(line.event())) {
          // The gateway cannot connect and we can: gateway-denied tells that.
          continue;
        }
      }
      String gateway = facts.given.gateway() == null ? "the gateway" : facts.given.gateway().id();
      Finding finding =
          well && direct != null
              ? Finding.likely(
                  cause,
                  gateway + " " + words(line, peer) + ", though it answers now",
                  line,
                  direct)
              : direct != null && facts.otherScheme(direct)
                  ? Finding.possible(cause, gateway + " " + words(line, peer), line, direct)
                  : direct == null
                      ? (settles(facts, line)
                          ? Finding.certain(cause, gateway + " " + words(line, peer), line)
                          : Finding.likely(cause, gateway + " " + words(line, peer), line)
                              .standing(vague(line, tried) ? Standing.POSSIBLE : Standing.LIKELY))
                      : Finding.likely(cause, gateway + " " + words(line, peer), line, direct);
      return finding.of(facts.idAt(tried));
    }
    return null;
  }

  /** HAProxy's letters, without the address they are about, fit several causes each. */
  private static boolean vague(LogLine line, String tried) {
    return !Address.unix(tried)
        && Address.port(tried) == 0
        && switch (line.event()) {
          case CONNECT_TIMEOUT, INVALID_RESPONSE, RESPONSE_TIMEOUT, CLOSED_EARLY -> true;
          default -> false;
        };
  }

  /**
   * Whether the line alone tells the cause from its near twins: a refusal may be a firewall's, a
   * SYN without answer may wait in a full queue, a late answer may be a good one, what is not HTTP
   * may be another service, and what is closed early may only be closed on reused connections.
   */
  private static boolean settles(Facts facts, LogLine line) {
    String peer = facts.peer(line);
    if (peer == null) {
      return false;
    }
    return switch (line.event()) {
      case REFUSED, CONNECT_TIMEOUT ->
          Address.unix(peer)
              || (!facts.elsewhere()
                  && facts.local(peer)
                  && facts.listenersReadable()
                  && facts.listener(peer) == null);
      case CLOSED_EARLY -> facts.pass != null && !facts.pass.keepAlive();
      case RESPONSE_TIMEOUT, INVALID_RESPONSE -> false;
      default -> true;
    };
  }

  static boolean isConnect(Event event) {
    return switch (event) {
      case REFUSED, CONNECT_TIMEOUT, UNREACHABLE, CONNECT_FORBIDDEN, CONNECT_FAILED -> true;
      default -> false;
    };
  }

  private static @Nullable Cause cause(Facts facts, LogLine line) {
    return switch (line.event()) {
      case REFUSED ->
          line.peer() != null && Address.unix(line.peer())
              ? Cause.UPSTREAM_SOCKET_MISSING
              : Cause.UPSTREAM_REFUSED;
      case CONNECT_TIMEOUT -> Cause.UPSTREAM_CONNECT_TIMEOUT;
      case UNREACHABLE -> Cause.UPSTREAM_UNREACHABLE;
      case SOCKET_MISSING -> Cause.UPSTREAM_SOCKET_MISSING;
      case BACKLOG_FULL -> Cause.UPSTREAM_BACKLOG_FULL;
      case RESPONSE_TIMEOUT -> Cause.UPSTREAM_TIMEOUT;
      case CLOSED_EARLY -> Cause.UPSTREAM_RESET;
      case BODY_BROKEN -> Cause.UPSTREAM_TRUNCATED;
      case INVALID_RESPONSE -> Cause.UPSTREAM_INVALID_RESPONSE;
      case ANSWERED ->
          facts.status() < 500
              ? null
              : facts.status() == 502 || facts.status() == 504
                  ? Cause.UPSTREAM_GATEWAY_ERROR
                  : Cause.UPSTREAM_ERROR;
      default -> null;
    };
  }

  private static String words(LogLine line, String peer) {
    return switch (line.event()) {
      case REFUSED -> "was refused by " + peer;
      case CONNECT_TIMEOUT -> "got no answer to a SYN from " + peer;
      case UNREACHABLE -> "cannot reach " + peer;
      case SOCKET_MISSING -> "finds no socket at " + peer;
      case BACKLOG_FULL -> "finds the accept queue of " + peer + " full";
      case RESPONSE_TIMEOUT -> "waited for an answer of " + peer + " in vain";
      case CLOSED_EARLY -> "saw " + peer + " close the connection before a whole response header";
      case BODY_BROKEN -> "saw " + peer + " break off in the body";
      case ANSWERED -> "passed on what " + peer + " answered itself";
      case INVALID_RESPONSE -> "got something from " + peer + " that is not valid HTTP";
      default -> "failed at " + peer;
    };
  }

  /** Where the gateway sends is not known: a declared upstream that is down is the likely one. */
  private static @Nullable Finding assumed(Facts facts) {
    if (!facts.gatewayError() && facts.status() < 400) {
      return null;
    }
    for (Probe upstream : facts.given.upstreams()) {
      Answer answer = facts.declared(upstream);
      if (answer == null) {
        continue;
      }
      Finding fault = Wire.judge(facts, answer);
      if (fault != null
          && (facts.gatewayError() || answer.seen().status() == facts.status())
          && consistent(facts, fault)) {
        return fault.standing(Wire.weaker(fault.standing(), Standing.LIKELY));
      }
    }
    return null;
  }

  /** The edge serves, and a dead service is hidden behind a failover or a stale copy. */
  private static @Nullable Finding hidden(Facts facts, List<Peers.Service> services) {
    if (facts.pass == null || facts.elsewhere() || facts.edited()) {
      return null;
    }
    List<Peers.Service> dead = services.stream().filter(Peers.Service::dead).toList();
    if (dead.isEmpty()) {
      return null;
    }
    Finding fault = Objects.requireNonNull(dead.get(0).fault());
    boolean all = dead.size() == services.size();
    boolean confirmed = tried(facts, fault) != null;
    boolean sure = facts.route != null && facts.route.unknown().isEmpty();
    if (!all) {
      if (dead.stream().allMatch(Peers.Service::backup)) {
        return null;
      }
      return sure || confirmed ? fault.seenIn(List.of(Objects.requireNonNull(facts.route))) : null;
    }
    if (facts.pass.stale() || !facts.pass.intercepts().isEmpty() || confirmed) {
      String how =
          facts.pass.intercepts().isEmpty()
              ? "; a stored copy hides it"
              : "; an error page hides it (" + String.join(", ", facts.pass.intercepts()) + ")";
      return new Finding(
              fault.cause(),
              Wire.weaker(fault.standing(), sure || confirmed ? Standing.CERTAIN : Standing.LIKELY),
              fault.text() + how,
              fault.upstream(),
              fault.via(),
              fault.evidence(),
              fault.fix())
          .seenIn(List.of(Objects.requireNonNull(facts.route)));
    }
    return null;
  }

  /** Only reused connections fail: a fresh request is answered well, the second on one is not. */
  private static @Nullable Finding keepAliveRace(Facts facts) {
    Answer failure = facts.failure();
    if (failure == null || !facts.gatewayReached() || !facts.gatewayError()) {
      return null;
    }
    LogLine line = facts.line(Event.CLOSED_EARLY);
    for (Answer reused : facts.role(Role.REUSED).toList()) {
      FailureKind kind = reused.seen().failure();
      boolean dropped = kind == FailureKind.RESET || kind == FailureKind.CLOSED;
      boolean fresh =
          facts.answers.stream()
              .anyMatch(
                  answer ->
                      !answer.edge()
                          && answer.role() != Role.REUSED
                          && Address.same(answer.address(), reused.address())
                          && answer.seen().served());
      boolean kept = facts.pass == null || facts.pass.keepAlive();
      if (dropped && fresh && kept) {
        String text =
            facts.name(reused.address())
                + " answers on a fresh connection and drops a reused one, while the gateway keeps"
                + " connections open";
        Finding finding =
            line != null && facts.pass != null
                ? Finding.certain(Cause.UPSTREAM_KEEPALIVE_RACE, text, reused, line)
                : Finding.likely(Cause.UPSTREAM_KEEPALIVE_RACE, text, reused);
        return finding.of(facts.idAt(reused.address()));
      }
      if (!dropped && fresh && line != null && reused.seen().served()) {
        return Finding.contradicted(
            Cause.UPSTREAM_KEEPALIVE_RACE,
            reused.address() + " answers a second request on one connection too");
      }
    }
    return line == null ? null : assumedRace(facts, line);
  }

  /**
   * Nobody asked twice on one connection: what is not idempotent is not sent twice. The gateway
   * keeps connections open, the same request is answered well on a fresh one, and its own broke.
   */
  private static @Nullable Finding assumedRace(Facts facts, LogLine line) {
    String peer = facts.peer(line);
    if (peer == null
        || line.tie() != LogLine.Tie.OURS
        || facts.pass == null
        || !facts.pass.keepAlive()
        || facts.role(Role.REUSED).findAny().isPresent()) {
      return null;
    }
    String sent = facts.pass.uri();
    for (Answer fresh : facts.answers) {
      if (!fresh.edge()
          && Address.same(fresh.address(), peer)
          && fresh.method().equals(facts.pass.method())
          && (sent == null || fresh.path().equals(sent))
          && fresh.seen().served()) {
        return Finding.likely(
                Cause.UPSTREAM_KEEPALIVE_RACE,
                facts.name(peer)
                    + " answers the same request on a fresh connection; the gateway keeps"
                    + " connections open, and on one of them it was closed early",
                line,
                fresh)
            .of(facts.idAt(peer));
      }
    }
    return null;
  }
}
