package dev.why502.bus;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.why502.observation.FailureKind;
import dev.why502.observation.Mismatch;
import dev.why502.observation.Observation;
import dev.why502.observation.Outcome;
import dev.why502.observation.Phase;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The flat form of an observation on the bus: what a chart or a log wants of each run. */
record ObservationBody(
    String probe,
    String target,
    @Nullable String address,
    @Nullable List<String> addresses,
    Outcome outcome,
    @Nullable Integer status,
    Phase phase,
    @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable FailureKind failure,
    @Nullable String detail,
    @Nullable List<Mismatch> mismatches,
    double durationMillis,
    double lateMillis,
    Map<Phase, Double> phases,
    Instant at,
    long seq,
    String node) {

  static ObservationBody of(Observation seen, long seq, String node) {
    Map<Phase, Double> phases = new EnumMap<>(Phase.class);
    seen.phases().forEach((phase, millis) -> phases.put(phase, rounded(millis)));
    return new ObservationBody(
        seen.probe(),
        seen.target(),
        seen.address(),
        seen.addresses().size() > 1 ? seen.addresses() : null,
        seen.outcome(),
        seen.response() == null ? null : seen.response().status(),
        seen.phase(),
        seen.failure(),
        seen.detail(),
        seen.mismatches().isEmpty() ? null : seen.mismatches(),
        rounded(seen.durationMillis()),
        rounded(seen.lateMillis()),
        phases,
        seen.at(),
        seq,
        node);
  }

  /** To microseconds: what stands behind that is noise. */
  private static double rounded(double millis) {
    return Math.round(millis * 1000) / 1000.0;
  }
}
