package dev.why502.planted.definition;

import dev.why502.planted.evidence.InnocentFact;

/** Planted. */
public final class NamesEvidence {
  private NamesEvidence() {}

  static int weight() {
    return InnocentFact.weight();
  }
}
