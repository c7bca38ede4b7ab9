package dev.why502.browser;

import dev.why502.bus.Samples;
import dev.why502.definition.Request.Header;
import dev.why502.definition.Scheme;
import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.Confidence;
import dev.why502.diagnosis.Fix;
import dev.why502.diagnosis.State;
import dev.why502.diagnosis.Verdict;
import dev.why502.evidence.Answer;
import dev.why502.evidence.Evidence;
import dev.why502.evidence.LogLine;
import dev.why502.observation.Observation;
import dev.why502.observation.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Verdicts of now, for a page that counts from now. */
final class Verdicts {
  private Verdicts() {}

  private static Instant ago(Duration past) {
    return Instant.now().minus(past);
  }

  static Verdict up(String probe) {
    return now(Samples.up(probe), Duration.ofHours(3));
  }

  static Verdict down(String probe) {
    return now(Samples.down(probe), Duration.ofMinutes(3));
  }

  static Verdict degraded(String probe) {
    return now(Samples.degraded(probe), Duration.ofMinutes(12));
  }

  private static Verdict now(Verdict sample, Duration past) {
    return new Verdict(
        sample.probe(),
        sample.state(),
        sample.cause(),
        sample.confidence(),
        sample.summary(),
        sample.gateway(),
        sample.upstream(),
        sample.proxyStatus(),
        sample.chain(),
        sample.evidence(),
        sample.ruledOut(),
        sample.unsettled(),
        sample.fix(),
        sample.risks(),
        ago(past),
        Instant.now(),
        sample.node());
  }

  /** A verdict that speaks of this cause. */
  static Verdict of(String probe, State state, Cause cause, String summary, List<Evidence> seen) {
    return new Verdict(
        probe,
        state,
        cause,
        Confidence.LIKELY,
        summary,
        "site-nginx",
        "backend",
        cause.proxyStatus(),
        List.of(new Verdict.Link(cause, summary)),
        seen,
        List.of(new Verdict.RuledOut(Cause.PROCESS_NOT_RUNNING, summary)),
        List.of(new Verdict.Unsettled(Cause.UPSTREAM_RESET, summary)),
        new Fix(summary, new Fix.At(summary, 1, null), List.of(summary, summary), summary),
        List.of(new Verdict.Risk(Cause.CERTIFICATE_EXPIRING, summary, List.of(), null)),
        ago(Duration.ofMinutes(1)),
        Instant.now(),
        "web-1");
  }

  /** What a stranger's server and a log said, this text in each place. */
  static List<Evidence> saying(String text) {
    Observation seen = Samples.answered("templates", 502);
    Observation said =
        new Observation(
            seen.probe(),
            seen.target(),
            seen.address(),
            seen.local(),
            seen.addresses(),
            seen.outcome(),
            seen.phase(),
            seen.failure(),
            seen.durationMillis(),
            seen.lateMillis(),
            seen.phases(),
            new Response(
                "1.1",
                502,
                text,
                List.of(new Header("Server", text), new Header(text, "x")),
                180,
                text,
                text.length(),
                false,
                "00ff"),
            seen.certificate(),
            text,
            text,
            null,
            seen.mismatches(),
            List.of(),
            seen.at());
    return List.of(
        new Answer(
            Answer.Role.EDGE, null, Scheme.HTTPS, "203.0.113.7:443", "GET", "/x", text, said),
        new LogLine(
            "site-nginx",
            text,
            Instant.now(),
            true,
            LogLine.Tie.SAME_ROUTE,
            LogLine.Event.REFUSED,
            LogLine.Stage.READING_HEADER,
            111,
            "http",
            "127.0.0.1:3001",
            "/x",
            text,
            text,
            text));
  }
}
