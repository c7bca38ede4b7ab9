package dev.why502.remedy;

import dev.why502.remedy.RemedyRun.Execution;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is shown of a remedy.
 *
 * @param state {@code running}, {@code stopped} or {@code ready}
 * @param reason why it does not run now, in words
 * @param stopped why it is stopped, or null
 * @param next what it would run, where a probe of its own has its cause now; or null
 * @param runs the newest first
 */
record RemedyView(
    String id,
    List<String> causes,
    String state,
    String reason,
    @Nullable String stopped,
    int runsThisHour,
    int maxPerHour,
    @Nullable Next next,
    List<RemedyRun> runs) {
  RemedyView {
    causes = List.copyOf(causes);
    runs = List.copyOf(runs);
  }

  /** For this probe it would run, or waits to run. */
  record Next(String probe, Execution data) {}
}
