package dev.why502.diagnosis;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One cause and how it is told. A rule looks at nothing but the facts of the case; it answers null
 * where its symptom does not fit, so that it is neither supported, nor ruled out, nor open.
 */
record Rule(Cause cause, Function<Facts, @Nullable Finding> judge) {
  @Nullable Finding judge(Facts facts) {
    return judge.apply(facts);
  }
}
