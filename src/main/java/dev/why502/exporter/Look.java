package dev.why502.exporter;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Target;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is looked at.
 *
 * @param where connected to first; the target's own endpoint, or what its definition says
 * @param own whether the definitions name {@code where}
 * @param edge whether what answers there is what visitors meet
 */
record Look(Target target, Endpoint where, boolean own, boolean edge, Duration timeout) {
  /** The kind of failure of a look that no connection was made for. */
  static final String FORBIDDEN = "forbidden";

  /** What came of it. */
  record Seen(boolean success, @Nullable Failure failure) {
    static final Seen GOOD = new Seen(true, null);

    static Seen bad(String phase, String kind, String cause) {
      return new Seen(false, new Failure(phase, kind, cause));
    }
  }

  /**
   * Why it failed.
   *
   * @param cause a code of ours; empty where none fits
   */
  record Failure(String phase, String kind, String cause) {}
}
