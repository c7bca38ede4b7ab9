package dev.why502.diagnosis;

import dev.why502.definition.Request;
import dev.why502.diagnosis.Finding.Standing;
import dev.why502.evidence.Answer;
import dev.why502.evidence.Answer.Role;
import dev.why502.evidence.Evidence;
import dev.why502.evidence.GatewayState;
import dev.why502.evidence.Listeners;
import dev.why502.evidence.LogLine;
import dev.why502.evidence.LogLine.Event;
import dev.why502.evidence.Place;
import dev.why502.evidence.ProcessState;
import dev.why502.evidence.Resolution;
import dev.why502.evidence.Route;
import dev.why502.observation.Certificate;
import dev.why502.observation.FailureKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The gateway sends the request to the wrong place, or in the wrong form; the service is well. */
final class MisrouteRules {
  /** Process start times and file times are read from different clocks. */
  private static final Duration SAME_MOMENT = Duration.ofSeconds(1);

  private MisrouteRules() {}

  static List<Rule> all() {
    return List.of(
        new Rule(Cause.GATEWAY_LOOP, MisrouteRules::loop),
        new Rule(Cause.GATEWAY_STALE_CONFIG, MisrouteRules::staleConfig),
        new Rule(Cause.GATEWAY_STALE_ADDRESS, MisrouteRules::staleAddress),
        new Rule(Cause.GATEWAY_WRONG_SCHEME, MisrouteRules::wrongScheme),
        new Rule(Cause.GATEWAY_WRONG_PORT, facts -> elsewhere(facts, Cause.GATEWAY_WRONG_PORT)),
        new Rule(
            Cause.GATEWAY_WRONG_ADDRESS, facts -> elsewhere(facts, Cause.GATEWAY_WRONG_ADDRESS)),
        new Rule(Cause.GATEWAY_MISSING_UPGRADE, MisrouteRules::missingUpgrade),
        new Rule(Cause.GATEWAY_WRONG_PATH, MisrouteRules::wrongPath),
        new Rule(Cause.GATEWAY_WRONG_HOST, MisrouteRules::wrongHost),
        new Rule(Cause.GATEWAY_ALTERS_REQUEST, MisrouteRules::altersRequest),
        new Rule(Cause.GATEWAY_NO_ROUTE, MisrouteRules::noRoute),
        new Rule(Cause.UPSTREAM_WRONG_SERVICE, MisrouteRules::wrongService));
  }

  /** The route, followed from its own upstream address, comes back to the same line. */
  private static @Nullable Finding loop(Facts facts) {
    if (facts.pass == null || facts.routes.size() < 2) {
      return null;
    }
    for (Route next : facts.routes.subList(1, facts.routes.size())) {
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

  /** The file was edited and what runs is older: seen by the times, by the log, or by both. */
  private static @Nullable Finding staleConfig(Facts facts) {
    Route route = facts.route;
    if (facts.failure() == null || route == null || !facts.gatewayReached()) {
      return null;
    }
    GatewayState state = facts.state;
    String foreign = null;
    LogLine foreignLine = null;
    for (LogLine line : facts.lines) {
      String peer = line.peer();
      if (line.tie() == LogLine.Tie.OURS
          && peer != null
          // A subrequest (auth_request, mirror) goes its own way.
          && !line.text().contains(", subrequest: \"")
          && facts.pass != null
          && (Address.unix(peer) || Address.port(peer) > 0)
          && !facts.anyRouteTo(peer)
          && facts.pass.peers().stream().noneMatch(p -> p.address() == null || p.runTime())
          && route.unknown().isEmpty()) {
        // An address under a name may have changed: only another port, or an address that is
        // written as such, shows that the file is not what runs.
        boolean named =
            facts.pass.peers().stream()
                .anyMatch(
                    p ->
                        p.name() != null
                            && !p.name().equals("localhost")
                            && p.port() == Address.port(peer));
        if (!named) {
          foreign = peer;
          foreignLine = line;
        }
      }
    }
    boolean edited = facts.edited();
    if (!edited && foreign == null) {
      return null;
    }
    boolean older =
        state != null
            && state.loadedAt() != null
            && state.editedAt() != null
            && state.editedAt().isBefore(state.loadedAt().minus(SAME_MOMENT));
    if (!edited && (older || foreign == null)) {
      // Nothing was edited since. At the moment of loading itself the clocks cannot tell.
      return foreign == null
          ? null
          : Finding.contradicted(
              Cause.GATEWAY_STALE_CONFIG, "no file of the configuration is newer than what runs");
    }
    boolean wouldWork =
        !facts.peers().isEmpty()
            && facts.asGateway().stream().anyMatch(answer -> answer.seen().served());
    if (foreign == null && !wouldWork) {
      return null;
    }
    String file = state == null || state.editedFile() == null ? route.config() : state.editedFile();
    List<Evidence> seen = new ArrayList<>(List.of(route));
    if (state != null) {
      seen.add(state);
    }
    String runs = "";
    if (foreignLine != null) {
      seen.add(foreignLine);
      runs = "; what runs still sends to " + foreign;
    }
    String says =
        facts.peers().isEmpty() || facts.peers().get(0).address() == null
            ? ""
            : ", which says " + facts.peers().get(0).address();
    String broken = route.faults().isEmpty() ? "" : "; it does not load: " + route.faults().get(0);
    Finding finding =
        new Finding(
            Cause.GATEWAY_STALE_CONFIG,
            edited && foreign != null ? Standing.CERTAIN : Standing.LIKELY,
            file + says + ", was edited and not reloaded" + runs + broken,
            null,
            List.of(),
            List.copyOf(seen),
            null);
    Answer old = foreign == null ? null : facts.asked(Role.AS_GATEWAY, foreign);
    Finding fault = old == null ? null : Wire.judge(facts, old);
    if (fault != null) {
      finding = finding.via(fault.cause(), fault.text());
    } else if (foreignLine != null && foreignLine.event() == Event.REFUSED) {
      finding = finding.via(Cause.UPSTREAM_REFUSED, foreign + " refuses connections");
    }
    String cure =
        route.faults().isEmpty()
            ? "reload the gateway: the file on disk is already right"
            : "correct " + route.faults().get(0) + ", then reload the gateway";
    if (!wouldWork) {
      cure = "test the configuration and reload the gateway";
    }
    return finding.fixedBy(Fixes.told(facts, cure, Fixes.reload(facts).toArray(String[]::new)));
  }

  /** The name of the upstream has another address now than the one the gateway uses. */
  private static @Nullable Finding staleAddress(Facts facts) {
    if (facts.pass == null || facts.failure() == null || !facts.gatewayReached()) {
      return null;
    }
    for (Route.Peer peer : facts.pass.peers()) {
      String name = peer.name();
      if (name == null || name.equals("localhost")) {
        continue;
      }
      List<String> now =
          facts.pass.peers().stream()
              .filter(p -> name.equals(p.name()) && p.address() != null)
              .map(p -> String.valueOf(p.address()))
              .toList();
      for (LogLine line : facts.lines) {
        String tried = line.peer();
        if (line.tie() != LogLine.Tie.OURS
            || tried == null
            || Address.port(tried) != peer.port()
            || now.isEmpty()
            || facts.routesTo(tried)) {
          continue;
        }
        Resolution resolution =
            facts
                .given
                .all(Resolution.class)
                .filter(r -> r.name().equals(name))
                .findFirst()
                .orElse(null);
        boolean well = now.stream().anyMatch(a -> facts.good(Role.AS_GATEWAY, a) != null);
        Finding finding =
            new Finding(
                Cause.GATEWAY_STALE_ADDRESS,
                well ? Standing.CERTAIN : Standing.LIKELY,
                "the gateway sends to "
                    + tried
                    + "; "
                    + name
                    + " is now "
                    + String.join(", ", now)
                    + (well ? ", which answers well" : ""),
                well ? facts.idAt(now.get(0)) : null,
                List.of(),
                List.of(line, Objects.requireNonNull(facts.route)),
                null);
        if (resolution != null) {
          finding = finding.seenIn(List.of(resolution));
        }
        if (line.event() == Event.REFUSED) {
          finding = finding.via(Cause.UPSTREAM_REFUSED, tried + " refuses connections");
        }
        return finding.fixedBy(
            Fixes.at(
                facts,
                peer.place(),
                "reload the gateway, which looks "
                    + name
                    + " up again; a variable in proxy_pass"
                    + " with a resolver looks it up at run time",
                Fixes.reload(facts).toArray(String[]::new)));
      }
    }
    return null;
  }

  private static @Nullable Finding wrongScheme(Facts facts) {
    if (facts.edge != null && facts.failure() == null) {
      return null;
    }
    for (Answer asked : facts.asGateway()) {
      if (asked.seen().served()) {
        continue;
      }
      Answer other = facts.asked(Role.OTHER_SCHEME, asked.address());
      if (other == null || other.seen().response() == null || other.seen().failure() != null) {
        continue;
      }
      boolean tls = asked.scheme().tls();
      FailureKind kind = asked.seen().failure();
      Certificate certificate = asked.seen().certificate();
      boolean fits =
          tls
              ? kind == FailureKind.TLS
                  && (certificate == null
                      || certificate.problem() == Certificate.Problem.NOT_TLS
                      || certificate.problem() == Certificate.Problem.HANDSHAKE)
              : kind == FailureKind.RESET
                  || kind == FailureKind.CLOSED
                  || kind == FailureKind.INVALID
                  || (asked.seen().status() == 400
                      && Objects.requireNonNull(asked.seen().response())
                          .body()
                          .contains("plain HTTP request was sent to HTTPS port"));
      if (!fits) {
        continue;
      }
      String speaks = tls ? "plain HTTP" : "TLS";
      String sends = tls ? "https://" : "http://";
      String id = facts.idAt(asked.address());
      Finding finding =
          Finding.certain(
              Cause.GATEWAY_WRONG_SCHEME,
              (facts.pass == null ? "the gateway" : facts.pass.place().toString())
                  + " sends "
                  + sends
                  + " to "
                  + facts.name(asked.address())
                  + ", which speaks "
                  + speaks,
              asked,
              other);
      if (facts.route != null) {
        finding = finding.seenIn(List.of(facts.route));
      }
      String right = tls ? "http://" : "https://";
      finding = finding.of(id);
      return finding.fixedBy(
          facts.pass == null
              ? Fixes.general(facts, Cause.GATEWAY_WRONG_SCHEME)
              : Fixes.replace(
                  facts,
                  facts.pass.place(),
                  sends,
                  right,
                  "let " + facts.pass.place() + " say " + right));
    }
    return null;
  }

  /** Nothing takes connections where the gateway sends; the service answers somewhere else. */
  private static @Nullable Finding elsewhere(Facts facts, Cause wanted) {
    if ((facts.edge != null && facts.failure() == null) || facts.elsewhere()) {
      return null;
    }
    if (facts.edge != null && !(facts.gatewayReached() && facts.gatewayError())) {
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
    String who = id == null ? "a service" : id;
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
    if (facts.route != null) {
      finding = finding.seenIn(List.of(facts.route));
    }
    if (facts.listeners != null && facts.listenersReadable() && facts.local(refused.address())) {
      finding = finding.seenIn(List.of(facts.listeners));
    }
    for (LogLine line : facts.lines) {
      if (Address.same(line.peer(), refused.address())) {
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
    return facts
        .role(Role.CANDIDATE)
        .filter(answer -> answer.seen().served())
        .filter(
            answer -> dead.addresses().stream().noneMatch(a -> Address.same(a, answer.address())))
        .findFirst()
        .orElse(null);
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
    String with = to;
    for (String old : written) {
      if (!text.contains(old)) {
        continue;
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

  private static @Nullable Finding missingUpgrade(Facts facts) {
    if (!facts.probe.target().scheme().webSocket() || !facts.failing()) {
      return null;
    }
    Answer failure = Objects.requireNonNull(facts.failure());
    if (failure.seen().response() == null || !facts.gatewayReached()) {
      return null;
    }
    Answer well = null;
    for (Role role : List.of(Role.CLIENT_HEADERS, Role.AS_CLIENT, Role.DECLARED)) {
      if (well == null) {
        well = facts.role(role).filter(a -> a.seen().status() == 101).findFirst().orElse(null);
      }
    }
    if (well == null) {
      return null;
    }
    if (facts.pass != null && facts.pass.upgrade()) {
      return Finding.contradicted(
          Cause.GATEWAY_MISSING_UPGRADE, facts.pass.place() + " passes Upgrade and Connection on");
    }
    Finding finding =
        (facts.pass == null
                ? Finding.likely(
                    Cause.GATEWAY_MISSING_UPGRADE,
                    "the WebSocket handshake works at "
                        + facts.name(well.address())
                        + " and is answered "
                        + failure.seen().status()
                        + " at the edge",
                    failure,
                    well)
                : Finding.certain(
                    Cause.GATEWAY_MISSING_UPGRADE,
                    facts.pass.place()
                        + " does not pass Upgrade and Connection on; the handshake works at "
                        + facts.name(well.address()),
                    failure,
                    well,
                    Objects.requireNonNull(facts.route)))
            .of(well.upstream());
    return finding.fixedBy(
        facts.pass == null
            ? Fixes.general(facts, Cause.GATEWAY_MISSING_UPGRADE)
            : Fixes.insertAfter(
                facts,
                facts.pass.place(),
                "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade;"
                    + " proxy_set_header Connection \"upgrade\";",
                "pass Upgrade and Connection on, over HTTP/1.1, beside " + facts.pass.place()));
  }

  /** The answer to what the gateway asks that is not a good one, as the edge shows it. */
  private static @Nullable Answer relayedFault(Facts facts) {
    Answer failure = facts.failure();
    if (failure == null || facts.elsewhere()) {
      return null;
    }
    for (Answer asked : facts.asGateway()) {
      boolean same =
          failure.seen().response() != null
              && asked.seen().status() == failure.seen().status()
              && asked.seen().failure() == null;
      boolean alert = asked.seen().failure() == FailureKind.TLS && failure.seen().status() >= 500;
      boolean closed = asked.seen().failure() != null && facts.gatewayError();
      if (!asked.seen().served() && (same || alert || closed)) {
        return asked;
      }
    }
    return null;
  }

  private static @Nullable Finding wrongPath(Facts facts) {
    Answer asked = relayedFault(facts);
    if (asked == null || facts.pass == null) {
      return null;
    }
    String sent = asked.path();
    Answer client = facts.good(Role.CLIENT_PATH, asked.address());
    String right = null;
    Answer well = null;
    Standing standing = Standing.CERTAIN;
    if (client != null && !client.path().equals(sent)) {
      right = client.path();
      well = client;
    } else {
      for (Answer declared : facts.well()) {
        String own = declared.path();
        String wanted = facts.probe.target().path();
        if (Address.same(declared.address(), asked.address())
            && !own.equals(sent)
            && own.length() > 1
            && (wanted.endsWith(own)
                || own.endsWith(wanted)
                || sent.endsWith(own)
                || own.endsWith(sent))) {
          right = own;
          well = declared;
          standing = Standing.LIKELY;
        }
      }
    }
    if (right == null || well == null) {
      return null;
    }
    Finding finding =
        new Finding(
            Cause.GATEWAY_WRONG_PATH,
            standing,
            facts.pass.place()
                + " asks "
                + facts.name(asked.address())
                + " for "
                + sent
                + ", which answers "
                + asked.seen().status()
                + "; the resource is at "
                + right,
            facts.idAt(asked.address()),
            List.of(),
            List.of(asked, well, Objects.requireNonNull(facts.route)),
            null);
    return finding.fixedBy(pathFix(facts, sent, right));
  }

  /** With a path in proxy_pass nginx replaces the location's prefix; without one it keeps it. */
  private static Fix pathFix(Facts facts, String sent, String right) {
    Route.Pass pass = Objects.requireNonNull(facts.pass);
    String text = pass.place().text();
    String summary = "let " + pass.place() + " send " + right + " instead of " + sent;
    int scheme = text.indexOf("://");
    if (scheme > 0 && right.equals(facts.probe.target().path())) {
      int slash = text.indexOf('/', scheme + 3);
      int end = text.indexOf(';');
      if (slash > 0 && end > slash && text.indexOf('$') < 0) {
        return Fixes.replace(facts, pass.place(), text.substring(slash, end) + ";", ";", summary);
      }
    }
    if (scheme > 0 && sent.equals(facts.probe.target().path()) && sent.endsWith(right)) {
      int slash = text.indexOf('/', scheme + 3);
      int end = text.indexOf(';');
      if (slash < 0 && end > 0) {
        return Fixes.replace(facts, pass.place(), ";", "/;", summary);
      }
    }
    return Fixes.at(facts, pass.place(), summary);
  }

  /** What was asked as the gateway asks is only as sure as what is known of how it asks. */
  private static Standing sureOfRoute(Facts facts) {
    return facts.route != null && facts.route.unknown().isEmpty() && !facts.edited()
        ? Standing.CERTAIN
        : Standing.LIKELY;
  }

  private static @Nullable Finding wrongHost(Facts facts) {
    Answer asked = relayedFault(facts);
    if (asked == null) {
      return null;
    }
    for (Role role : List.of(Role.CLIENT_HOST, Role.OWN_HOST)) {
      Answer well = facts.good(role, asked.address());
      if (well == null) {
        continue;
      }
      boolean tls = asked.seen().failure() == FailureKind.TLS;
      String place = facts.pass == null ? "the gateway" : facts.pass.place().toString();
      String sends =
          tls && facts.pass != null && facts.pass.sni() == null
              ? " sends no server name (SNI)"
              : tls ? " sends another server name" : " sends Host: " + asked.host();
      Finding finding =
          Finding.certain(
                  Cause.GATEWAY_WRONG_HOST,
                  place
                      + sends
                      + "; "
                      + facts.name(asked.address())
                      + " answers well to "
                      + well.host(),
                  asked,
                  well)
              .of(facts.idAt(asked.address()))
              .standing(sureOfRoute(facts));
      if (facts.route != null) {
        finding = finding.seenIn(List.of(facts.route));
      }
      String line =
          tls
              ? "proxy_ssl_server_name on; proxy_ssl_name " + well.host() + ";"
              : role == Role.CLIENT_HOST
                  ? "proxy_set_header Host $host;"
                  : "proxy_set_header Host " + well.host() + ";";
      return finding.fixedBy(
          facts.pass == null
              ? Fixes.general(facts, Cause.GATEWAY_WRONG_HOST)
              : hostFix(facts, facts.pass, tls, line, well.host()));
    }
    return null;
  }

  private static Fix hostFix(Facts facts, Route.Pass pass, boolean tls, String line, String host) {
    String summary = "let " + pass.place() + " send " + (tls ? "SNI " : "Host ") + host;
    return Fixes.insertAfter(facts, pass.place(), line, summary);
  }

  /** A method that must not be tried: the configuration says that it is another one behind. */
  private static @Nullable Finding otherMethod(Facts facts) {
    Answer failure = facts.failure();
    if (failure == null
        || facts.pass == null
        || facts.pass.method().equals(facts.probe.request().method())
        || failure.seen().response() == null
        || failure.seen().status() >= 500
        || facts.wellForClient().isEmpty()) {
      return null;
    }
    Answer well = facts.wellForClient().get(0);
    if (!facts.routesTo(well.address()) || !well.method().equals(facts.probe.request().method())) {
      return null;
    }
    return Finding.likely(
            Cause.GATEWAY_ALTERS_REQUEST,
            facts.pass.place()
                + " leads to a request with the method "
                + facts.pass.method()
                + " instead of "
                + facts.probe.request().method()
                + "; "
                + facts.name(well.address())
                + " answers the client's own method well",
            failure,
            well,
            Objects.requireNonNull(facts.route))
        .of(well.upstream())
        .fixedBy(Fixes.at(facts, facts.pass.place(), Cause.GATEWAY_ALTERS_REQUEST.fix()));
  }

  private static @Nullable Finding altersRequest(Facts facts) {
    Answer asked = relayedFault(facts);
    if (asked == null) {
      return otherMethod(facts);
    }
    Answer well = facts.good(Role.CLIENT_HEADERS, asked.address());
    if (well == null) {
      return null;
    }
    List<String> changes = new ArrayList<>();
    if (facts.pass != null) {
      if (!facts.pass.method().equals(facts.probe.request().method())) {
        changes.add(
            "the method " + facts.probe.request().method() + " becomes " + facts.pass.method());
      }
      if (!facts.pass.passHeaders()) {
        changes.add("the client's headers are dropped");
      }
      if (!facts.pass.passBody()) {
        changes.add("the client's body is dropped");
      }
      for (Request.Header set : facts.pass.setHeaders()) {
        for (Request.Header own : facts.probe.request().headers()) {
          if (own.name().equalsIgnoreCase(set.name()) && !own.value().equals(set.value())) {
            changes.add(own.name() + (set.value().isEmpty() ? " is dropped" : " is changed"));
          }
        }
      }
    }
    String place = facts.pass == null ? "the gateway" : facts.pass.place().toString();
    Finding finding =
        Finding.certain(
                Cause.GATEWAY_ALTERS_REQUEST,
                "behind "
                    + place
                    + " the request is not what the client sent"
                    + (changes.isEmpty() ? "" : " (" + String.join(", ", changes) + ")")
                    + "; "
                    + facts.name(asked.address())
                    + " answers the client's own request well",
                asked,
                well)
            .of(facts.idAt(asked.address()))
            .standing(sureOfRoute(facts));
    if (facts.route != null) {
      finding = finding.seenIn(List.of(facts.route));
    }
    return finding.fixedBy(
        Fixes.at(
            facts,
            facts.pass == null ? null : facts.pass.place(),
            Cause.GATEWAY_ALTERS_REQUEST.fix()));
  }

  /** Another server block, a default page, a file look-up: the request never goes to a service. */
  private static @Nullable Finding noRoute(Facts facts) {
    Route route = facts.route;
    Answer failure = facts.failure();
    if (facts.edge != null && failure == null) {
      return null;
    }
    LogLine file = facts.line(Event.FILE_NOT_FOUND);
    int status = facts.status();
    if (route == null || !route.access().readable()) {
      if (file != null && status >= 400 && status < 500) {
        return Finding.certain(
                Cause.GATEWAY_NO_ROUTE,
                "the gateway looks the path up as a file instead of asking a service",
                file)
            .fixedBy(Fixes.general(facts, Cause.GATEWAY_NO_ROUTE));
      }
      return null;
    }
    boolean checking = facts.edge == null;
    String where = route.location() != null ? route.location().toString() : place(route);
    // Who asks for an address, not a name, gets the default server by right.
    String caught =
        route.serverName() == null
                && route.server() != null
                && named(facts.probe.target().endpoint().host())
            ? "no server_name fits "
                + facts.probe.target().endpoint().host()
                + ": the default server "
                + route.server()
                + " takes it"
            : null;
    boolean statusFits =
        checking
            || (status >= 300 && status < 500)
            || (failure != null && failure.seen().failure() == FailureKind.CLOSED)
            || Edge.has(
                Objects.requireNonNull(failure).seen(), dev.why502.observation.Mismatch.What.BODY)
            || Edge.has(failure.seen(), dev.why502.observation.Mismatch.What.HEADER);
    if (!statusFits) {
      return null;
    }
    return switch (route.handling()) {
      case STATIC -> file(facts, route, file, caught, where, checking);
      case NO_SERVER ->
          Finding.certain(
                  Cause.GATEWAY_NO_ROUTE,
                  "no server block of " + route.config() + " listens for this target",
                  route)
              .fixedBy(Fixes.general(facts, Cause.GATEWAY_NO_ROUTE));
      case RETURN -> {
        boolean same =
            checking
                || route.answerStatus() == status
                || (route.answerStatus() == 444 && status == 0);
        if (!same || (caught == null && route.answerStatus() != 404)) {
          yield null;
        }
        Finding finding =
            Finding.certain(
                Cause.GATEWAY_NO_ROUTE,
                (caught == null ? where + " has no route for this path" : caught)
                    + ", and answers "
                    + route.answerStatus(),
                route);
        yield finding.fixedBy(
            Fixes.at(
                facts,
                caught == null ? route.answerPlace() : route.server(),
                caught == null
                    ? Cause.GATEWAY_NO_ROUTE.fix()
                    : "add "
                        + facts.probe.target().endpoint().host()
                        + " to the server_name of the block that should serve it"));
      }
      case PROXY, OTHER_PASS -> {
        // The default server passes it on to another service than the one it is meant for.
        if (caught == null || facts.pass == null || facts.wellForClient().isEmpty()) {
          yield null;
        }
        boolean other =
            facts.wellForClient().stream().noneMatch(well -> facts.routesTo(well.address()));
        boolean answered =
            facts.asGateway().stream()
                .anyMatch(a -> a.seen().failure() == null && !a.seen().served());
        yield other && answered
            ? Finding.likely(
                    Cause.GATEWAY_NO_ROUTE,
                    caught + " and sends it to " + facts.peers().get(0).address(),
                    route)
                .fixedBy(Fixes.at(facts, route.server(), Cause.GATEWAY_NO_ROUTE.fix()))
            : null;
      }
      case DENY, UNKNOWN -> null;
    };
  }

  private static boolean named(String host) {
    return !host.isEmpty()
        && !host.equals("localhost")
        && host.indexOf(':') < 0
        && !host.matches("[0-9.]+");
  }

  private static @Nullable Finding file(
      Facts facts,
      Route route,
      @Nullable LogLine line,
      @Nullable String caught,
      String where,
      boolean checking) {
    // A site of plain files is a route too: only a service that has the resource makes it a fault.
    boolean service = !facts.wellForClient().isEmpty();
    if (line == null && !service && !checking) {
      return null;
    }
    if (checking && !service) {
      return null;
    }
    Finding finding =
        new Finding(
            Cause.GATEWAY_NO_ROUTE,
            service || caught != null ? Standing.CERTAIN : Standing.LIKELY,
            (caught == null ? where : caught + "; it")
                + " looks the path up as a file instead of asking a service",
            null,
            List.of(),
            List.of(route),
            null);
    if (line != null) {
      finding = finding.seenIn(List.of(line));
    }
    return finding.fixedBy(
        Fixes.at(
            facts,
            route.location() == null ? route.server() : route.location(),
            Cause.GATEWAY_NO_ROUTE.fix()));
  }

  private static String place(Route route) {
    return route.server() == null ? String.valueOf(route.config()) : route.server().toString();
  }

  /** What answers where the gateway sends is another service than the declared one. */
  private static @Nullable Finding wrongService(Facts facts) {
    Answer asked = relayedFault(facts);
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
}
