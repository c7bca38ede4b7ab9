package dev.why502.notify;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one attempt to tell somebody came to.
 *
 * @param words for people; without anything secret
 * @param pause asked for by the receiver, or null
 */
record Attempt(Result result, String words, @Nullable Duration pause) {
  /** What follows. */
  enum Result {
    /** The receiver really has it. */
    TAKEN,
    /** Perhaps later. */
    AGAIN,
    /** It would be the same every time. */
    REFUSED
  }

  static Attempt taken(String words) {
    return new Attempt(Result.TAKEN, words, null);
  }

  static Attempt again(String words, @Nullable Duration pause) {
    return new Attempt(Result.AGAIN, words, pause);
  }

  static Attempt refused(String words) {
    return new Attempt(Result.REFUSED, words, null);
  }
}
