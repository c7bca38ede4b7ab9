package dev.why502.diagnosis;

import dev.why502.evidence.Evidence;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the diagnosis concludes from a case.
 *
 * @param chain from the symptom to the cause, which it ends with; empty when up
 * @param upstream id of the declared upstream that it speaks of, or null
 * @param since when the probe's present state began
 */
public record Verdict(
    String probe,
    State state,
    Cause cause,
    Confidence confidence,
    String summary,
    @Nullable String gateway,
    @Nullable String upstream,
    @Nullable String proxyStatus,
    List<Link> chain,
    List<Evidence> evidence,
    List<RuledOut> ruledOut,
    List<Unsettled> unsettled,
    @Nullable Fix fix,
    List<Risk> risks,
    Instant since,
    Instant at,
    String node) {
  public Verdict {
    chain = List.copyOf(chain);
    evidence = List.copyOf(evidence);
    ruledOut = List.copyOf(ruledOut);
    unsettled = List.copyOf(unsettled);
    risks = List.copyOf(risks);
  }

  /** The same verdict of a state that began earlier. */
  public Verdict withSince(Instant began) {
    return timed(began, at);
  }

  /** The same, found once more. */
  public Verdict again(Instant later) {
    return timed(since, later);
  }

  private Verdict timed(Instant began, Instant found) {
    return new Verdict(
        probe,
        state,
        cause,
        confidence,
        summary,
        gateway,
        upstream,
        proxyStatus,
        chain,
        evidence,
        ruledOut,
        unsettled,
        fix,
        risks,
        began,
        found,
        node);
  }

  /** One step of the explanation. */
  public record Link(Cause cause, String summary) {}

  /** A cause that would have fitted and is contradicted. */
  public record RuledOut(Cause cause, String because) {}

  /** A cause that fits too, and the one observation that would settle it. */
  public record Unsettled(Cause cause, String settledBy) {}

  /** A cause that would strike and has not yet. */
  public record Risk(Cause cause, String summary, List<Evidence> evidence, @Nullable Fix fix) {
    public Risk {
      evidence = List.copyOf(evidence);
    }
  }
}
