package dev.why502.remedy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.Confidence;
import dev.why502.diagnosis.State;
import dev.why502.diagnosis.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AftermathTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          DOWN     | process-not-running  | UP       | ok                  | -             | -     | REPAIRED     | the probe is up
          DOWN     | process-not-running  | UP       | ok                  | exited with 4 | -     | NOT_REPAIRED | not by this: the program exited with 4
          DOWN     | process-not-running  | UP       | ok                  | -             | other | WORSE        | down now, and up before: other
          DOWN     | process-not-running  | DEGRADED | slow-response       | -             | -     | REPAIRED     | the probe is degraded
          DOWN     | process-not-running  | DEGRADED | process-not-running | -             | -     | NOT_REPAIRED | still process-not-running
          DEGRADED | process-not-running  | DEGRADED | slow-response       | -             | -     | NOT_REPAIRED | still slow-response
          DEGRADED | slow-response        | DOWN     | upstream-timeout    | -             | -     | WORSE        | degraded before, down now
          DOWN     | process-not-running  | DOWN     | process-crash-loop  | -             | -     | NOT_REPAIRED | still process-crash-loop
          DOWN     | gateway-wrong-port   | DOWN     | gateway-wrong-port  | exited with 1 | -     | NOT_REPAIRED | still gateway-wrong-port; the program exited with 1
          DOWN     | gateway-wrong-port   | DOWN     | edge-refused        | -             | -     | WORSE        | less far than before: edge-refused
          DOWN     | unexpected-status    | DOWN     | upstream-refused    | -             | -     | WORSE        | less far
          DOWN     | edge-refused         | DOWN     | upstream-refused    | -             | -     | NOT_REPAIRED | still upstream-refused
          DOWN     | process-not-running  | UNKNOWN  | prober-offline      | -             | -     | NOT_REPAIRED | could not be told
          DOWN     | process-not-running  | -        | ok                  | -             | -     | NOT_REPAIRED | could not be told
          """)
  void outcomeIsToldFromBeforeAndAfter(
      State before,
      String causeBefore,
      @Nullable State after,
      String causeAfter,
      @Nullable String failure,
      @Nullable String fallen,
      Outcome outcome,
      String reason) {
    // Given
    Verdict first = verdict(before, causeBefore);
    Verdict second = after == null ? null : verdict(after, causeAfter);
    // When
    Aftermath came =
        Aftermath.of(
            Given.probe("app", null),
            first,
            second,
            failure,
            fallen == null ? List.of() : List.of(fallen));
    // Then
    assertEquals(outcome, came.outcome(), came.reason());
    assertTrue(came.reason().contains(reason), came.reason());
  }

  private static Verdict verdict(State state, String code) {
    Cause cause = Cause.of(code);
    if (cause == null) {
      throw new AssertionError(code);
    }
    return Given.verdict("app", state, cause, Confidence.CERTAIN, null);
  }
}
