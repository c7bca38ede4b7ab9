package dev.why502.app;

import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.Diagnosis;
import dev.why502.diagnosis.State;
import dev.why502.diagnosis.Verdict;
import dev.why502.engine.OneRound.Checked;
import dev.why502.evidence.Case;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a check says of the routes that no declared probe takes.
 *
 * @param shown the cases whose verdicts are printed: of routes that would not work; of all of them
 *     where no probe is declared at all
 * @param lines for standard error: what there was, by gateway
 */
record UncoveredRoutes(List<Case> shown, List<String> lines) {

  private static final class Count {
    private int well;
    private int bad;
    private int unknown;
  }

  static UncoveredRoutes of(Checked checked) {
    // A configuration that does not load is said once of each gateway, not of each of its routes.
    Set<String> unloadable = new HashSet<>();
    for (Case one : checked.cases()) {
      if (Diagnosis.of(one).cause() == Cause.GATEWAY_STALE_CONFIG) {
        unloadable.add(String.valueOf(one.probe().gateway()));
      }
    }
    List<Case> shown = new ArrayList<>();
    Map<String, Count> counts = new LinkedHashMap<>();
    for (Case one : checked.others()) {
      Verdict verdict = Diagnosis.of(one);
      String gateway = String.valueOf(one.probe().gateway());
      Count count = counts.computeIfAbsent(gateway, none -> new Count());
      boolean bad = verdict.state() == State.DOWN || verdict.state() == State.DEGRADED;
      if (bad) {
        count.bad++;
        if (verdict.cause() != Cause.GATEWAY_STALE_CONFIG || unloadable.add(gateway)) {
          shown.add(one);
        }
      } else {
        if (verdict.state() == State.UP) {
          count.well++;
        } else {
          count.unknown++;
        }
        if (checked.cases().isEmpty()) {
          shown.add(one);
        }
      }
    }
    return new UncoveredRoutes(List.copyOf(shown), lines(counts, checked.leftOut()));
  }

  private static List<String> lines(Map<String, Count> counts, int leftOut) {
    List<String> lines = new ArrayList<>();
    counts.forEach(
        (gateway, count) -> {
          int all = count.well + count.bad + count.unknown;
          lines.add(
              gateway
                  + ": "
                  + all
                  + (all == 1 ? " route" : " routes")
                  + " of the configuration that no probe takes: "
                  + count.well
                  + " would work"
                  + (count.bad == 0 ? "" : ", " + count.bad + " would not")
                  + (count.unknown == 0 ? "" : ", " + count.unknown + " not known"));
        });
    if (leftOut > 0) {
      lines.add(leftOut + " more routes were not looked at");
    }
    return List.copyOf(lines);
  }
}
