package dev.why502.bus;

import dev.why502.evidence.Case;
import org.jspecify.annotations.Nullable;

/**
 * What reading a stored case came to: exactly one of the two is there.
 *
 * @param pointer JSON pointer (RFC 6901) of the fault, "" for the text as a whole
 */
public record CaseRead(@Nullable Case read, @Nullable String pointer, @Nullable String problem) {
  static CaseRead of(Case read) {
    return new CaseRead(read, null, null);
  }

  static CaseRead problem(String pointer, String problem) {
    return new CaseRead(null, pointer, problem);
  }
}
