package dev.why502.planted.incident;

import dev.why502.planted.evidence.InnocentFact;

/** Planted. */
public final class NamesEvidenceToo {
  private NamesEvidenceToo() {}

  static int weight() {
    return InnocentFact.weight();
  }
}
