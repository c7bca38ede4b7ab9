package dev.why502.incident;

import org.jspecify.annotations.Nullable;

/**
 * News of an incident. It is to be stored, published and, unless it is silenced, told to people.
 *
 * @param why what changed, with CHANGED
 * @param silenced maintenance covers every probe that fails; of a resolved one: nobody was told of
 *     it either
 */
public record Event(Kind kind, @Nullable Why why, Incident incident, boolean silenced) {
  /**
   * Whether people are to hear of it: it began, ended, got another cause, got worse, or still
   * lasts. How far one outage has spread, and how sure we are of what was said, wakes nobody twice.
   */
  public boolean transition() {
    if (silenced) {
      return false;
    }
    return kind != Kind.CHANGED || (why != null && why.transition);
  }

  /** What happened to the incident. */
  public enum Kind {
    OPENED,
    CHANGED,
    RESOLVED,
    /** It still lasts. */
    REMINDED
  }

  /** What is new about an incident that goes on. */
  public enum Why {
    /** Nobody has been told yet, and nothing silences it any more. */
    AUDIBLE(true),
    /** People who were served are not any more. */
    WORSENED(true),
    /** A deeper cause explains it. */
    DEEPENED(true),
    /** The same cause, with more certainty. */
    SURER(false),
    /** Another incident turned out to be part of it. */
    MERGED(false),
    /** What first failed is well; what still fails has another cause. */
    REMAINS(true),
    /** It flapped and now fails without a break. */
    STEADY(true),
    /** It befell many more probes. */
    GREW(false),
    /** Half of those that failed are well. */
    RECOVERING(false);

    private final boolean transition;

    Why(boolean transition) {
      this.transition = transition;
    }
  }
}
