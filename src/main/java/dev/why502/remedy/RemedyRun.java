package dev.why502.remedy;

import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.Confidence;
import dev.why502.diagnosis.State;
import dev.why502.diagnosis.Verdict;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One run of a remedy, or what stands in place of one. It is told twice with the same id, first as
 * {@link Outcome#STARTED}: who was killed between finds what had begun.
 *
 * @param incident id of the incident that it is for, or null
 * @param summary why it came to this, in words
 * @param endedAt null while it runs
 * @param before what was concluded before
 * @param after what was concluded afterwards, or null where nothing was
 * @param data what strangers do not see, or null
 */
public record RemedyRun(
    String id,
    String remedy,
    String probe,
    @Nullable String incident,
    @Nullable Cause cause,
    Outcome outcome,
    String summary,
    Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable Seen before,
    @Nullable Seen after,
    @Nullable Execution data) {

  /**
   * Reads what {@code bus.Json} wrote of a run.
   *
   * @return null for what is none
   */
  public static @Nullable RemedyRun read(JsonObject json) {
    return StoredRun.read(json);
  }

  /** A verdict in short. */
  public record Seen(State state, Cause cause, Confidence confidence, String summary) {
    static Seen of(Verdict verdict) {
      return new Seen(verdict.state(), verdict.cause(), verdict.confidence(), verdict.summary());
    }
  }

  /**
   * A program as it was run.
   *
   * @param argv with its placeholders filled, secrets masked
   * @param exit its status, or null where it did not end by itself
   * @param output both of its streams, at most {@link Output#MAX_BYTES}, masked and made safe
   */
  public record Execution(List<String> argv, @Nullable Integer exit, String output) {
    public Execution {
      argv = List.copyOf(argv);
    }
  }

  /** The same run with more to say of why. */
  RemedyRun because(String words) {
    return new RemedyRun(
        id, remedy, probe, incident, cause, outcome, words, startedAt, endedAt, before, after,
        data);
  }

  /** The same run when it is over. */
  RemedyRun ended(
      Outcome how, String why, Instant at, @Nullable Seen seen, @Nullable Execution execution) {
    return new RemedyRun(
        id,
        remedy,
        probe,
        incident,
        cause,
        how,
        why,
        startedAt,
        at,
        before,
        seen,
        execution == null ? data : execution);
  }
}
