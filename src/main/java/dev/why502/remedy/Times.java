package dev.why502.remedy;

import java.util.List;

/**
 * How long is waited for what, in milliseconds.
 *
 * @param settle before each close look after a run: services need time to start. A probe that is
 *     not well at the last one is not repaired
 * @param look longest close look
 * @param keep longest time for the evidence to be stored
 * @param recall until what ran before is asked for again
 * @param grace from the request to end until the end
 */
public record Times(List<Long> settle, long look, long keep, long recall, long grace) {
  public static final Times DEFAULT =
      new Times(List.of(0L, 1_000L, 2_000L, 4_000L, 8_000L, 15_000L), 70_000, 5_000, 2_000, 3_000);

  public Times {
    settle = List.copyOf(settle);
    if (settle.isEmpty()) {
      throw new IllegalArgumentException("at least one look is needed to tell what came of a run");
    }
  }
}
