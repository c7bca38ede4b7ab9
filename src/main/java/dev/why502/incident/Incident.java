package dev.why502.incident;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One outage, from the first verdict that was not up to the recovery of the last probe.
 *
 * <pre>
 *   fails ----> Open -------- all recovered -------> Resolved
 *                ^ |                                    ^
 *        steady  | +------- explained by another -------+
 *                |                                      |
 *   fails ---> Flapping ---- all well and calm ---------+
 *   again and again
 * </pre>
 *
 * A resolved one has no way back: what fails again is another incident.
 */
public sealed interface Incident permits Incident.Open, Incident.Flapping, Incident.Resolved {
  Story story();

  default String id() {
    return story().id();
  }

  /** The contract's word for the state. */
  String state();

  /** It fails. */
  record Open(Story story) implements Incident {
    @Override
    public String state() {
      return "open";
    }

    Open goesOn(Story next) {
      return new Open(next);
    }

    Resolved resolved(Instant at) {
      return new Resolved(story, notBefore(story.since(), at), null);
    }

    /** Another incident turned out to explain all of it. */
    Resolved explainedBy(String other, Instant at) {
      return new Resolved(story, notBefore(story.since(), at), other);
    }
  }

  /**
   * It fails and recovers again and again. It is told once, and it is over when nothing has failed
   * for a while.
   */
  record Flapping(Story story) implements Incident {
    @Override
    public String state() {
      return "flapping";
    }

    Flapping goesOn(Story next) {
      return new Flapping(next);
    }

    /** It no longer recovers in between. */
    Open steady() {
      return new Open(story);
    }

    Resolved calmed(Instant at) {
      return new Resolved(story, notBefore(story.since(), at), null);
    }

    Resolved explainedBy(String other, Instant at) {
      return new Resolved(story, notBefore(story.since(), at), other);
    }
  }

  /**
   * It is over.
   *
   * @param mergedInto id of the incident that explains it and goes on, or null where it recovered
   */
  record Resolved(Story story, Instant resolvedAt, @Nullable String mergedInto)
      implements Incident {
    @Override
    public String state() {
      return "resolved";
    }
  }

  /** The clock may have been set back meanwhile: no incident is shorter than nothing. */
  private static Instant notBefore(Instant since, Instant at) {
    return at.isBefore(since) ? since : at;
  }
}
