package dev.why502.diagnosis;

import dev.why502.diagnosis.Verdict.Risk;
import dev.why502.evidence.Answer;
import dev.why502.observation.Certificate;
import dev.why502.observation.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Causes that would strike and have not yet, each with the evidence that shows it. */
final class Risks {
  /** A certificate is renewed a month before its end by every common client; half that is late. */
  static final Duration CERTIFICATE_LEFT = Duration.ofDays(14);

  private Risks() {}

  static List<Risk> of(Facts facts) {
    List<Risk> risks = new ArrayList<>();
    certificate(facts, risks);
    if (facts.pass != null && !facts.elsewhere()) {
      header(facts, risks);
      deadAddress(facts, risks);
    }
    if (facts.edited() && facts.state != null && facts.route != null) {
      risks.add(
          new Risk(
              Cause.GATEWAY_STALE_CONFIG,
              facts.state.editedFile() + " was edited and not reloaded",
              List.of(facts.state),
              Fixes.told(
                  facts,
                  "test the configuration and reload the gateway",
                  Fixes.reload(facts).toArray(String[]::new))));
    }
    return risks;
  }

  private static void certificate(Facts facts, List<Risk> risks) {
    Answer answer = facts.edge;
    Certificate certificate = answer == null ? null : answer.seen().certificate();
    if (answer == null || certificate == null || certificate.notAfter() == null) {
      return;
    }
    Instant end = certificate.notAfter();
    Duration left = Duration.between(facts.given.at(), end);
    if (left.compareTo(CERTIFICATE_LEFT) < 0) {
      risks.add(
          new Risk(
              Cause.CERTIFICATE_EXPIRING,
              "the certificate ends in " + left.toDays() + " days, on " + end,
              List.of(answer),
              Fixes.general(facts, Cause.CERTIFICATE_EXPIRING)));
    }
  }

  /** Three quarters of the buffer are used: one more cookie and the answer is a 502. */
  private static void header(Facts facts, List<Risk> risks) {
    int limit = Objects.requireNonNull(facts.pass).headerBufferBytes();
    for (Answer answer : facts.asGateway()) {
      Response response = answer.seen().response();
      if (limit > 0
          && response != null
          && response.headerBytes() > limit * 3 / 4
          && response.headerBytes() <= limit) {
        risks.add(
            new Risk(
                Cause.GATEWAY_HEADER_LIMIT,
                "the response header of "
                    + facts.name(answer.address())
                    + " has "
                    + response.headerBytes()
                    + " of the "
                    + limit
                    + " bytes that the gateway takes",
                List.of(answer, Objects.requireNonNull(facts.route)),
                Fixes.general(facts, Cause.GATEWAY_HEADER_LIMIT)));
        return;
      }
    }
  }

  /** One name, several addresses, and not each of them answers. */
  private static void deadAddress(Facts facts, List<Risk> risks) {
    for (Peers.Service service : Peers.of(facts)) {
      if (service.fault() != null || service.addresses().size() < 2) {
        continue;
      }
      for (Answer answer : service.answers()) {
        Finding fault = Wire.judge(facts, answer);
        // "localhost" as two addresses is how every host is made; that one of them is not served
        // costs a retry and nothing else.
        boolean localhost = service.peer() != null && "localhost".equals(service.peer().name());
        if (fault != null && Wire.dead(fault) && !localhost) {
          risks.add(
              new Risk(
                  fault.cause(),
                  fault.text(),
                  List.of(answer, Objects.requireNonNull(facts.route)),
                  Fixes.general(facts, fault.cause())));
          return;
        }
      }
    }
  }
}
