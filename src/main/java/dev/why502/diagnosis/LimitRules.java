package dev.why502.diagnosis;

import dev.why502.diagnosis.Finding.Standing;
import dev.why502.evidence.Answer;
import dev.why502.evidence.Answer.Role;
import dev.why502.evidence.Evidence;
import dev.why502.evidence.GatewayState;
import dev.why502.evidence.LogLine;
import dev.why502.evidence.LogLine.Event;
import dev.why502.evidence.Resolution;
import dev.why502.evidence.Route;
import dev.why502.evidence.Route.Handling;
import dev.why502.evidence.Route.Limit;
import dev.why502.evidence.SocketFile;
import dev.why502.observation.Certificate;
import dev.why502.observation.FailureKind;
import dev.why502.observation.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The gateway's own limits, rules and checks refuse what the service would answer. */
final class LimitRules {
  private LimitRules() {}

  static List<Rule> all() {
    return List.of(
        new Rule(Cause.GATEWAY_UPSTREAM_DNS, LimitRules::upstreamDns),
        new Rule(Cause.GATEWAY_EXHAUSTED, LimitRules::exhausted),
        new Rule(Cause.GATEWAY_LIMITED, LimitRules::limited),
        new Rule(Cause.GATEWAY_FORBIDS, LimitRules::forbids),
        new Rule(Cause.GATEWAY_BODY_LIMIT, LimitRules::bodyLimit),
        new Rule(Cause.GATEWAY_MAINTENANCE, LimitRules::maintenance),
        new Rule(Cause.GATEWAY_UPSTREAM_UNTRUSTED, LimitRules::untrusted),
        new Rule(Cause.GATEWAY_HEADER_LIMIT, LimitRules::headerLimit),
        new Rule(Cause.GATEWAY_TIMEOUT_TOO_SHORT, LimitRules::timeoutTooShort),
        new Rule(Cause.GATEWAY_DENIED, LimitRules::denied),
        new Rule(Cause.GATEWAY_MARKED_DOWN, LimitRules::markedDown),
        new Rule(Cause.GATEWAY_MISDIRECTED, LimitRules::misdirected));
  }

  private static Finding withRoute(Facts facts, Finding finding) {
    return facts.route != null && facts.route.access().readable()
        ? finding.seenIn(List.of(facts.route))
        : finding;
  }

  /** Every address that the gateway sends to gave our own request a good answer. */
  private static boolean allWell(Facts facts) {
    List<Peers.Service> services = Peers.of(facts);
    return !services.isEmpty()
        && services.stream().allMatch(service -> service.fault() == null)
        && services.stream().anyMatch(service -> !service.answers().isEmpty());
  }

  /** A declared upstream, or an address the gateway sends to, is known to be well. */
  private static boolean someWell(Facts facts) {
    return !facts.well().isEmpty()
        || facts.asGateway().stream().anyMatch(answer -> answer.seen().served());
  }

  private static @Nullable Finding upstreamDns(Facts facts) {
    if (facts.edge != null && facts.failure() == null) {
      return null;
    }
    LogLine line = facts.line(Event.NOT_RESOLVED);
    if (line != null && facts.gatewayReached()) {
      Finding finding =
          withRoute(
              facts,
              Finding.certain(
                  Cause.GATEWAY_UPSTREAM_DNS,
                  "the gateway cannot resolve its upstream's name"
                      + unresolved(line.text())
                      + place(facts),
                  line));
      return finding.fixedBy(dnsFix(facts, line.text().contains("no resolver defined")));
    }
    if (facts.pass == null) {
      return null;
    }
    boolean reached = facts.edge == null || (facts.gatewayReached() && facts.gatewayError());
    for (String unknown : facts.route == null ? List.<String>of() : facts.route.unknown()) {
      if (unknown.startsWith("no resolver defined") && reached && facts.status() >= 500) {
        return Finding.likely(
                Cause.GATEWAY_UPSTREAM_DNS,
                facts.pass.place() + ": " + unknown,
                Objects.requireNonNull(facts.route))
            .fixedBy(dnsFix(facts, true));
      }
    }
    for (Route.Peer peer : facts.pass.peers()) {
      // An address that it tried shows that the gateway has resolved the name, whatever we get.
      if (peer.address() != null
          || peer.name() == null
          || peer.down()
          || !facts.triedPeers().isEmpty()) {
        continue;
      }
      Resolution resolution =
          facts
              .given
              .all(Resolution.class)
              .filter(r -> r.name().equals(peer.name()))
              .findFirst()
              .orElse(null);
      // A name that is unknown when nginx starts keeps it from starting: then the edge refuses.
      boolean refused =
          facts.edgeFailed(FailureKind.REFUSED)
              && facts.state != null
              && !Boolean.TRUE.equals(facts.state.running());
      if (!reached && !refused) {
        continue;
      }
      Finding finding =
          Finding.likely(
              Cause.GATEWAY_UPSTREAM_DNS,
              peer.place()
                  + " names "
                  + peer.name()
                  + ", which does not resolve"
                  + (resolution == null || resolution.failure() == null
                      ? ""
                      : " (" + resolution.failure() + ")")
                  + (refused ? ": the gateway does not start with it" : ""),
              Objects.requireNonNull(facts.route));
      if (resolution != null) {
        finding = finding.seenIn(List.of(resolution));
      }
      return finding.fixedBy(dnsFix(facts, false));
    }
    return null;
  }

  /** The name that nginx says it cannot resolve. */
  private static String unresolved(String text) {
    int end = text.indexOf(" could not be resolved");
    if (end > 0) {
      return " " + text.substring(text.lastIndexOf(' ', end - 1) + 1, end);
    }
    for (String before :
        List.of("no resolver defined to resolve ", "host not found in upstream \"")) {
      int from = text.indexOf(before);
      if (from >= 0) {
        int start = from + before.length();
        int stop = start;
        while (stop < text.length() && ",\" ".indexOf(text.charAt(stop)) < 0) {
          stop++;
        }
        return " " + text.substring(start, stop);
      }
    }
    return "";
  }

  private static String place(Facts facts) {
    return facts.pass == null
        ? ""
        : " (" + facts.pass.place() + ": " + facts.pass.place().text() + ")";
  }

  private static Fix dnsFix(Facts facts, boolean noResolver) {
    return Fixes.at(
        facts,
        facts.pass == null ? null : facts.pass.place(),
        noResolver
            ? "name a resolver for the variable in proxy_pass, or write the address without one"
            : Cause.GATEWAY_UPSTREAM_DNS.fix());
  }

  private static @Nullable Finding exhausted(Facts facts) {
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
      return withRoute(
              facts,
              Finding.certain(Cause.GATEWAY_EXHAUSTED, "the gateway has run out of " + what, line))
          .fixedBy(
              Fixes.told(
                  facts,
                  "raise its limit of " + what + ", and find what holds so many connections"));
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

  private static @Nullable Finding limited(Facts facts) {
    LogLine line = facts.line(Event.LIMITED_REQUESTS, Event.LIMITED_CONNECTIONS);
    Answer failure = facts.failure();
    if (failure == null) {
      return null;
    }
    Limit limit = limit(facts, Limit.What.REQUESTS, Limit.What.CONNECTIONS);
    if (line != null && facts.status() >= 400) {
      return withRoute(
              facts,
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
    if (limit != null
        && limit.status() == facts.status()
        && (allWell(facts) || !facts.well().isEmpty())) {
      return withRoute(
              facts,
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

  private static @Nullable Finding forbids(Facts facts) {
    int status = facts.status();
    if (status != 401 && status != 403) {
      return null;
    }
    Answer failure = Objects.requireNonNull(facts.failure());
    boolean itself =
        facts.answers.stream()
            .anyMatch(answer -> !answer.edge() && answer.seen().status() == status);
    LogLine line = facts.line(Event.FORBIDDEN_BY_RULE, Event.AUTHENTICATION);
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
    return withRoute(facts, finding)
        .fixedBy(
            Fixes.at(
                facts,
                route != null && route.answerPlace() != null
                    ? route.answerPlace()
                    : authentication == null ? null : authentication.place(),
                Cause.GATEWAY_FORBIDS.fix()));
  }

  private static @Nullable Finding bodyLimit(Facts facts) {
    if (facts.status() != 413) {
      return null;
    }
    Answer failure = Objects.requireNonNull(facts.failure());
    LogLine line = facts.line(Event.BODY_TOO_LARGE);
    Limit limit = limit(facts, Limit.What.BODY);
    String body = facts.probe.request().body();
    int length = body == null ? 0 : body.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
    boolean over = limit != null && limit.value() > 0 && length > limit.value();
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
        Finding.certain(
            Cause.GATEWAY_BODY_LIMIT,
            "the request's body of "
                + length
                + " bytes exceeds the gateway's limit"
                + (limit == null ? "" : " of " + limit.value() + " (" + limit.place() + ")"),
            failure);
    if (line != null) {
      finding = finding.seenIn(List.of(line));
    }
    return withRoute(facts, finding)
        .fixedBy(
            Fixes.at(
                facts,
                limit == null ? null : limit.place(),
                "raise client_max_body_size above " + length + " bytes, or send less"));
  }

  private static @Nullable Finding maintenance(Facts facts) {
    Route route = facts.route;
    Answer failure = facts.failure();
    if (route == null || route.handling() != Handling.RETURN) {
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
    boolean closed =
        route.answerStatus() == 444
            && (facts.edgeFailed(FailureKind.CLOSED) || facts.edgeFailed(FailureKind.RESET));
    boolean same = status >= 500 && route.answerStatus() == status;
    if (!same && !closed) {
      return null;
    }
    return Finding.certain(
            Cause.GATEWAY_MAINTENANCE,
            route.answerPlace()
                + " answers "
                + route.answerStatus()
                + " itself, without asking a service",
            failure,
            route)
        .fixedBy(Fixes.at(facts, route.answerPlace(), Cause.GATEWAY_MAINTENANCE.fix()));
  }

  private static @Nullable Finding untrusted(Facts facts) {
    if (facts.edge != null && !(facts.failure() != null && facts.gatewayError())) {
      return null;
    }
    LogLine line = facts.line(Event.TLS_UNTRUSTED, Event.TLS_NAME_MISMATCH);
    Answer problem =
        facts.asGateway().stream()
            .filter(
                answer ->
                    answer.seen().certificate() != null
                        && answer.seen().certificate().problem() != null
                        && answer.seen().certificate().problem() != Certificate.Problem.NOT_TLS
                        && answer.seen().certificate().problem() != Certificate.Problem.ALERT
                        && answer.seen().certificate().problem() != Certificate.Problem.HANDSHAKE)
            .findFirst()
            .orElse(null);
    boolean verifies = facts.pass != null && facts.pass.verify();
    if (line == null && !(verifies && problem != null)) {
      return null;
    }
    String why =
        problem == null || problem.seen().certificate() == null
            ? ""
            : ": " + words(Objects.requireNonNull(problem.seen().certificate()));
    List<Evidence> seen = new ArrayList<>();
    if (line != null) {
      seen.add(line);
    }
    if (problem != null) {
      seen.add(problem);
    }
    String peer =
        line != null && line.peer() != null
            ? line.peer()
            : problem == null ? "its upstream" : problem.address();
    Finding finding =
        new Finding(
            Cause.GATEWAY_UPSTREAM_UNTRUSTED,
            line != null || facts.given.checking() ? Standing.CERTAIN : Standing.LIKELY,
            "the gateway refuses the certificate of " + facts.name(peer) + why,
            facts.idAt(peer),
            List.of(),
            List.copyOf(seen),
            null);
    return withRoute(facts, finding)
        .fixedBy(
            Fixes.at(
                facts,
                facts.pass == null ? null : facts.pass.place(),
                Cause.GATEWAY_UPSTREAM_UNTRUSTED.fix()));
  }

  private static String words(Certificate certificate) {
    Certificate.Problem problem = certificate.problem();
    if (problem == null) {
      return "it is not accepted";
    }
    return switch (problem) {
      case EXPIRED -> "it expired on " + certificate.notAfter();
      case NOT_YET_VALID -> "it is valid only from " + certificate.notBefore();
      case WRONG_HOST -> "it is for " + String.join(", ", certificate.names());
      case UNTRUSTED -> "its issuer is not trusted";
      case NOT_TLS, ALERT, HANDSHAKE -> "the handshake fails";
    };
  }

  private static @Nullable Finding headerLimit(Facts facts) {
    if (facts.edge != null && !(facts.failure() != null && facts.gatewayError())) {
      return null;
    }
    LogLine line = facts.line(Event.HEADER_TOO_BIG);
    int limit = facts.pass == null ? 0 : facts.pass.headerBufferBytes();
    Answer measured = null;
    for (Answer answer : facts.answers) {
      if (!answer.edge()
          && answer.seen().served()
          && answer.seen().response() != null
          && (measured == null
              || Objects.requireNonNull(answer.seen().response()).headerBytes()
                  > Objects.requireNonNull(measured.seen().response()).headerBytes())
          && (facts.pass == null || facts.routesTo(answer.address()))) {
        measured = answer;
      }
    }
    int bytes =
        measured == null ? 0 : Objects.requireNonNull(measured.seen().response()).headerBytes();
    boolean over = limit > 0 && bytes > limit;
    if (line == null && !over) {
      return null;
    }
    List<Evidence> seen = new ArrayList<>();
    if (line != null) {
      seen.add(line);
    }
    if (measured != null) {
      seen.add(measured);
    }
    String peer =
        line != null && line.peer() != null
            ? line.peer()
            : measured == null ? null : measured.address();
    Finding finding =
        new Finding(
            Cause.GATEWAY_HEADER_LIMIT,
            line != null || facts.given.checking() ? Standing.CERTAIN : Standing.LIKELY,
            "the response header of "
                + (peer == null ? "the upstream" : facts.name(peer))
                + (bytes > 0 ? " has " + bytes + " bytes" : "")
                + (limit > 0 ? "; the gateway's buffer takes " + limit : " exceeds the buffer"),
            facts.idAt(peer),
            List.of(),
            List.copyOf(seen),
            null);
    int wanted = 4096;
    while (wanted < bytes * 5 / 4) {
      wanted *= 2;
    }
    String kilo = wanted / 1024 + "k";
    return withRoute(facts, finding)
        .fixedBy(
            facts.pass == null || bytes == 0
                ? Fixes.general(facts, Cause.GATEWAY_HEADER_LIMIT)
                : Fixes.insertAfter(
                    facts,
                    facts.pass.place(),
                    "proxy_buffer_size "
                        + kilo
                        + "; proxy_buffers 8 "
                        + kilo
                        + "; proxy_busy_buffers_size "
                        + wanted / 512
                        + "k;",
                    "shorten the service's header, or give the gateway a buffer of " + kilo));
  }

  private static @Nullable Finding timeoutTooShort(Facts facts) {
    Answer failure = facts.failure();
    if (failure == null || !facts.gatewayError() || facts.elsewhere()) {
      return null;
    }
    LogLine line = facts.line(Event.RESPONSE_TIMEOUT, Event.BODY_BROKEN);
    boolean timedOut =
        line != null && (line.event() == Event.RESPONSE_TIMEOUT || line.errno() == 110);
    double waited = failure.seen().phases().getOrDefault(Phase.PROCESSING, 0.0);
    for (Answer answer : facts.answers) {
      boolean there =
          answer.role() == Role.AS_GATEWAY
              || (answer.role() == Role.DECLARED && facts.pass == null)
              || answer.role() == Role.AS_CLIENT;
      if (!there
          || !answer.seen().served()
          || (facts.pass != null && !facts.routesTo(answer.address()))) {
        continue;
      }
      double took = answer.seen().phases().getOrDefault(Phase.PROCESSING, 0.0);
      long limit = facts.pass == null ? -1 : facts.pass.readTimeoutMillis();
      boolean longer =
          limit >= 0 ? took > limit : took > waited + Facts.SLACK_MILLIS && facts.status() == 504;
      boolean gaveUp = facts.status() == 504 || facts.status() == 502 || timedOut;
      if (longer && gaveUp && (limit < 0 || waited >= limit - Facts.SLACK_MILLIS)) {
        String text =
            String.format(
                Locale.ROOT,
                "%s answers well after %.1f s; the gateway waits %.1f s",
                facts.name(answer.address()),
                took / 1000,
                (limit >= 0 ? limit : waited) / 1000.0);
        Finding finding =
            new Finding(
                Cause.GATEWAY_TIMEOUT_TOO_SHORT,
                limit >= 0 || timedOut ? Standing.CERTAIN : Standing.LIKELY,
                text,
                facts.idAt(answer.address()),
                List.of(),
                line == null ? List.of(answer) : List.of(answer, line),
                null);
        long seconds = (long) Math.ceil(took / 1000 * 2);
        return withRoute(facts, finding)
            .fixedBy(
                facts.pass == null
                    ? Fixes.general(facts, Cause.GATEWAY_TIMEOUT_TOO_SHORT)
                    : Fixes.at(
                        facts,
                        facts.pass.place(),
                        "make the service faster, or let the gateway wait: proxy_read_timeout "
                            + seconds
                            + "s"));
      }
    }
    return null;
  }

  private static @Nullable Finding denied(Facts facts) {
    Answer failure = facts.failure();
    if (failure == null || !facts.gatewayError()) {
      return null;
    }
    LogLine forbidden = facts.line(Event.CONNECT_FORBIDDEN);
    if (forbidden != null && forbidden.peer() != null) {
      String peer = forbidden.peer();
      SocketFile file = facts.socketFile(peer);
      Finding finding =
          Finding.certain(
                  Cause.GATEWAY_DENIED,
                  "the system forbids the gateway to connect to "
                      + facts.name(peer)
                      + " (permission denied)"
                      + (file == null || file.mode() == null
                          ? ""
                          : "; the socket is "
                              + file.mode()
                              + " "
                              + file.owner()
                              + ":"
                              + file.group()),
                  forbidden)
              .of(facts.idAt(peer));
      if (file != null) {
        finding = finding.seenIn(List.of(file));
      }
      return withRoute(facts, finding).fixedBy(deniedFix(facts, peer));
    }
    // Its connect fails in another way, and ours to the same address does not.
    if (facts.elsewhere() || facts.sometimes()) {
      return null;
    }
    for (LogLine line : facts.lines) {
      String peer = line.peer();
      if (peer == null
          || line.tie() != LogLine.Tie.OURS
          || !UpstreamRules.isConnect(line.event())) {
        continue;
      }
      Answer direct = facts.asked(Role.AS_GATEWAY, peer);
      if (direct == null) {
        direct = facts.asked(Role.DECLARED, peer);
      }
      // A service that comes back in the middle of a look connects too: only an edge that goes on
      // failing, though its service answers well, shows that something stands between.
      boolean connects = direct != null && direct.seen().served();
      boolean goesOn =
          !facts.again.isEmpty()
              && facts.again.stream()
                  .allMatch(
                      again ->
                          !again.seen().served()
                              && again.seen().status() == failure.seen().status());
      if (connects && goesOn) {
        return withRoute(
                facts,
                Finding.likely(
                        Cause.GATEWAY_DENIED,
                        "the gateway cannot connect to "
                            + facts.name(peer)
                            + " and others can: a rule for its user or process stands between",
                        line,
                        Objects.requireNonNull(direct))
                    .of(facts.idAt(peer)))
            .fixedBy(deniedFix(facts, peer));
      }
    }
    // Without a log: a socket whose permissions keep the gateway's user out.
    for (Answer answer : facts.asGateway()) {
      SocketFile file = facts.socketFile(answer.address());
      String user = facts.state == null ? null : facts.state.user();
      if (file == null || file.mode() == null || user == null || !answer.seen().served()) {
        continue;
      }
      boolean others = file.mode().length() >= 9 && file.mode().charAt(7) == 'w';
      boolean owner = user.equals(file.owner());
      boolean group = user.equals(file.group()) && file.mode().charAt(4) == 'w';
      if (!others && !owner && !group && !user.equals("root")) {
        return withRoute(
                facts,
                Finding.likely(
                        Cause.GATEWAY_DENIED,
                        "the socket "
                            + answer.address()
                            + " is "
                            + file.mode()
                            + " "
                            + file.owner()
                            + ":"
                            + file.group()
                            + ", and the gateway runs as "
                            + user,
                        file,
                        answer)
                    .of(facts.idAt(answer.address())))
            .fixedBy(deniedFix(facts, answer.address()));
      }
    }
    return null;
  }

  private static Fix deniedFix(Facts facts, String peer) {
    return Fixes.at(
        facts,
        facts.pass == null ? null : facts.pass.place(),
        Address.unix(peer)
            ? "let the gateway's user write to " + peer + ": set the group and mode of the socket"
            : "permit the gateway's user to connect to "
                + peer
                + " (SELinux: setsebool -P httpd_can_network_connect on; else the firewall's rule"
                + " for its user)");
  }

  private static @Nullable Finding markedDown(Facts facts) {
    if (facts.failure() == null || !facts.gatewayError() || facts.elsewhere()) {
      return null;
    }
    LogLine line = facts.line(Event.NO_LIVE_UPSTREAMS);
    LogLine down = facts.line(Event.PEER_DOWN);
    List<Peers.Service> services = Peers.of(facts);
    boolean someWell =
        services.stream()
            .anyMatch(service -> service.fault() == null && !service.answers().isEmpty());
    if (facts.pass != null
        && !facts.pass.peers().isEmpty()
        && facts.pass.peers().stream().allMatch(Route.Peer::down)) {
      Route.Peer first = facts.pass.peers().get(0);
      Finding finding =
          Finding.certain(
              Cause.GATEWAY_MARKED_DOWN,
              "every server behind "
                  + facts.pass.place()
                  + " is marked down in the configuration, "
                  + first.address()
                  + " at "
                  + first.place(),
              Objects.requireNonNull(facts.route));
      return finding.fixedBy(
          Fixes.at(facts, first.place(), "take the word down from the server that is to serve"));
    }
    if (line != null && (someWell || (services.isEmpty() && !facts.well().isEmpty()))) {
      String which =
          services.isEmpty()
              ? "its upstreams"
              : String.join(
                  ", ",
                  services.stream()
                      .filter(service -> service.fault() == null)
                      .map(service -> facts.name(service.addresses().get(0)))
                      .toList());
      Finding finding =
          Finding.certain(
              Cause.GATEWAY_MARKED_DOWN,
              "the gateway holds " + which + " out of use, though " + they(services) + " again",
              line);
      for (Peers.Service service : services) {
        finding = finding.seenIn(service.answers());
      }
      if (down != null) {
        finding = finding.seenIn(List.of(down));
      }
      return withRoute(facts, finding).fixedBy(markFix(facts));
    }
    boolean pool =
        facts.pass != null
            && facts.peers().size() > 1
            && facts.peers().stream().allMatch(peer -> peer.maxFails() > 0);
    double took = facts.failure().seen().durationMillis();
    if (line == null
        && pool
        && allWell(facts)
        && (facts.status() == 502 || facts.status() == 503)
        && took < 1000
        && facts.triedPeers().isEmpty()
        && !facts.logSilent()
        && !facts.edited()) {
      Finding finding =
          Finding.possible(
              Cause.GATEWAY_MARKED_DOWN,
              "every peer of "
                  + Objects.requireNonNull(facts.pass).place()
                  + " answers well and the gateway answers "
                  + facts.status()
                  + " at once: it may hold them out of use",
              Objects.requireNonNull(facts.route));
      return finding.fixedBy(markFix(facts));
    }
    if (line != null && !someWell && !services.isEmpty()) {
      return Finding.contradicted(
          Cause.GATEWAY_MARKED_DOWN, "its peers do not answer: they are out of use for a reason");
    }
    return null;
  }

  private static String they(List<Peers.Service> services) {
    return services.size() == 1 ? "it answers" : "they answer";
  }

  private static Fix markFix(Facts facts) {
    return Fixes.told(
        facts, Cause.GATEWAY_MARKED_DOWN.fix(), Fixes.reload(facts).toArray(String[]::new));
  }

  /** The gateway fails, the declared service is well, and nothing shows where the gateway sends. */
  private static @Nullable Finding misdirected(Facts facts) {
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
        && facts.status() != 400) {
      return null;
    }
    if (!facts.lines.isEmpty()
        && facts.lines.stream().anyMatch(line -> line.tie() == LogLine.Tie.OURS)) {
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
