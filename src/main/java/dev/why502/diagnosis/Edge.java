package dev.why502.diagnosis;

import dev.why502.evidence.Answer;
import dev.why502.evidence.GatewayState;
import dev.why502.observation.Certificate;
import dev.why502.observation.FailureKind;
import dev.why502.observation.Mismatch;
import dev.why502.observation.Observation;
import dev.why502.observation.Phase;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Names what a request to the edge met, as far as the answer alone shows it: the first link of
 * every chain, and the whole of it where nothing deeper is known.
 */
final class Edge {
  private Edge() {}

  static @Nullable Finding judge(Facts facts) {
    Answer answer = facts.failure();
    if (answer == null) {
      answer = facts.edge;
    }
    return answer == null || answer.seen().expected() ? null : judge(facts, answer);
  }

  static @Nullable Finding judge(Facts facts, Answer answer) {
    Observation seen = answer.seen();
    return seen.failure() == null ? answered(answer) : failed(facts, answer, seen.failure());
  }

  private static @Nullable Finding failed(Facts facts, Answer answer, FailureKind kind) {
    Observation seen = answer.seen();
    String at = seen.address() == null ? answer.address() : seen.address();
    String name = facts.probe.target().endpoint().text();
    return switch (kind) {
      case NAME ->
          Finding.certain(
              Cause.EDGE_DNS,
              "the name of "
                  + name
                  + " does not resolve"
                  + (seen.dnsDetail() == null ? "" : ": " + seen.dnsDetail()),
              answer);
      case REFUSED -> refused(facts, answer, at);
      case UNREACHABLE ->
          Finding.certain(
              Cause.EDGE_UNREACHABLE,
              at + " cannot be reached: no route, or rejected on the way",
              answer);
      case TIMEOUT ->
          switch (seen.phase()) {
            case RESOLVE ->
                Finding.certain(Cause.EDGE_DNS, "the name of " + name + " is not answered", answer);
            case CONNECT ->
                Finding.certain(Cause.EDGE_CONNECT_TIMEOUT, at + " never answers a SYN", answer);
            case TLS ->
                Finding.certain(
                    Cause.EDGE_TIMEOUT,
                    at + " accepts the connection and never answers the TLS handshake",
                    answer);
            case REQUEST, PROCESSING ->
                Finding.certain(
                    Cause.EDGE_TIMEOUT,
                    String.format(
                        Locale.ROOT,
                        "%s accepts the request and does not answer within %.1f s",
                        at,
                        seen.durationMillis() / 1000),
                    answer);
            case TRANSFER ->
                Finding.certain(
                    Cause.EDGE_TIMEOUT,
                    at + " stalls in the body under a " + seen.status(),
                    answer);
          };
      case RESET, CLOSED ->
          seen.phase() == Phase.CONNECT
              ? Finding.certain(Cause.EDGE_RESET, at + " resets the connection at once", answer)
              : seen.phase() == Phase.TLS
                  ? Finding.certain(
                      Cause.EDGE_TLS_HANDSHAKE, at + " closes in the TLS handshake", answer)
                  : seen.phase() == Phase.TRANSFER
                      ? Finding.certain(
                          Cause.EDGE_RESET,
                          at + " breaks off in the body under a " + seen.status(),
                          answer)
                      : Finding.certain(
                          Cause.EDGE_RESET,
                          at + " closes the connection without a response",
                          answer);
      case TRUNCATED ->
          Finding.certain(
              Cause.EDGE_RESET,
              "the body of the answer of " + at + " breaks off under a " + seen.status(),
              answer);
      case INVALID ->
          Finding.certain(
              Cause.EDGE_INVALID_RESPONSE, "what " + at + " answers is not HTTP", answer);
      case TLS -> {
        Certificate certificate = seen.certificate();
        yield tls(
            certificate == null || certificate.problem() == null
                ? Certificate.Problem.HANDSHAKE
                : certificate.problem(),
            at,
            answer);
      }
      case MISSING -> Finding.certain(Cause.EDGE_REFUSED, at + " does not exist", answer);
      case FORBIDDEN ->
          Finding.likely(Cause.PROBER_BLIND, "the prober may not connect to " + at, answer);
      case LOCAL ->
          Finding.certain(
              Cause.PROBER_OVERLOADED,
              "the prober itself could not send the request"
                  + (seen.detail() == null ? "" : ": " + seen.detail()),
              answer);
    };
  }

  private static Finding refused(Facts facts, Answer answer, String at) {
    GatewayState state = facts.state;
    boolean down = state != null && Boolean.FALSE.equals(state.running());
    boolean nobody = facts.local(at) && facts.listenersReadable() && facts.listener(at) == null;
    String text = at + " refuses connections: nothing listens at the edge";
    Finding finding =
        nobody || down
            ? Finding.certain(
                Cause.EDGE_REFUSED,
                text
                    + (down
                        ? ", " + Objects.requireNonNull(state).gateway() + " does not run"
                        : ""),
                answer)
            : Finding.likely(Cause.EDGE_REFUSED, text, answer);
    if (nobody) {
      finding = finding.seenIn(List.of(Objects.requireNonNull(facts.listeners)));
    }
    return down ? finding.seenIn(List.of(Objects.requireNonNull(state))) : finding;
  }

  static Finding tls(Certificate.Problem problem, String at, Answer answer) {
    Certificate seen = answer.seen().certificate();
    return switch (problem) {
      case EXPIRED ->
          Finding.certain(
              Cause.EDGE_TLS_EXPIRED,
              "the certificate of "
                  + at
                  + " has expired"
                  + (seen == null || seen.notAfter() == null ? "" : " on " + seen.notAfter()),
              answer);
      case NOT_YET_VALID ->
          Finding.certain(
              Cause.EDGE_TLS_EXPIRED,
              "the certificate of "
                  + at
                  + " is not valid yet"
                  + (seen == null || seen.notBefore() == null
                      ? ""
                      : ", only from " + seen.notBefore()),
              answer);
      case WRONG_HOST ->
          Finding.certain(
              Cause.EDGE_TLS_WRONG_HOST,
              "the certificate of "
                  + at
                  + " is for another name"
                  + (seen == null || seen.names().isEmpty()
                      ? ""
                      : ": " + String.join(", ", seen.names())),
              answer);
      case UNTRUSTED ->
          Finding.certain(
              Cause.EDGE_TLS_UNTRUSTED,
              "the certificate of "
                  + at
                  + " is not trusted"
                  + (seen == null || seen.issuer() == null
                      ? ""
                      : "; its issuer is " + seen.issuer()),
              answer);
      case NOT_TLS -> Finding.certain(Cause.EDGE_TLS_HANDSHAKE, at + " does not speak TLS", answer);
      case ALERT, HANDSHAKE ->
          Finding.certain(
              Cause.EDGE_TLS_HANDSHAKE,
              "the TLS handshake with "
                  + at
                  + " fails"
                  + (seen == null || seen.detail() == null ? "" : ": " + seen.detail()),
              answer);
    };
  }

  private static @Nullable Finding answered(Answer answer) {
    Observation seen = answer.seen();
    int status = seen.status();
    String server = Speaker.name(seen.response());
    String who = server == null ? "" : " (" + server + ")";
    boolean statusRefused = has(seen, Mismatch.What.STATUS) || has(seen, Mismatch.What.UPGRADE);
    if (statusRefused && status >= 500) {
      return Finding.likely(symptom(status), "the edge answered " + status + who, answer);
    }
    if (has(seen, Mismatch.What.REDIRECT_LOOP)) {
      return expectation(Cause.REDIRECT_LOOP, answer, Mismatch.What.REDIRECT_LOOP, "");
    }
    if (statusRefused) {
      return Finding.certain(
          Cause.UNEXPECTED_STATUS, "the answer is " + status + ", which is not expected", answer);
    }
    if (has(seen, Mismatch.What.BODY)) {
      return expectation(Cause.UNEXPECTED_BODY, answer, Mismatch.What.BODY, "body: ");
    }
    if (has(seen, Mismatch.What.HEADER)) {
      return expectation(Cause.UNEXPECTED_HEADER, answer, Mismatch.What.HEADER, "header: ");
    }
    if (has(seen, Mismatch.What.WITHIN)) {
      return expectation(Cause.SLOW_RESPONSE, answer, Mismatch.What.WITHIN, "");
    }
    if (has(seen, Mismatch.What.CERTIFICATE_DAYS)) {
      return expectation(Cause.CERTIFICATE_EXPIRING, answer, Mismatch.What.CERTIFICATE_DAYS, "");
    }
    return null;
  }

  static Cause symptom(int status) {
    return switch (status) {
      case 502 -> Cause.GATEWAY_BAD_GATEWAY;
      case 503 -> Cause.GATEWAY_UNAVAILABLE;
      case 504 -> Cause.GATEWAY_TIMEOUT;
      default -> Cause.GATEWAY_ERROR;
    };
  }

  private static Finding expectation(
      Cause cause, Answer answer, Mismatch.What what, String prefix) {
    Mismatch mismatch =
        answer.seen().mismatches().stream().filter(m -> m.what() == what).findFirst().orElseThrow();
    return Finding.certain(
        cause, prefix + "expected " + mismatch.expected() + ", got " + mismatch.got(), answer);
  }

  static boolean has(Observation seen, Mismatch.What what) {
    return seen.mismatches().stream().anyMatch(mismatch -> mismatch.what() == what);
  }
}
