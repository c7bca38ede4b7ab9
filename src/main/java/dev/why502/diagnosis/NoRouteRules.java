package dev.why502.diagnosis;

import dev.why502.diagnosis.Finding.Standing;
import dev.why502.evidence.Answer;
import dev.why502.evidence.LogLine;
import dev.why502.evidence.LogLine.Event;
import dev.why502.evidence.Place;
import dev.why502.evidence.Route;
import dev.why502.observation.FailureKind;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The gateway has no route for the request: it never goes to a service. */
final class NoRouteRules {
  private NoRouteRules() {}

  /** Another server block, a default page, a file look-up: the request never goes to a service. */
  static @Nullable Finding noRoute(Facts facts) {
    Route route = facts.route;
    Answer failure = facts.failure();
    if (facts.edge != null && failure == null) {
      return null;
    }
    LogLine file = facts.line(Event.FILE_NOT_FOUND);
    LogLine none = facts.line(Event.NO_ROUTE);
    int status = facts.status();
    if (none != null) {
      Place place = route == null ? null : route.server();
      return facts
          .withRoute(
              Finding.certain(
                  Cause.GATEWAY_NO_ROUTE,
                  (place == null ? "the gateway" : place.toString())
                      + " has no rule that sends this request to a service",
                  none))
          .fixedBy(Fixes.at(facts, place, Cause.GATEWAY_NO_ROUTE.fix()));
    }
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
            // HAProxy answers 503 where no rule chooses a backend.
            || (status == 503
                && route.handling() == Route.Handling.NO_SERVER
                && route.server() != null)
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
                  route.server() == null
                      ? "no site of " + route.config() + " is for this target"
                      : route.server() + " has no rule that sends this request to a service",
                  route)
              .fixedBy(Fixes.at(facts, route.server(), Cause.GATEWAY_NO_ROUTE.fix()));
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
}
