package dev.why502.planted.diagnosis;

import dev.why502.planted.evidence.InnocentFact;
import java.time.Instant;
import java.util.Locale;

/** Planted. */
public final class InnocentRule {
  private InnocentRule() {}

  static String line(Instant asOf) {
    return String.format(Locale.ROOT, "%s %d", asOf, InnocentFact.weight());
  }
}
