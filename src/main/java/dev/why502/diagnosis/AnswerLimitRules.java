package dev.why502.diagnosis;

import dev.why502.diagnosis.Finding.Standing;
import dev.why502.evidence.Answer;
import dev.why502.evidence.Answer.Role;
import dev.why502.evidence.Evidence;
import dev.why502.evidence.LogLine;
import dev.why502.evidence.LogLine.Event;
import dev.why502.observation.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The gateway's limits on an answer, its size and its time, cut off what the service sends. */
final class AnswerLimitRules {
  private AnswerLimitRules() {}

  static @Nullable Finding headerLimit(Facts facts) {
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
    if (line == null) {
      // HAProxy has one word for an answer that is no HTTP and for one that is too long.
      line = facts.line(Event.INVALID_RESPONSE);
    }
    List<Evidence> seen = new ArrayList<>();
    if (line != null) {
      seen.add(line);
    }
    if (measured != null) {
      seen.add(measured);
    }
    String peer =
        line != null && facts.peer(line) != null
            ? facts.peer(line)
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
    return facts
        .withRoute(finding)
        .fixedBy(
            facts.pass == null || bytes == 0
                ? Fixes.general(facts, Cause.GATEWAY_HEADER_LIMIT)
                : Fixes.change(
                    facts,
                    Dialect.of(facts).headerBuffer(facts.pass, bytes),
                    facts.pass.place(),
                    "shorten the service's header, or let the gateway take one of "
                        + Dialect.kibibytes(Dialect.roomFor(bytes))));
  }

  static @Nullable Finding timeoutTooShort(Facts facts) {
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
          limit >= 0
              ? took > limit
              : took > waited + Facts.SLACK_MILLIS && (facts.status() == 504 || timedOut);
      boolean gaveUp = facts.status() >= 502 || timedOut;
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
        return facts
            .withRoute(finding)
            .fixedBy(
                facts.pass == null
                    ? Fixes.general(facts, Cause.GATEWAY_TIMEOUT_TOO_SHORT)
                    : Fixes.change(
                        facts,
                        Dialect.of(facts).readTimeout(facts.pass, seconds),
                        facts.pass.place(),
                        "make the service faster, or let the gateway wait "
                            + seconds
                            + " s for an answer"));
      }
    }
    return null;
  }
}
