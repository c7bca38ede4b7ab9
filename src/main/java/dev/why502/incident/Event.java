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
    AUDIBLE,
    /** People who were served are not any more. */
    WORSENED,
    /** A deeper cause explains it. */
    DEEPENED,
    /** The same cause, with more certainty. */
    SURER,
    /** Another incident turned out to be part of it. */
    MERGED,
    /** What first failed is well; what still fails has another cause. */
    REMAINS,
    /** It flapped and now fails without a break. */
    STEADY,
    /** It befell many more probes. */
    GREW,
    /** Half of those that failed are well. */
    RECOVERING
  }
}
