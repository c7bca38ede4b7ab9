package dev.why502.remedy;

import dev.why502.definition.Probe;
import dev.why502.diagnosis.Locus;
import dev.why502.diagnosis.State;
import dev.why502.diagnosis.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run came to, told from what was concluded before and after.
 *
 * @param reason in words
 */
record Aftermath(Outcome outcome, String reason) {
  /**
   * @param after the last verdict, or null where there was none
   * @param failure how the program failed, in words; null where it exited with 0
   * @param fallen probes of the same gateway that were up before and are down now
   */
  static Aftermath of(
      Probe probe,
      Verdict before,
      @Nullable Verdict after,
      @Nullable String failure,
      List<String> fallen) {
    String also = failure == null ? "" : "; the program " + failure;
    if (!fallen.isEmpty()) {
      return new Aftermath(
          Outcome.WORSE, "down now, and up before: " + String.join(", ", fallen) + also);
    }
    if (after == null || after.state() == State.UNKNOWN) {
      return new Aftermath(Outcome.NOT_REPAIRED, "it could not be told whether it helped" + also);
    }
    if (well(before, after)) {
      return failure == null
          ? new Aftermath(Outcome.REPAIRED, "the probe is " + word(after.state()))
          : new Aftermath(
              Outcome.NOT_REPAIRED, "the probe is well, and not by this: the program " + failure);
    }
    if (after.state().compareTo(before.state()) > 0) {
      return new Aftermath(
          Outcome.WORSE, word(before.state()) + " before, " + word(after.state()) + " now" + also);
    }
    Locus.Stage now = Locus.of(after, probe).stage();
    if (now.compareTo(Locus.of(before, probe).stage()) < 0) {
      return new Aftermath(
          Outcome.WORSE, "the request gets less far than before: " + after.cause().code() + also);
    }
    return new Aftermath(Outcome.NOT_REPAIRED, "still " + after.cause().code() + also);
  }

  /** Up; or served again, what is left being another matter. */
  private static boolean well(Verdict before, Verdict after) {
    return after.state() == State.UP
        || (before.state() == State.DOWN
            && after.state() == State.DEGRADED
            && after.cause() != before.cause());
  }

  private static String word(State state) {
    return switch (state) {
      case UP -> "up";
      case DEGRADED -> "degraded";
      case DOWN -> "down";
      case UNKNOWN -> "not known";
    };
  }
}
