package dev.why502.host;

import dev.why502.definition.ProcessSelector;
import dev.why502.evidence.Access;
import dev.why502.evidence.ProcessState;
import dev.why502.evidence.ProcessState.Condition;
import java.time.Instant;
import java.util.List;

/** The process states that say little. */
final class States {
  private States() {}

  static ProcessState denied(String probe, ProcessSelector selector, Instant at, Access access) {
    return new ProcessState(
        probe,
        selector,
        at,
        access,
        null,
        null,
        Condition.NOT_KNOWN,
        0,
        -1,
        -1,
        null,
        null,
        List.of(),
        null,
        null);
  }

  static ProcessState notThere(String probe, ProcessSelector selector, Instant at) {
    return new ProcessState(
        probe,
        selector,
        at,
        Access.GRANTED,
        false,
        null,
        Condition.NOT_THERE,
        0,
        -1,
        -1,
        null,
        null,
        List.of(),
        null,
        null);
  }
}
