package dev.why502.exporter;

import dev.why502.definition.Expectation;
import dev.why502.definition.Expectation.StatusRange;
import dev.why502.definition.Probe;
import dev.why502.definition.Request;
import dev.why502.definition.Target;
import dev.why502.definition.Threshold;
import dev.why502.diagnosis.Diagnosis;
import dev.why502.evidence.Answer;
import dev.why502.evidence.Case;
import dev.why502.observation.Mismatch;
import dev.why502.observation.Observation;
import dev.why502.observation.Outcome;
import dev.why502.observation.Visited;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The cause of a failed look, as far as this one look can tell: the service's own diagnosis, given
 * this as its only evidence. It names no process and no line of a configuration; the verdict of a
 * declared probe does.
 */
final class Blame {
  private static final String ID = "probe";

  private Blame() {}

  /**
   * The code of a cause.
   *
   * @param edge whether what answers there is what visitors meet
   */
  static String of(
      Target target,
      boolean edge,
      List<Integer> statuses,
      Visited seen,
      List<Mismatch> mismatches) {
    Expectation expect =
        new Expectation(
            statuses.isEmpty()
                ? List.of(new StatusRange(200, 299))
                : statuses.stream().map(one -> new StatusRange(one, one)).toList(),
            null,
            null,
            null,
            Map.of(),
            Map.of(),
            null);
    Probe probe =
        new Probe(
            ID,
            target,
            null,
            Map.of(),
            true,
            null,
            null,
            Request.GET,
            expect,
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Threshold.DEFAULT,
            null,
            List.of(),
            List.of());
    int port = target.endpoint().port();
    String host = seen.address() == null ? target.endpoint().host() : seen.address();
    String address = (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    Observation observation =
        new Observation(
            ID,
            target.text(),
            seen.address() == null ? null : address,
            null,
            seen.addresses(),
            seen.failure() == null ? Outcome.UNEXPECTED : Outcome.FAILED,
            seen.phase(),
            seen.failure(),
            seen.durationMillis(),
            0,
            seen.phases(),
            seen.response(),
            seen.certificate(),
            seen.firstBytes(),
            seen.detail(),
            seen.dnsDetail(),
            mismatches,
            List.of(),
            seen.at());
    Answer answer =
        new Answer(
            edge ? Answer.Role.EDGE : Answer.Role.DECLARED,
            edge ? null : ID,
            target.scheme(),
            address,
            "GET",
            target.path(),
            target.authority(),
            observation);
    Case only = new Case(probe, null, List.of(), List.of(answer), false, seen.at(), ID);
    return Diagnosis.of(only).cause().code();
  }
}
