package dev.why502.diagnosis;

import dev.why502.diagnosis.Verdict.Link;
import dev.why502.evidence.Evidence;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one rule makes of a case.
 *
 * @param text the summary of a supported cause, why a contradicted one is ruled out, or the
 *     observation that would settle an open one
 * @param upstream id of the declared upstream that it speaks of, or null
 * @param via what lies between the symptom and this cause
 * @param evidence what it rests on
 */
record Finding(
    Cause cause,
    Standing standing,
    String text,
    @Nullable String upstream,
    List<Link> via,
    List<Evidence> evidence,
    @Nullable Fix fix) {

  /** How a cause stands after its rule has looked. */
  enum Standing {
    CERTAIN,
    LIKELY,
    POSSIBLE,
    CONTRADICTED,
    /** It fits, and what would tell is not known. */
    OPEN;

    boolean supported() {
      return this == CERTAIN || this == LIKELY || this == POSSIBLE;
    }

    Confidence confidence() {
      return switch (this) {
        case CERTAIN -> Confidence.CERTAIN;
        case LIKELY -> Confidence.LIKELY;
        case POSSIBLE, OPEN, CONTRADICTED -> Confidence.POSSIBLE;
      };
    }
  }

  static Finding certain(Cause cause, String text, Evidence... evidence) {
    return new Finding(cause, Standing.CERTAIN, text, null, List.of(), List.of(evidence), null);
  }

  static Finding likely(Cause cause, String text, Evidence... evidence) {
    return new Finding(cause, Standing.LIKELY, text, null, List.of(), List.of(evidence), null);
  }

  static Finding possible(Cause cause, String text, Evidence... evidence) {
    return new Finding(cause, Standing.POSSIBLE, text, null, List.of(), List.of(evidence), null);
  }

  static Finding contradicted(Cause cause, String because) {
    return new Finding(cause, Standing.CONTRADICTED, because, null, List.of(), List.of(), null);
  }

  static Finding open(Cause cause, String settledBy) {
    return new Finding(cause, Standing.OPEN, settledBy, null, List.of(), List.of(), null);
  }

  Finding of(@Nullable String declared) {
    return new Finding(cause, standing, text, declared, via, evidence, fix);
  }

  Finding via(Cause before, String summary) {
    List<Link> links = new ArrayList<>(via);
    links.add(new Link(before, summary));
    return new Finding(cause, standing, text, upstream, List.copyOf(links), evidence, fix);
  }

  Finding fixedBy(@Nullable Fix cure) {
    return new Finding(cause, standing, text, upstream, via, evidence, cure);
  }

  Finding seenIn(List<? extends Evidence> more) {
    List<Evidence> all = new ArrayList<>(evidence);
    for (Evidence one : more) {
      if (!all.contains(one)) {
        all.add(one);
      }
    }
    return new Finding(cause, standing, text, upstream, via, List.copyOf(all), fix);
  }

  Finding standing(Standing other) {
    return new Finding(cause, other, text, upstream, via, evidence, fix);
  }
}
