package dev.why502.exporter;

import dev.why502.definition.ProbeModule;
import dev.why502.definition.Scheme;
import dev.why502.definition.Visit;
import dev.why502.exporter.Look.Seen;
import dev.why502.exporter.Visitor.Door;
import dev.why502.observation.FailureKind;
import dev.why502.observation.Mismatch;
import dev.why502.observation.Phase;
import dev.why502.observation.Visited;
import io.vertx.core.Future;
import java.util.List;

/** Looks at a port: connects, speaks TLS where asked, and holds the module's conversation. */
final class TcpLook {
  private final Visitor visitor;
  private final Gauges gauges;
  private final Journal journal;

  TcpLook(Visitor visitor, Gauges gauges, Journal journal) {
    this.visitor = visitor;
    this.gauges = gauges;
    this.journal = journal;
  }

  Future<Seen> at(Look look, ProbeModule.Tcp module, Door door) {
    Conversation conversation = new Conversation(module.steps(), journal);
    boolean talks = !module.steps().isEmpty();
    Visit visit =
        new Visit(
            look.target(),
            look.where(),
            "",
            List.of(),
            null,
            module.ips(),
            module.tls(),
            look.timeout(),
            talks ? conversation : null);
    return visitor.visit(visit, door).map(seen -> judge(look, conversation, seen));
  }

  private Seen judge(Look look, Conversation conversation, Visited seen) {
    journal.note(Sightings.ending(seen));
    Sightings.address(gauges, seen);
    boolean stood = seen.phase() == Phase.PROCESSING || seen.failure() == null;
    boolean shook = look.target().scheme() != Scheme.TLS || seen.presented() != null;
    if (stood && shook) {
      gauges.set("probe_failed_due_to_regex", conversation.regexFailed() ? 1 : 0);
      gauges.set("probe_failed_due_to_bytes", conversation.bytesFailed() ? 1 : 0);
    }
    if (seen.presented() != null) {
      Sightings.tls(gauges, seen.presented(), false);
    }
    if (conversation.captured() != null) {
      gauges.set("probe_expect_info", conversation.captured(), 1);
    }
    FailureKind failure = seen.failure();
    if (failure != null) {
      return Seen.bad(
          Sightings.code(seen.phase()),
          seen.refused() ? Look.FORBIDDEN : Sightings.code(failure),
          seen.refused() ? "" : Blame.of(look.target(), look.edge(), List.of(), seen, List.of()));
    }
    if (conversation.failed()) {
      String kind =
          conversation.regexFailed() ? "regex" : conversation.bytesFailed() ? "bytes" : "too-long";
      return Seen.bad("processing", kind, Mismatches.cause(Mismatch.What.BODY));
    }
    return Seen.GOOD;
  }
}
