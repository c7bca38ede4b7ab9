package dev.why502.diagnosis;

import dev.why502.diagnosis.Finding.Standing;
import dev.why502.evidence.Answer;
import dev.why502.evidence.Answer.Role;
import dev.why502.evidence.Evidence;
import dev.why502.evidence.Firewall;
import dev.why502.evidence.LogLine;
import dev.why502.evidence.LogLine.Event;
import dev.why502.evidence.Resolution;
import dev.why502.evidence.Route;
import dev.why502.evidence.SocketFile;
import dev.why502.observation.Certificate;
import dev.why502.observation.FailureKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The gateway gets no connection to its upstream: it cannot name, trust, reach or choose it. */
final class ConnectRules {
  private ConnectRules() {}

  static @Nullable Finding upstreamDns(Facts facts) {
    if (facts.edge != null && facts.failure() == null) {
      return null;
    }
    LogLine line = facts.line(Event.NOT_RESOLVED);
    if (line != null && facts.gatewayReached()) {
      Finding finding =
          facts.withRoute(
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

  /** The name that the gateway says it cannot resolve. */
  private static String unresolved(String text) {
    int end = text.indexOf(" could not be resolved");
    if (end > 0) {
      return " " + text.substring(text.lastIndexOf(' ', end - 1) + 1, end);
    }
    for (String before :
        List.of(
            "no resolver defined to resolve ",
            "host not found in upstream \"",
            "DNS lookup failure for: ",
            "dial tcp: lookup ",
            "\"lookup ")) {
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

  static @Nullable Finding untrusted(Facts facts) {
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
        line != null && facts.peer(line) != null
            ? Objects.requireNonNull(facts.peer(line))
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
    return facts
        .withRoute(finding)
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

  static @Nullable Finding denied(Facts facts) {
    Answer failure = facts.failure();
    if (failure == null || !facts.gatewayError()) {
      return null;
    }
    LogLine forbidden = facts.line(Event.CONNECT_FORBIDDEN);
    if (forbidden != null && facts.peer(forbidden) != null) {
      String peer = Objects.requireNonNull(facts.peer(forbidden));
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
      return facts.withRoute(finding).fixedBy(deniedFix(facts, peer));
    }
    Finding rule = deniedByRule(facts);
    if (rule != null) {
      return rule;
    }
    // Its connect fails in another way, and ours to the same address does not.
    if (facts.elsewhere() || facts.sometimes()) {
      return null;
    }
    for (LogLine line : facts.lines) {
      String peer = facts.peer(line);
      if (peer == null
          || line.tie() != LogLine.Tie.OURS
          || line.stage() == LogLine.Stage.HANDSHAKING
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
        return facts
            .withRoute(
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
        return facts
            .withRoute(
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

  /** The firewall has a rule for the gateway's user, and ours is another one. */
  private static @Nullable Finding deniedByRule(Facts facts) {
    String user = facts.state == null ? null : facts.state.user();
    if (user == null || facts.elsewhere()) {
      return null;
    }
    for (Answer answer : facts.asGateway()) {
      Firewall firewall = facts.firewall(answer.address());
      if (firewall == null || !answer.seen().served()) {
        continue;
      }
      for (Firewall.Rule rule : firewall.rules()) {
        if (user.equals(rule.user())) {
          return facts
              .withRoute(
                  Finding.certain(
                          Cause.GATEWAY_DENIED,
                          "the firewall forbids the gateway's user "
                              + user
                              + " to connect to "
                              + facts.name(answer.address())
                              + ", by the rule \""
                              + rule.text()
                              + "\" in "
                              + rule.place(),
                          firewall,
                          answer,
                          Objects.requireNonNull(facts.state))
                      .of(facts.idAt(answer.address())))
              .fixedBy(Fixes.permit(facts, answer.address(), rule));
        }
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
}
