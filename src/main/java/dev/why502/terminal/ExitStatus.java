package dev.why502.terminal;

import dev.why502.diagnosis.State;
import dev.why502.diagnosis.Verdict;
import java.util.List;

/** Exit statuses of {@code diagnose}, {@code check} and {@code replay}. */
public final class ExitStatus {
  public static final int ALL_UP = 0;
  public static final int SOME_NOT_UP = 1;

  /** Definitions or arguments that cannot be used. */
  public static final int UNUSABLE = 2;

  public static final int NOTHING_BUT_UNKNOWN = 3;

  private ExitStatus() {}

  /** What the verdicts come to; no verdict at all tells nothing, so that it is unknown. */
  public static int of(List<Verdict> verdicts) {
    if (verdicts.stream().allMatch(verdict -> verdict.state() == State.UNKNOWN)) {
      return NOTHING_BUT_UNKNOWN;
    }
    return verdicts.stream().allMatch(verdict -> verdict.state() == State.UP)
        ? ALL_UP
        : SOME_NOT_UP;
  }
}
