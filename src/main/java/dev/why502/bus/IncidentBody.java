package dev.why502.bus;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.Confidence;
import dev.why502.diagnosis.Verdict;
import dev.why502.incident.Incident;
import dev.why502.incident.Severity;
import dev.why502.incident.Story;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An incident as the contract shows it.
 *
 * @param probes the first that it befell
 * @param affected how many it befell altogether
 * @param failing how many of them have not recovered
 * @param resolvedAt null while it lasts
 * @param mergedInto id of the incident that it turned out to be part of; absent where it is not
 */
record IncidentBody(
    String id,
    String state,
    Severity severity,
    Cause cause,
    Confidence confidence,
    String summary,
    @Nullable String gateway,
    @Nullable String upstream,
    List<String> probes,
    int affected,
    int failing,
    Instant since,
    @JsonInclude @Nullable Instant resolvedAt,
    @Nullable String mergedInto,
    Verdict verdict,
    Instant at,
    long seq,
    String node) {
  IncidentBody {
    probes = List.copyOf(probes);
  }

  static IncidentBody of(Incident incident, Instant at, long seq, String node) {
    Story story = incident.story();
    Incident.Resolved over = incident instanceof Incident.Resolved resolved ? resolved : null;
    return new IncidentBody(
        story.id(),
        incident.state(),
        story.severity(),
        story.cause(),
        story.confidence(),
        story.summary(),
        story.gateway(),
        story.upstream(),
        story.probes(),
        story.affected(),
        story.failing(),
        story.since(),
        over == null ? null : over.resolvedAt(),
        over == null ? null : over.mergedInto(),
        story.verdict(),
        at,
        seq,
        node);
  }
}
