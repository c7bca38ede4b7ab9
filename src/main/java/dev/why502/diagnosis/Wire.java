package dev.why502.diagnosis;

import dev.why502.diagnosis.Finding.Standing;
import dev.why502.evidence.Answer;
import dev.why502.evidence.Answer.Role;
import dev.why502.evidence.Evidence;
import dev.why502.evidence.Firewall;
import dev.why502.evidence.Firewall.Action;
import dev.why502.evidence.Listeners;
import dev.why502.evidence.SocketFile;
import dev.why502.observation.Certificate;
import dev.why502.observation.FailureKind;
import dev.why502.observation.Observation;
import dev.why502.observation.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Names what our own request to a service met: the part of the diagnosis that is the same for a
 * declared upstream, for an address that the gateway sends to, and for a probe that stands for
 * itself on this host.
 */
final class Wire {
  private Wire() {}

  /** The fault at the address that was asked; null where it served. */
  static @Nullable Finding judge(Facts facts, Answer answer) {
    Observation seen = answer.seen();
    if (seen.served() || facts.otherScheme(answer)) {
      return null;
    }
    Finding finding = seen.failure() == null ? answered(answer) : failed(facts, answer);
    return finding == null ? null : finding.of(upstream(facts, answer));
  }

  private static @Nullable String upstream(Facts facts, Answer answer) {
    return answer.upstream() != null ? answer.upstream() : facts.idAt(answer.address());
  }

  private static @Nullable Finding failed(Facts facts, Answer answer) {
    FailureKind kind = Objects.requireNonNull(answer.seen().failure());
    Phase phase = answer.seen().phase();
    String at = facts.name(answer.address());
    return switch (kind) {
      case REFUSED -> refused(facts, answer, at);
      case UNREACHABLE ->
          byRule(
              facts,
              answer,
              Action.REJECT,
              Finding.certain(
                  Cause.UPSTREAM_UNREACHABLE,
                  at
                      + " cannot be reached: "
                      + detail(answer, "no route to it, or rejected on the way"),
                  answer));
      case TIMEOUT ->
          switch (phase) {
            case CONNECT -> connectTimeout(facts, answer, at);
            case TRANSFER ->
                Finding.certain(
                    Cause.UPSTREAM_TRUNCATED, at + " stalls in the body of its answer", answer);
            case RESOLVE, TLS, REQUEST, PROCESSING -> silent(facts, answer, at);
          };
      case RESET, CLOSED ->
          phase == Phase.TRANSFER
              ? Finding.certain(
                  Cause.UPSTREAM_TRUNCATED, at + " breaks off in the body of its answer", answer)
              : closed(answer, at);
      case TRUNCATED ->
          Finding.certain(
              Cause.UPSTREAM_TRUNCATED,
              at + " breaks off in the body of its answer under a " + answer.seen().status(),
              answer);
      case INVALID -> invalid(answer, at);
      case MISSING -> missing(facts, answer, at);
      case TLS -> tls(answer, at);
      case FORBIDDEN ->
          Finding.likely(Cause.PROBER_BLIND, "the prober itself may not connect to " + at, answer);
      case NAME, LOCAL -> null;
    };
  }

  private static Finding refused(Facts facts, Answer answer, String at) {
    if (Address.unix(answer.address())) {
      return missing(facts, answer, at);
    }
    Listeners.Row row = facts.local(answer.address()) ? facts.listener(answer.address()) : null;
    if (row != null) {
      // A wildcard IPv6 socket may or may not take IPv4: only then a refusal is no contradiction.
      boolean sure =
          !Objects.requireNonNull(facts.listeners).at().isBefore(answer.at())
              && !(row.address().equals("::")
                  && row.both() == null
                  && Address.host(answer.address()).indexOf(':') < 0);
      if (sure || facts.stops(answer.address(), Action.REJECT) != null) {
        return byRule(
            facts,
            answer,
            Action.REJECT,
            Finding.certain(
                Cause.UPSTREAM_REJECTED,
                at
                    + " is refused although "
                    + row.holder()
                    + " listens on "
                    + row.text()
                    + ": a firewall refuses in its name",
                answer,
                Objects.requireNonNull(facts.listeners)));
      }
    }
    if (row == null && facts.local(answer.address()) && facts.listenersReadable()) {
      return Finding.certain(
          Cause.UPSTREAM_REFUSED,
          at + " refuses connections: nothing listens there",
          answer,
          Objects.requireNonNull(facts.listeners));
    }
    if (row == null && facts.stops(answer.address(), Action.REJECT) != null) {
      return byRule(
          facts,
          answer,
          Action.REJECT,
          Finding.certain(
              Cause.UPSTREAM_REJECTED, at + " is refused: a firewall refuses in its name", answer));
    }
    return Finding.likely(Cause.UPSTREAM_REFUSED, at + " refuses connections", answer);
  }

  private static Finding connectTimeout(Facts facts, Answer answer, String at) {
    Listeners.Row row = facts.local(answer.address()) ? facts.listener(answer.address()) : null;
    if (facts.stops(answer.address(), Action.DROP) != null) {
      return byRule(
          facts,
          answer,
          Action.DROP,
          Finding.certain(
              Cause.UPSTREAM_CONNECT_TIMEOUT,
              at + " never answers a SYN: the packets are dropped",
              answer));
    }
    if (row != null && full(row)) {
      String queue =
          row.backlog() < 0
              ? "the accept queue"
              : "the accept queue, whose limit is " + row.backlog() + ",";
      return new Finding(
          Cause.UPSTREAM_BACKLOG_FULL,
          row.backlog() < 0 ? Standing.LIKELY : Standing.CERTAIN,
          at
              + " does not answer a SYN: "
              + row.queue()
              + (row.queue() == 1 ? " connection waits in " : " connections wait in ")
              + queue
              + " of "
              + row.holder(),
          null,
          List.of(),
          List.of(answer, Objects.requireNonNull(facts.listeners)),
          null);
    }
    String text = at + " never answers a SYN: the packets are dropped";
    if (row != null && row.queue() > 0) {
      // Some wait, though fewer than may: when the SYN came, it may have been otherwise.
      return Finding.likely(
          Cause.UPSTREAM_CONNECT_TIMEOUT, text, answer, Objects.requireNonNull(facts.listeners));
    }
    if (row != null || (facts.local(answer.address()) && facts.listenersReadable())) {
      return Finding.certain(
          Cause.UPSTREAM_CONNECT_TIMEOUT, text, answer, Objects.requireNonNull(facts.listeners));
    }
    return Finding.likely(Cause.UPSTREAM_CONNECT_TIMEOUT, text, answer);
  }

  /** The same, with the rule that does it where one surely does. */
  private static Finding byRule(Facts facts, Answer answer, Action action, Finding finding) {
    Firewall.Rule rule = facts.stops(answer.address(), action);
    if (rule == null) {
      return finding;
    }
    return new Finding(
            finding.cause(),
            Standing.CERTAIN,
            finding.text() + ", by the rule \"" + rule.text() + "\" in " + rule.place(),
            finding.upstream(),
            finding.via(),
            finding.evidence(),
            null)
        .seenIn(List.of(Objects.requireNonNull(facts.firewall(answer.address()))))
        .fixedBy(Fixes.permit(facts, answer.address(), rule));
  }

  /** Nobody accepts: as many wait as may, or the limit is not known and some wait. */
  private static boolean full(Listeners.Row row) {
    return row.queue() > 0 && (row.backlog() < 0 || row.queue() >= row.backlog());
  }

  private static Finding silent(Facts facts, Answer answer, String at) {
    Listeners.Row row = facts.local(answer.address()) ? facts.listener(answer.address()) : null;
    String waited = String.format(Locale.ROOT, "%.1f s", answer.seen().durationMillis() / 1000);
    String text = at + " accepts the connection and does not answer within " + waited;
    if (row != null && row.queue() > 0) {
      text += "; " + row.queue() + " connections wait to be accepted by " + row.holder();
    }
    Finding finding = Finding.certain(Cause.UPSTREAM_TIMEOUT, text, answer);
    return row == null ? finding : finding.seenIn(List.of(Objects.requireNonNull(facts.listeners)));
  }

  private static Finding closed(Answer answer, String at) {
    String how = answer.seen().failure() == FailureKind.RESET ? "resets" : "closes";
    return Finding.certain(
        Cause.UPSTREAM_RESET,
        at + " " + how + " the connection before a whole response header",
        answer);
  }

  private static Finding invalid(Answer answer, String at) {
    String banner = answer.seen().firstBytes();
    String service = banner == null ? null : service(banner);
    if (service != null) {
      return Finding.certain(
          Cause.UPSTREAM_WRONG_SERVICE, at + " is " + service + ", not an HTTP service", answer);
    }
    return Finding.certain(
        Cause.UPSTREAM_INVALID_RESPONSE,
        at + " answers with something that is not valid HTTP" + detail(answer),
        answer);
  }

  /** A service that speaks first, or in its own way, and names itself by that. */
  static @Nullable String service(String firstBytes) {
    if (firstBytes.startsWith("SSH-")) {
      return "an SSH server";
    }
    if (firstBytes.startsWith("220 ") || firstBytes.startsWith("220-")) {
      return "an SMTP or FTP server";
    }
    if (firstBytes.startsWith("-ERR ") || firstBytes.startsWith("-NOAUTH")) {
      return "a Redis server";
    }
    if (firstBytes.startsWith("+OK ")) {
      return "a POP3 server";
    }
    if (firstBytes.startsWith("* OK")) {
      return "an IMAP server";
    }
    if (firstBytes.startsWith("RFB 0")) {
      return "a VNC server";
    }
    if (firstBytes.length() > 5
        && firstBytes.charAt(3) == 0
        && firstBytes.charAt(4) == 10
        && Character.isDigit(firstBytes.charAt(5))) {
      return "a MySQL server";
    }
    if (firstBytes.startsWith("AMQP")) {
      return "an AMQP broker";
    }
    return null;
  }

  private static Finding missing(Facts facts, Answer answer, String at) {
    SocketFile file = facts.socketFile(answer.address());
    List<Evidence> seen = new ArrayList<>(List.of(answer));
    String why = "does not exist";
    if (answer.seen().failure() == FailureKind.REFUSED) {
      why = "has nobody who listens on it";
    }
    if (file != null) {
      seen.add(file);
      if (Boolean.TRUE.equals(file.exists()) && !"socket".equals(file.type())) {
        why = "is no socket but a " + file.type();
      }
      if (answer.seen().failure() == FailureKind.REFUSED && Boolean.TRUE.equals(file.held())) {
        return Finding.likely(
                Cause.UPSTREAM_BACKLOG_FULL,
                "the socket " + at + " is listened on and refuses: its accept queue is full",
                answer)
            .seenIn(seen);
      }
    }
    return Finding.certain(Cause.UPSTREAM_SOCKET_MISSING, "the socket " + at + " " + why, answer)
        .seenIn(seen);
  }

  /** TLS that fails at a service asked by its own definition. */
  private static @Nullable Finding tls(Answer answer, String at) {
    Certificate certificate = answer.seen().certificate();
    Certificate.Problem problem =
        certificate == null || certificate.problem() == null
            ? Certificate.Problem.HANDSHAKE
            : certificate.problem();
    if (answer.role() != Role.DECLARED) {
      return Finding.certain(
          problem == Certificate.Problem.NOT_TLS
              ? Cause.UPSTREAM_INVALID_RESPONSE
              : Cause.UPSTREAM_RESET,
          at + " fails in the TLS handshake" + detail(answer),
          answer);
    }
    return Edge.tls(problem, at, answer);
  }

  private static @Nullable Finding answered(Answer answer) {
    int status = answer.seen().status();
    if (status < 500) {
      return null;
    }
    String server = Speaker.name(answer.seen().response());
    boolean gateway = Speaker.gateway(answer.seen().response());
    boolean own = Speaker.unavailable(answer.seen().response());
    boolean next = status == 502 || status == 504 || (status == 503 && (gateway || own));
    String who = server == null ? "" : " (Server: " + server + ")";
    String says = answer.address() + " answers " + status + " itself" + who;
    if (!next) {
      return Finding.certain(Cause.UPSTREAM_ERROR, says, answer);
    }
    if (gateway) {
      return Finding.certain(
          Cause.UPSTREAM_GATEWAY_ERROR,
          says + ": it is a gateway too, the fault is one hop further",
          answer);
    }
    // 502 and 504 are a gateway's to say (RFC 9110, 15.6.3 and 15.6.5), but any program can say
    // them; httpd's own 503 may be a rule's.
    return Finding.likely(
        Cause.UPSTREAM_GATEWAY_ERROR,
        says + ", which is what a gateway says: the fault is likely one hop further",
        answer);
  }

  /** A fault at which a gateway cannot get an answer at all, so that a failover hides it. */
  static boolean dead(Finding finding) {
    return switch (finding.cause()) {
      case UPSTREAM_REFUSED,
          UPSTREAM_REJECTED,
          UPSTREAM_UNREACHABLE,
          UPSTREAM_CONNECT_TIMEOUT,
          UPSTREAM_BACKLOG_FULL,
          UPSTREAM_SOCKET_MISSING,
          UPSTREAM_TIMEOUT,
          UPSTREAM_RESET,
          UPSTREAM_INVALID_RESPONSE,
          UPSTREAM_WRONG_SERVICE ->
          true;
      default -> false;
    };
  }

  private static String detail(Answer answer) {
    return answer.seen().detail() == null ? "" : ": " + answer.seen().detail();
  }

  private static String detail(Answer answer, String otherwise) {
    return answer.seen().detail() == null ? otherwise : answer.seen().detail();
  }

  static Standing weaker(Standing one, Standing other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
