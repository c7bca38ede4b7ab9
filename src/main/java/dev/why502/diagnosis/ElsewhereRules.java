package dev.why502.diagnosis;

import dev.why502.diagnosis.Finding.Standing;
import dev.why502.evidence.Answer;
import dev.why502.evidence.Answer.Role;
import dev.why502.evidence.Listeners;
import dev.why502.evidence.LogLine;
import dev.why502.evidence.LogLine.Event;
import dev.why502.evidence.Place;
import dev.why502.evidence.ProcessState;
import dev.why502.evidence.Route;
import dev.why502.evidence.Route.Handling;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The gateway sends the request to the wrong place: the service is well, and somewhere else. */
final class ElsewhereRules {
  private ElsewhereRules() {}

  /** The route, followed from its own upstream address, comes back to the same line. */
  static @Nullable Finding loop(Facts facts) {
    if (facts.pass == null) {
      return loopInLog(facts);
    }
    for (Route next : facts.routes.subList(Math.min(1, facts.routes.size()), facts.routes.size())) {
      if (next.pass() != null && next.pass().place().equals(facts.pass.place())) {
        String address = facts.peers().isEmpty() ? "itself" : facts.peers().get(0).address();
        Finding finding =
            Finding.certain(
                Cause.GATEWAY_LOOP,
                facts.pass.place()
                    + " sends the request to "
                    + address
                    + ", which is the gateway itself: it comes back to the same location",
                facts.pass == null ? next : Objects.requireNonNull(facts.route),
                next);
        LogLine line = facts.line(Event.NO_WORKER_CONNECTIONS);
        if (line != null) {
          finding =
              finding
                  .via(Cause.GATEWAY_EXHAUSTED, "the gateway has run out of worker connections")
                  .seenIn(List.of(line));
        }
        List<Answer> well = facts.well();
        String fix =
            well.isEmpty()
                ? Cause.GATEWAY_LOOP.fix()
                : "point it at the service: " + facts.name(well.get(0).address());
        return finding.fixedBy(
            well.isEmpty() || facts.peers().isEmpty()
                ? Fixes.at(facts, facts.pass.place(), fix)
                : replaceAddress(facts, facts.peers().get(0), well.get(0).address(), fix));
      }
    }
    return null;
  }

  /**
   * Its log names the address at which it was asked itself. Another of its sites may stand there,
   * which only the configuration would tell.
   */
  private static @Nullable Finding loopInLog(Facts facts) {
    LogLine line = toItself(facts);
    return line == null || facts.failure() == null
        ? null
        : Finding.possible(
            Cause.GATEWAY_LOOP,
            "it sends the request to "
                + facts.peer(line)
                + ", where it was asked itself: it likely comes back to the same place",
            line);
  }

  /** A line of our request that names the edge's own address as the one behind it, or null. */
  static @Nullable LogLine toItself(Facts facts) {
    if (facts.pass != null || facts.edge == null || facts.elsewhere()) {
      return null;
    }
    for (LogLine line : facts.lines) {
      String peer = line.tie() == LogLine.Tie.OURS ? facts.peer(line) : null;
      if (peer != null && Address.same(peer, facts.edge.address())) {
        return line;
      }
    }
    return null;
  }

  /** Nothing takes connections where the gateway sends; the service answers somewhere else. */
  static @Nullable Finding elsewhere(Facts facts, Cause wanted) {
    if ((facts.edge != null && facts.failure() == null) || facts.elsewhere()) {
      return null;
    }
    if (facts.edge != null && !(facts.gatewayReached() && facts.gatewayError())) {
      return null;
    }
    if (facts.pass == null && facts.sometimes()) {
      // It has more than the address that its log names: at times it is served.
      return null;
    }
    List<Peers.Service> services = Peers.of(facts);
    if (services.isEmpty() || !services.stream().allMatch(Peers.Service::dead)) {
      return null;
    }
    for (Peers.Service service : services) {
      Finding fault = Objects.requireNonNull(service.fault());
      if (!noConnection(fault.cause())) {
        return null;
      }
    }
    Peers.Service first = services.get(0);
    Finding fault = Objects.requireNonNull(first.fault());
    Answer found = found(facts, first);
    if (found == null) {
      Finding held = heldElsewhere(facts, first, fault, wanted);
      if (held != null) {
        return held;
      }
      Finding maybe = Strangers.maybe(facts, first, wanted);
      if (maybe != null) {
        return maybe;
      }
      if (wanted == Cause.GATEWAY_WRONG_PORT && fault.cause() == Cause.UPSTREAM_REFUSED) {
        return facts.well().isEmpty()
            ? null
            : Finding.contradicted(
                wanted, "no declared upstream answers this request at another port");
      }
      return null;
    }
    Answer refused = first.answers().get(0);
    String dead = service(first);
    Cause cause = difference(refused.address(), found.address(), facts);
    if (cause != wanted) {
      return null;
    }
    String id = found.upstream() != null ? found.upstream() : facts.idAt(found.address());
    String who = id == null ? Strangers.name(facts, found) : id;
    Place place = first.peer() != null ? first.peer().place() : null;
    boolean sure =
        found.role() != Role.CANDIDATE
            // Without the configuration the log shows where what runs sends, and not whether a
            // reload or a new look at a name would cure it.
            && ((facts.pass != null && facts.triedPeers().contains(refused.address()))
                || (facts.routeKnown()
                    && facts.route != null
                    && facts.route.unknown().isEmpty()
                    && !facts.edited())
                || facts.given.checking());
    Standing standing = sure ? Standing.CERTAIN : Standing.LIKELY;
    if (fault.cause() == Cause.UPSTREAM_CONNECT_TIMEOUT
        || fault.cause() == Cause.UPSTREAM_UNREACHABLE) {
      // The address may be right and only unreachable for now.
      standing = Standing.LIKELY;
    }
    String speaks =
        facts.gatewayName()
            + " sends "
            + facts.prefix()
            + " to "
            + dead
            + (place == null ? "" : " (" + place + ")");
    String where =
        cause == Cause.GATEWAY_WRONG_PORT
            ? who + " listens on " + text(found.address(), refused.address())
            : who + " listens on " + found.address();
    Answer absent = Strangers.absent(facts, found, first);
    if (absent != null) {
      where +=
          " and answers "
              + found.seen().status()
              + " to the same request, and "
              + absent.seen().status()
              + " to one for "
              + absent.path();
    }
    Finding finding =
        new Finding(
                cause,
                standing,
                speaks + ", where nothing listens; " + where,
                id,
                List.of(),
                List.of(refused, found),
                null)
            .via(fault.cause(), fault.text());
    if (absent != null) {
      finding = finding.seenIn(List.of(absent));
    }
    if (facts.route != null) {
      finding = finding.seenIn(List.of(facts.route));
    }
    if (facts.listeners != null && facts.listenersReadable() && facts.local(refused.address())) {
      finding = finding.seenIn(List.of(facts.listeners));
    }
    for (LogLine line : facts.lines) {
      if (Address.same(facts.peer(line), refused.address())) {
        finding = finding.seenIn(List.of(line));
      }
    }
    String cure =
        "point "
            + (place == null ? "the gateway" : place.toString())
            + " at "
            + found.address()
            + (id == null ? "" : ", where " + id + " listens");
    return finding.fixedBy(
        first.peer() == null
            ? Fixes.told(facts, cure)
            : replaceAddress(facts, first.peer(), found.address(), cure));
  }

  /** The very process that serves the declared upstream listens, and on another port. */
  private static @Nullable Finding heldElsewhere(
      Facts facts, Peers.Service dead, Finding fault, Cause wanted) {
    if (wanted != Cause.GATEWAY_WRONG_PORT || facts.listeners == null) {
      return null;
    }
    String id = facts.idAt(dead.addresses().get(0));
    for (ProcessState process : facts.given.all(ProcessState.class).toList()) {
      if (!process.probe().equals(id)
          || process.condition() != ProcessState.Condition.RUNNING
          || process.pid() == 0) {
        continue;
      }
      for (Listeners.Row row : facts.listeners.rows()) {
        if (row.pid() != process.pid() || row.port() == Address.port(dead.addresses().get(0))) {
          continue;
        }
        Place place = dead.peer() == null ? null : dead.peer().place();
        String summary =
            "point "
                + (place == null ? "the gateway" : place.toString())
                + " at port "
                + row.port()
                + ", or let "
                + id
                + " listen on "
                + Address.port(dead.addresses().get(0));
        Finding finding =
            Finding.likely(
                    wanted,
                    (place == null ? "the gateway sends to " : place + " says ")
                        + service(dead)
                        + ", where nothing listens; the process of "
                        + id
                        + " ("
                        + row.holder()
                        + ") listens on "
                        + row.port(),
                    process,
                    facts.listeners)
                .of(id)
                .via(fault.cause(), fault.text())
                .seenIn(fault.evidence());
        return finding.fixedBy(Fixes.at(facts, place, summary));
      }
    }
    return null;
  }

  private static boolean noConnection(Cause cause) {
    return switch (cause) {
      case UPSTREAM_REFUSED,
          UPSTREAM_SOCKET_MISSING,
          UPSTREAM_UNREACHABLE,
          UPSTREAM_CONNECT_TIMEOUT ->
          true;
      default -> false;
    };
  }

  private static String service(Peers.Service service) {
    return service.addresses().get(0);
  }

  private static String text(String found, String refused) {
    return Address.host(found).equals(Address.host(refused))
        ? String.valueOf(Address.port(found))
        : found;
  }

  /** A place where the request of the client is answered well. */
  private static @Nullable Answer found(Facts facts, Peers.Service dead) {
    for (Answer declared : facts.wellForClient()) {
      if (dead.addresses().stream().noneMatch(a -> Address.same(a, declared.address()))) {
        return declared;
      }
    }
    Answer known =
        facts
            .role(Role.CANDIDATE)
            .filter(answer -> answer.seen().served())
            .filter(answer -> !Strangers.asked(facts, answer, dead))
            .filter(
                answer ->
                    dead.addresses().stream().noneMatch(a -> Address.same(a, answer.address())))
            .findFirst()
            .orElse(null);
    return known == null ? Strangers.only(facts, dead) : known;
  }

  private static Cause difference(String says, String is, Facts facts) {
    boolean sockets = Address.unix(says) || Address.unix(is);
    boolean sameHost =
        Address.host(says).equals(Address.host(is)) || (facts.local(says) && facts.local(is));
    return !sockets && sameHost && Address.port(says) != Address.port(is)
        ? Cause.GATEWAY_WRONG_PORT
        : Cause.GATEWAY_WRONG_ADDRESS;
  }

  /** Changes the address in the line that names it, as it is written there. */
  static Fix replaceAddress(Facts facts, Route.Peer peer, String to, String summary) {
    String address = String.valueOf(peer.address());
    String text = peer.place().text();
    List<String> written = new ArrayList<>();
    if (peer.name() != null) {
      written.add(peer.name() + ":" + peer.port());
      written.add(peer.name());
    }
    written.add(address);
    if (!Address.unix(address)) {
      written.add(Address.host(address));
    }
    if (Address.unix(address) && Address.unix(to)) {
      written.add(address.substring("unix:".length()));
    }
    String with = to;
    for (String old : written) {
      if (!text.contains(old)) {
        continue;
      }
      if (Address.unix(to) && old.startsWith("/")) {
        // HAProxy and Caddy write the path in ways of their own.
        return Fixes.replace(facts, peer.place(), old, to.substring("unix:".length()), summary);
      }
      boolean hasPort = old.endsWith(":" + peer.port());
      if (hasPort
          && !Address.unix(to)
          && (Address.host(to).equals(Address.host(address))
              || (peer.name() != null
                  && peer.name().equals("localhost")
                  && Address.loopback(Address.host(to))
                  && Address.host(to).indexOf(':') < 0))) {
        // Only the port differs: keep the host as its owner wrote it.
        with = old.substring(0, old.lastIndexOf(':') + 1) + Address.port(to);
      }
      if (Address.unix(address) && !Address.unix(to) && text.contains(old + ":")) {
        return Fixes.replace(facts, peer.place(), old + ":", with, summary);
      }
      if (Address.unix(to) && !Address.unix(address)) {
        with = to + (text.contains(old + "/") ? ":" : "");
      }
      return Fixes.replace(facts, peer.place(), old, with, summary);
    }
    return Fixes.at(facts, peer.place(), summary);
  }

  /** What answers where the gateway sends is another service than the declared one. */
  static @Nullable Finding wrongService(Facts facts) {
    Answer asked = RequestRules.relayedFault(facts);
    if (asked == null || asked.seen().response() == null || facts.pass == null) {
      return null;
    }
    if (facts.given.upstreams().isEmpty()
        || facts.given.upstreams().stream()
            .anyMatch(upstream -> facts.routesTo(address(facts, upstream)))) {
      return null;
    }
    for (Answer well : facts.wellForClient()) {
      if (!facts.routesTo(well.address())) {
        String summary = "point " + facts.pass.place() + " at " + facts.name(well.address());
        Route.Peer peer = facts.peers().get(0);
        return Finding.likely(
                Cause.UPSTREAM_WRONG_SERVICE,
                asked.address()
                    + ", where "
                    + facts.pass.place()
                    + " sends, answers as another service; "
                    + facts.name(well.address())
                    + " has the resource",
                asked,
                well,
                Objects.requireNonNull(facts.route))
            .fixedBy(replaceAddress(facts, peer, well.address(), summary));
      }
    }
    return null;
  }

  private static String address(Facts facts, dev.why502.definition.Probe upstream) {
    Answer declared = facts.declared(upstream);
    return declared == null ? upstream.target().endpoint().text() : declared.address();
  }

  /** The edge's answer is good but for what is expected in it, and the service's own has that. */
  private static boolean otherAnswer(Facts facts, Answer failure, Answer well) {
    Answer client = facts.asked(Role.AS_CLIENT, well.address());
    boolean sameExpected =
        facts.given.upstreams().stream()
            .anyMatch(
                upstream ->
                    upstream.id().equals(well.upstream())
                        && upstream.expect().equals(facts.probe.expect()));
    return facts.status() / 100 == 2
        && failure.seen().failure() == null
        && (sameExpected || (client != null && client.seen().served()));
  }

  /** The gateway fails, the declared service is well, and nothing shows where the gateway sends. */
  static @Nullable Finding misdirected(Facts facts) {
    Answer failure = facts.failure();
    if (failure == null || !facts.gatewayReached() || facts.elsewhere()) {
      return null;
    }
    boolean known = !facts.peers().isEmpty() || !facts.triedPeers().isEmpty();
    if (known
        || (facts.route != null
            && facts.route.handling() != Handling.UNKNOWN
            && facts.route.access().readable())) {
      return null;
    }
    List<Answer> well = facts.wellForClient();
    if (well.isEmpty() || facts.status() == 401 || facts.status() == 403 || facts.status() == 413) {
      return null;
    }
    if (facts.status() > 0
        && facts.status() < 500
        && facts.status() != 404
        && facts.status() != 400
        && !otherAnswer(facts, failure, well.get(0))) {
      return null;
    }
    // A line tells more, unless it is HAProxy's that some server cannot be connected to.
    if (facts.lines.stream()
        .anyMatch(
            line ->
                line.tie() == LogLine.Tie.OURS && line.event() != LogLine.Event.CONNECT_FAILED)) {
      return null;
    }
    return Finding.likely(
            Cause.GATEWAY_MISDIRECTED,
            "the gateway "
                + (facts.status() > 0 ? "answers " + facts.status() : "gives no answer")
                + " though "
                + facts.name(well.get(0).address())
                + " answers the same request well; where the gateway sends is not known",
            failure,
            well.get(0))
        .fixedBy(Fixes.general(facts, Cause.GATEWAY_MISDIRECTED));
  }
}
