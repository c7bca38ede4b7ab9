package dev.why502.diagnosis;

import dev.why502.diagnosis.Finding.Standing;
import dev.why502.evidence.Answer;
import dev.why502.evidence.Answer.Role;
import dev.why502.evidence.Evidence;
import dev.why502.evidence.GatewayState;
import dev.why502.evidence.GatewayState.Mark;
import dev.why502.evidence.LogLine;
import dev.why502.evidence.LogLine.Event;
import dev.why502.evidence.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The gateway holds an upstream out of use that answers well. */
final class MarkedDownRules {
  /** An answer that comes sooner was not waited for. */
  private static final double AT_ONCE_MILLIS = 1_000;

  /** Methods of a health check that our own look at it may repeat. */
  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

  private MarkedDownRules() {}

  static @Nullable Finding markedDown(Facts facts) {
    Answer failure = facts.failure();
    if (failure == null || !facts.gatewayError() || facts.elsewhere()) {
      return null;
    }
    Finding configured = configured(facts);
    if (configured != null) {
      return configured;
    }
    List<Peers.Service> services = Peers.of(facts);
    boolean someWell =
        services.stream()
            .anyMatch(service -> service.fault() == null && !service.answers().isEmpty());
    // A route without a peer has nothing that it could hold: it found none.
    boolean noPeer = facts.pass != null && facts.pass.peers().isEmpty();
    boolean well = someWell || (services.isEmpty() && !noPeer && !facts.well().isEmpty());
    LogLine none = facts.line(Event.NO_LIVE_UPSTREAMS);
    List<Mark> marks = marks(facts);
    if ((none != null || !marks.isEmpty()) && well) {
      return held(facts, services, none, marks);
    }
    if (none != null && !someWell && !services.isEmpty()) {
      return Finding.contradicted(
          Cause.GATEWAY_MARKED_DOWN, "its peers do not answer: they are out of use for a reason");
    }
    return none == null && Peers.allWell(facts) ? perhaps(facts, failure) : null;
  }

  /** Every server has the word that leaves it out. */
  private static @Nullable Finding configured(Facts facts) {
    if (facts.pass == null
        || facts.pass.peers().isEmpty()
        || !facts.pass.peers().stream().allMatch(Route.Peer::down)) {
      return null;
    }
    Route.Peer first = facts.pass.peers().get(0);
    return Finding.certain(
            Cause.GATEWAY_MARKED_DOWN,
            "every server behind "
                + facts.pass.place()
                + " is marked down in the configuration, "
                + first.address()
                + " at "
                + first.place(),
            Objects.requireNonNull(facts.route))
        .fixedBy(
            Fixes.change(
                facts,
                Dialect.of(facts).use(first),
                first.place(),
                "take the word that leaves it out from the server that is to serve"));
  }

  /** The gateway's own word that it holds them, and our own look that they are well. */
  private static Finding held(
      Facts facts, List<Peers.Service> services, @Nullable LogLine none, List<Mark> marks) {
    String which =
        services.isEmpty()
            ? "its upstreams"
            : String.join(
                ", ",
                services.stream()
                    .filter(service -> service.fault() == null)
                    .map(service -> facts.name(service.addresses().get(0)))
                    .toList());
    LogLine down = down(facts);
    String reason = reason(facts, marks, down);
    List<Evidence> seen = new ArrayList<>();
    if (none != null) {
      seen.add(none);
    }
    if (!marks.isEmpty()) {
      seen.add(Objects.requireNonNull(facts.state));
    }
    services.forEach(service -> seen.addAll(service.answers()));
    if (down != null) {
      seen.add(down);
    }
    facts.role(Role.CHECK).forEach(seen::add);
    Finding finding =
        new Finding(
            Cause.GATEWAY_MARKED_DOWN,
            Standing.CERTAIN,
            "the gateway holds "
                + which
                + " out of use, though "
                + (services.size() == 1 ? "it answers" : "they answer")
                + reason,
            services.size() == 1 ? facts.idAt(services.get(0).addresses().get(0)) : null,
            List.of(),
            seen,
            null);
    return facts.withRoute(finding).fixedBy(fix(facts));
  }

  /** Nothing says so; what fits is that its check fails or its count of failures is full. */
  private static @Nullable Finding perhaps(Facts facts, Answer failure) {
    if (facts.pass == null
        || (facts.status() != 502 && facts.status() != 503)
        || failure.seen().durationMillis() >= AT_ONCE_MILLIS
        || !facts.triedPeers().isEmpty()
        || facts.logSilent()
        || facts.edited()) {
      return null;
    }
    Answer check = failedCheck(facts);
    String they = "every peer of " + facts.pass.place() + " answers well and the gateway answers ";
    if (check != null) {
      return Finding.likely(
              Cause.GATEWAY_MARKED_DOWN,
              they
                  + facts.status()
                  + " at once: its check asks for "
                  + check.path()
                  + ", which "
                  + answers(check),
              Objects.requireNonNull(facts.route),
              check)
          .fixedBy(fix(facts));
    }
    boolean checked = facts.peers().stream().allMatch(peer -> peer.check() != null);
    boolean counted =
        facts.peers().size() > 1 && facts.peers().stream().allMatch(peer -> peer.maxFails() > 0);
    return checked || counted
        ? Finding.possible(
                Cause.GATEWAY_MARKED_DOWN,
                they + facts.status() + " at once: it may hold them out of use",
                Objects.requireNonNull(facts.route))
            .fixedBy(fix(facts))
        : null;
  }

  /** The newest word that a server of this route was put out of use. */
  private static @Nullable LogLine down(Facts facts) {
    List<LogLine> all =
        Stream.concat(facts.lines.stream(), facts.lasting.stream())
            .filter(line -> line.event() == Event.PEER_DOWN)
            .toList();
    for (LogLine line : all) {
      String peer = facts.peer(line);
      if (peer != null && facts.routesTo(peer)) {
        return line;
      }
    }
    return facts.pass == null && !all.isEmpty() ? all.get(0) : null;
  }

  /** Marks of this route's peers, if none of them is left in use. */
  private static List<Mark> marks(Facts facts) {
    GatewayState state = facts.state;
    if (state == null || facts.pass == null || facts.peers().isEmpty()) {
      return List.of();
    }
    List<Mark> marks = new ArrayList<>();
    for (Route.Peer peer : facts.peers()) {
      Mark mark =
          state.marks().stream().filter(each -> of(facts, each, peer)).findFirst().orElse(null);
      if (mark == null) {
        return List.of();
      }
      marks.add(mark);
    }
    return marks;
  }

  private static boolean of(Facts facts, Mark mark, Route.Peer peer) {
    String[] words = peer.place().text().trim().split("\\s+", 3);
    String group = facts.pass == null ? null : facts.pass.group();
    // Two servers may have one address, and only one of them be held: the name comes first.
    if (group != null && words.length > 1 && mark.name().indexOf('/') > 0) {
      return mark.name().equals(group + "/" + words[1]);
    }
    return mark.address() != null && Address.same(mark.address(), String.valueOf(peer.address()));
  }

  private static String reason(Facts facts, List<Mark> marks, @Nullable LogLine down) {
    Answer check = failedCheck(facts);
    if (check != null) {
      return ": its check asks for " + check.path() + ", which " + answers(check);
    }
    if (!marks.isEmpty() && marks.get(0).reason() != null) {
      return ": its check says " + marks.get(0).status() + ", " + marks.get(0).reason();
    }
    if (down != null) {
      int from = down.text().indexOf("reason: ");
      return from < 0 ? "" : ": its check says " + down.text().substring(from + 8).trim();
    }
    return "";
  }

  private static String answers(Answer check) {
    return check.seen().status() > 0 ? "answers " + check.seen().status() : "gets no good answer";
  }

  /** Our own repetition of the gateway's check, where that is not answered well either. */
  private static @Nullable Answer failedCheck(Facts facts) {
    // Gateways take 2xx and 3xx for health (HAProxy's option httpchk, Caddy's health_uri).
    return facts
        .role(Role.CHECK)
        .filter(check -> check.seen().status() < 200 || check.seen().status() >= 400)
        .findFirst()
        .orElse(null);
  }

  private static Fix fix(Facts facts) {
    Answer check = failedCheck(facts);
    Route.Peer checked =
        facts.peers().stream().filter(peer -> peer.check() != null).findFirst().orElse(null);
    if (check != null && checked != null && checked.check() != null) {
      String path = facts.probe.target().path();
      return Fixes.change(
          facts,
          SAFE.contains(check.method()) ? Dialect.of(facts).check(checked, path) : null,
          checked.check().place(),
          "let the check of " + checked.check().place() + " ask for what the service answers well");
    }
    return Fixes.told(
        facts, Cause.GATEWAY_MARKED_DOWN.fix(), Fixes.reload(facts).toArray(String[]::new));
  }
}
