package dev.why502.incident;

import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.Confidence;
import dev.why502.diagnosis.Verdict;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an incident amounts to.
 *
 * @param probes the first {@value #PROBES_SHOWN} that it befell, in the order in which it did
 * @param affected how many it befell altogether
 * @param failing how many of them have not recovered
 * @param since when the first of them began to fail
 * @param verdict the one that tells most
 */
public record Story(
    String id,
    Severity severity,
    List<String> probes,
    int affected,
    int failing,
    Instant since,
    Instant at,
    Verdict verdict) {
  public static final int PROBES_SHOWN = 100;

  public Story {
    probes = List.copyOf(probes);
  }

  public Cause cause() {
    return verdict.cause();
  }

  public Confidence confidence() {
    return verdict.confidence();
  }

  public String summary() {
    return verdict.summary();
  }

  public @Nullable String gateway() {
    return verdict.gateway();
  }

  public @Nullable String upstream() {
    return verdict.upstream();
  }
}
