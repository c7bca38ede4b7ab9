package dev.why502.incident;

import dev.why502.diagnosis.Verdict;
import dev.why502.incident.Event.Why;
import org.jspecify.annotations.Nullable;

/**
 * The verdict that says what an incident is: of all that its members had, the one that tells most.
 */
final class Lead {
  /** Rounds in a row in which whoever said the deepest cause says another one. */
  private static final int MAX_DOUBTS = 3;

  private Verdict verdict;
  private boolean named;
  private boolean recovered;
  private int doubts;

  /**
   * @param named whether it names what is broken
   */
  Lead(Verdict verdict, boolean named) {
    this.verdict = verdict;
    this.named = named;
  }

  Verdict verdict() {
    return verdict;
  }

  /**
   * A member is well: what it said is still true of the others, and somebody else has to say it.
   */
  void recovered(String probe) {
    recovered |= verdict.probe().equals(probe);
  }

  /**
   * Takes a verdict of a member that fails, where it tells more than what was said before.
   *
   * @param explains whether it agrees on what is broken
   * @param names whether it names it
   * @param deserted nobody is left of whom what was said is true
   * @return why that is news, or null
   */
  @Nullable Why hear(Verdict next, boolean explains, boolean names, boolean deserted) {
    boolean same = verdict.cause() == next.cause();
    boolean its = verdict.probe().equals(next.probe());
    int more = tellsMore(next, names);
    if (more > 0) {
      become(next, names);
      return same ? Why.SURER : Why.DEEPENED;
    }
    if (same && explains && (its || recovered)) {
      // The latest words of whoever says it, or of another one of whom the same is true.
      become(next, names);
      return null;
    }
    boolean outdated = explains && its && (more == 0 || ++doubts >= MAX_DOUBTS);
    if (!same && (deserted || outdated)) {
      become(next, names);
      return Why.REMAINS;
    }
    return null;
  }

  private void become(Verdict next, boolean names) {
    verdict = next;
    named = names;
    recovered = false;
    doubts = 0;
  }

  /** Named before unnamed, then the deeper, then the surer. */
  private int tellsMore(Verdict next, boolean names) {
    if (names != named) {
      return names ? 1 : -1;
    }
    int layers = next.cause().layer().compareTo(verdict.cause().layer());
    return layers != 0 ? layers : next.confidence().compareTo(verdict.confidence());
  }
}
