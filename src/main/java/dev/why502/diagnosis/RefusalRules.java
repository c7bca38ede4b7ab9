package dev.why502.diagnosis;

import dev.why502.definition.Gateway;
import dev.why502.diagnosis.Finding.Standing;
import dev.why502.evidence.Answer;
import dev.why502.evidence.GatewayState;
import dev.why502.evidence.Listeners;
import dev.why502.evidence.LogLine;
import dev.why502.evidence.LogLine.Event;
import dev.why502.evidence.Place;
import dev.why502.evidence.Route;
import dev.why502.evidence.Route.Handling;
import dev.why502.evidence.Route.Limit;
import dev.why502.observation.FailureKind;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The gateway refuses the request itself: by its limits, its access rules, or its own answer. */
final class RefusalRules {
  private RefusalRules() {}

  static @Nullable Finding exhausted(Facts facts) {
    if (facts.failure() == null) {
      return null;
    }
    LogLine line = facts.line(Event.NO_WORKER_CONNECTIONS, Event.NO_FILES, Event.NO_LOCAL_PORT);
    if (line != null) {
      String what =
          switch (line.event()) {
            case NO_WORKER_CONNECTIONS -> "worker connections";
            case NO_FILES -> "file descriptors";
            default -> "local ports";
          };
      return facts
          .withRoute(
              Finding.certain(Cause.GATEWAY_EXHAUSTED, "the gateway has run out of " + what, line))
          .fixedBy(
              Fixes.told(
                  facts,
                  "raise its limit of " + what + ", and find what holds so many connections"));
    }
    Finding full = full(facts);
    if (full != null) {
      return full;
    }
    GatewayState state = facts.state;
    if (state != null
        && state.openFiles() >= 0
        && state.openFilesLimit() > 0
        && state.openFiles() >= state.openFilesLimit() - 2
        && facts.gatewayError()) {
      return Finding.likely(
              Cause.GATEWAY_EXHAUSTED,
              "a worker of the gateway holds "
                  + state.openFiles()
                  + " of "
                  + state.openFilesLimit()
                  + " file descriptors",
              state)
          .fixedBy(Fixes.general(facts, Cause.GATEWAY_EXHAUSTED));
    }
    return null;
  }

  /**
   * It said once that all its workers are taken, as httpd does, and now it does not take the
   * request up, though the service is well.
   */
  private static @Nullable Finding full(Facts facts) {
    LogLine before =
        facts.lasting.stream()
            .filter(line -> line.event() == Event.NO_WORKER_CONNECTIONS)
            .findFirst()
            .orElse(null);
    Answer failure = facts.failure();
    boolean frozen = facts.state != null && facts.state.frozen();
    Listeners.Row waiting =
        failure == null || !facts.local(failure.address()) || frozen
            ? null
            : facts.listener(failure.address());
    boolean queue = waiting != null && waiting.queue() > 0;
    if ((before == null && !queue)
        || failure == null
        || frozen
        || !facts.edgeFailed(FailureKind.TIMEOUT)
        || !(Peers.allWell(facts) || !facts.wellForClient().isEmpty())) {
      return null;
    }
    return facts
        .withRoute(
            Finding.likely(
                Cause.GATEWAY_EXHAUSTED,
                before == null
                    ? Objects.requireNonNull(waiting).queue()
                        + " connections wait at "
                        + failure.address()
                        + ", and the gateway does not take them up though its service is well: all"
                        + " that it allows are taken"
                    : "the gateway does not take connections up; it has said that it ran out of"
                        + " workers, and its service is well",
                before == null ? Objects.requireNonNull(facts.listeners) : before,
                failure))
        .fixedBy(
            Fixes.told(
                facts, "raise its limit of workers, and find what holds so many connections"));
  }

  static @Nullable Finding limited(Facts facts) {
    LogLine line = facts.line(Event.LIMITED_REQUESTS, Event.LIMITED_CONNECTIONS);
    Answer failure = facts.failure();
    if (failure == null) {
      return null;
    }
    Limit limit = limit(facts, Limit.What.REQUESTS, Limit.What.CONNECTIONS);
    if (line != null && facts.status() >= 400) {
      return facts
          .withRoute(
              Finding.certain(
                  Cause.GATEWAY_LIMITED,
                  "the gateway's own limit"
                      + (limit == null
                          ? ""
                          : " (" + limit.place() + ": " + limit.place().text() + ")")
                      + " answers "
                      + facts.status(),
                  line,
                  failure))
          .fixedBy(
              Fixes.at(facts, limit == null ? null : limit.place(), Cause.GATEWAY_LIMITED.fix()));
    }
    Route route = facts.route;
    boolean denied =
        facts.status() == 429
            && (facts.line(Event.NOT_TRIED) != null
                || (route != null
                    && (route.handling() == Handling.DENY || route.handling() == Handling.RETURN)
                    && route.answerStatus() == 429));
    if (denied) {
      Finding finding =
          Finding.certain(
              Cause.GATEWAY_LIMITED,
              "the gateway itself answers 429"
                  + (route == null || route.answerPlace() == null
                      ? ""
                      : " (" + route.answerPlace() + ": " + route.answerPlace().text() + ")"),
              failure);
      LogLine rule = facts.line(Event.NOT_TRIED);
      return facts
          .withRoute(rule == null ? finding : finding.seenIn(List.of(rule)))
          .fixedBy(
              Fixes.at(
                  facts, route == null ? null : route.answerPlace(), Cause.GATEWAY_LIMITED.fix()));
    }
    if (limit != null
        && limit.status() == facts.status()
        && (Peers.allWell(facts)
            || !facts.well().isEmpty()
            || facts.line(Event.NOT_TRIED) != null)) {
      return facts
          .withRoute(
              Finding.likely(
                  Cause.GATEWAY_LIMITED,
                  limit.place() + " limits requests and answers " + limit.status(),
                  failure))
          .fixedBy(Fixes.at(facts, limit.place(), Cause.GATEWAY_LIMITED.fix()));
    }
    return null;
  }

  private static @Nullable Limit limit(Facts facts, Limit.What... what) {
    if (facts.route == null) {
      return null;
    }
    List<Limit.What> wanted = List.of(what);
    return facts.route.limits().stream()
        .filter(limit -> wanted.contains(limit.what()))
        .findFirst()
        .orElse(null);
  }

  static @Nullable Finding forbids(Facts facts) {
    int status = facts.status();
    if (status != 401 && status != 403) {
      return null;
    }
    Answer failure = Objects.requireNonNull(facts.failure());
    boolean itself =
        facts.answers.stream()
            .anyMatch(answer -> !answer.edge() && answer.seen().status() == status);
    LogLine line = facts.line(Event.FORBIDDEN_BY_RULE, Event.AUTHENTICATION, Event.NOT_TRIED);
    Limit authentication = limit(facts, Limit.What.AUTHENTICATION);
    Route route = facts.route;
    String rule =
        route != null && route.answerPlace() != null
            ? route.answerPlace() + ": " + route.answerPlace().text()
            : authentication == null
                ? ""
                : authentication.place() + ": " + authentication.place().text();
    boolean byConfig =
        (route != null
                && (route.handling() == Handling.DENY || route.handling() == Handling.RETURN)
                && route.answerStatus() == status)
            || (status == 401 && authentication != null && !itself);
    if (line == null && !byConfig) {
      if (itself) {
        return Finding.contradicted(Cause.GATEWAY_FORBIDS, "the service itself answers " + status);
      }
      return someWell(facts) && facts.routeKnown()
          ? null
          : Finding.open(Cause.GATEWAY_FORBIDS, "the gateway's access rules, or its error log");
    }
    Finding finding =
        Finding.certain(
            Cause.GATEWAY_FORBIDS,
            "the gateway's own rules answer " + status + (rule.isEmpty() ? "" : " (" + rule + ")"),
            failure);
    if (line != null) {
      finding = finding.seenIn(List.of(line));
    }
    return facts
        .withRoute(finding)
        .fixedBy(
            Fixes.at(
                facts,
                route != null && route.answerPlace() != null
                    ? route.answerPlace()
                    : authentication == null ? null : authentication.place(),
                Cause.GATEWAY_FORBIDS.fix()));
  }

  static @Nullable Finding bodyLimit(Facts facts) {
    Answer failure = facts.failure();
    if (failure == null) {
      return null;
    }
    LogLine line = facts.line(Event.BODY_TOO_LARGE);
    Limit limit = limit(facts, Limit.What.BODY);
    String body = facts.probe.request().body();
    int length = body == null ? 0 : body.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
    boolean over = limit != null && limit.value() > 0 && length > limit.value();
    // Caddy before 2.7 meets its own limit while it sends the body on, and answers 502.
    boolean sending = failure.seen().response() != null && facts.status() == 502;
    boolean ours = line != null && line.tie() == LogLine.Tie.OURS;
    boolean otherwiseWell =
        over && facts.well().stream().anyMatch(answer -> facts.routesTo(answer.address()));
    if (facts.status() != 413 && !(sending && (ours || otherwiseWell))) {
      return null;
    }
    if (line == null && !over) {
      boolean itself =
          facts.answers.stream()
              .anyMatch(answer -> !answer.edge() && answer.seen().status() == 413);
      return itself
          ? Finding.contradicted(Cause.GATEWAY_BODY_LIMIT, "the service itself answers 413")
          : Finding.likely(
                  Cause.GATEWAY_BODY_LIMIT, "the edge answers 413 to " + length + " bytes", failure)
              .fixedBy(Fixes.general(facts, Cause.GATEWAY_BODY_LIMIT));
    }
    Finding finding =
        new Finding(
            Cause.GATEWAY_BODY_LIMIT,
            facts.status() == 413 || ours ? Standing.CERTAIN : Standing.LIKELY,
            "the request's body of "
                + length
                + " bytes exceeds the gateway's limit"
                + (limit == null ? "" : " of " + limit.value() + " (" + limit.place() + ")"),
            null,
            List.of(),
            List.of(failure),
            null);
    if (line != null) {
      finding = finding.seenIn(List.of(line));
    }
    return facts
        .withRoute(finding)
        .fixedBy(
            limit == null
                ? Fixes.told(facts, Cause.GATEWAY_BODY_LIMIT.fix())
                : Fixes.change(
                    facts,
                    Dialect.of(facts).bodyLimit(facts.pass, limit, length),
                    limit.place(),
                    "let the gateway take " + length + " bytes, or send less"));
  }

  static @Nullable Finding maintenance(Facts facts) {
    Route route = facts.route;
    Answer failure = facts.failure();
    LogLine rule = facts.line(Event.NOT_TRIED);
    boolean nginx =
        facts.given.gateway() != null && facts.given.gateway().kind() == Gateway.Kind.NGINX;
    if (rule != null && failure != null && nginx) {
      Finding finding = untried(facts, failure, rule);
      if (finding != null) {
        return finding;
      }
    }
    // A page that shows only while no server is left (nbsrv) stands for the servers' own fault.
    boolean instead =
        facts.pass != null && Peers.of(facts).stream().anyMatch(service -> service.fault() != null);
    if (!nginx && rule != null && failure != null && facts.status() >= 500 && !instead) {
      Place place = route == null ? null : route.answerPlace();
      return facts
          .withRoute(
              Finding.certain(
                  Cause.GATEWAY_MAINTENANCE,
                  (place == null ? "a rule of the gateway" : place.toString())
                      + " answers "
                      + facts.status()
                      + " itself, without asking a service",
                  failure,
                  rule))
          .fixedBy(Fixes.at(facts, place, Cause.GATEWAY_MAINTENANCE.fix()));
    }
    if (route == null
        || (route.handling() != Handling.RETURN && route.handling() != Handling.DENY)) {
      return null;
    }
    if (facts.edge == null) {
      return route.answerStatus() >= 500
          ? Finding.certain(
                  Cause.GATEWAY_MAINTENANCE,
                  route.answerPlace() + " answers " + route.answerStatus() + " itself",
                  route)
              .fixedBy(Fixes.at(facts, route.answerPlace(), Cause.GATEWAY_MAINTENANCE.fix()))
          : null;
    }
    if (failure == null) {
      return null;
    }
    int status = facts.status();
    // nginx's 444 and HAProxy's silent-drop say nothing at all.
    boolean mute =
        route.answerStatus() == 444
            || (route.answerStatus() == 0 && route.handling() == Handling.DENY);
    boolean closed =
        mute
            && (facts.edgeFailed(FailureKind.CLOSED)
                || facts.edgeFailed(FailureKind.RESET)
                || facts.edgeFailed(FailureKind.TIMEOUT));
    boolean same = status >= 500 && route.answerStatus() == status;
    if (!same && !closed) {
      return null;
    }
    Finding finding =
        Finding.certain(
            Cause.GATEWAY_MAINTENANCE,
            route.answerPlace()
                + (mute ? " hangs up" : " answers " + route.answerStatus())
                + " itself, without asking a service",
            failure,
            route);
    return (rule == null ? finding : finding.seenIn(List.of(rule)))
        .fixedBy(Fixes.at(facts, route.answerPlace(), Cause.GATEWAY_MAINTENANCE.fix()));
  }

  /**
   * nginx's log of requests says only that no upstream was asked, which limits, a name that does
   * not resolve and its own faults have in common. Nothing but a rule makes it a 503 where nothing
   * is limited.
   */
  private static @Nullable Finding untried(Facts facts, Answer failure, LogLine line) {
    Route route = facts.route;
    boolean fixed =
        route != null
            && (route.handling() == Handling.RETURN || route.handling() == Handling.DENY)
            && route.answerStatus() == facts.status();
    if (fixed
        || facts.status() != 503
        || limit(facts, Limit.What.REQUESTS, Limit.What.CONNECTIONS) != null) {
      return null;
    }
    return facts
        .withRoute(
            Finding.likely(
                Cause.GATEWAY_MAINTENANCE,
                "the gateway answers 503 itself, without asking a service",
                failure,
                line))
        .fixedBy(Fixes.at(facts, null, Cause.GATEWAY_MAINTENANCE.fix()));
  }

  /** A declared upstream, or an address the gateway sends to, is known to be well. */
  private static boolean someWell(Facts facts) {
    return !facts.well().isEmpty()
        || facts.asGateway().stream().anyMatch(answer -> answer.seen().served());
  }
}
