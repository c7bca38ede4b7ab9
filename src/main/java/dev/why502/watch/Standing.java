package dev.why502.watch;

import dev.why502.diagnosis.State;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What stands of one probe: its newest verdict, as far as people are shown it.
 *
 * @param place file and line of the fix, or empty
 * @param steps of the fix
 * @param since when the state began, or null
 */
record Standing(
    String probe,
    State state,
    String cause,
    String confidence,
    String summary,
    String fix,
    String place,
    List<String> steps,
    String verify,
    @Nullable Instant since,
    @Nullable Instant at,
    long seq,
    String node) {
  /** Of an id, as the bridge's addresses allow it. */
  private static final int MAX_ID = 200;

  Standing {
    steps = List.copyOf(steps);
  }

  /** Of a verdict as it is on the bus; null where it is none. */
  static @Nullable Standing of(@Nullable Object body) {
    Fields verdict = Fields.of(body);
    State state = state(verdict.text("state"));
    String probe = verdict.text("probe");
    if (state == null || probe.isEmpty() || probe.length() > MAX_ID) {
      return null;
    }
    Fields fix = verdict.object("fix");
    Fields at = fix.object("at");
    return new Standing(
        probe,
        state,
        verdict.text("cause"),
        verdict.text("confidence"),
        verdict.text("summary"),
        fix.text("summary"),
        at.has("file") ? at.text("file") + ":" + at.number("line") : "",
        fix.texts("steps"),
        fix.text("verify"),
        verdict.time("since"),
        verdict.time("at"),
        verdict.number("seq"),
        verdict.text("node"));
  }

  /** Whether people would be told the same: the wording, with its figures, may differ. */
  boolean sameAs(@Nullable Standing other) {
    return other != null
        && state == other.state
        && cause.equals(other.cause)
        && confidence.equals(other.confidence);
  }

  boolean wrong() {
    return state != State.UP;
  }

  private static @Nullable State state(String word) {
    for (State state : State.values()) {
      if (state.name().toLowerCase(Locale.ROOT).equals(word)) {
        return state;
      }
    }
    return null;
  }
}
