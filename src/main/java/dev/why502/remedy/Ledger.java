package dev.why502.remedy;

import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** Who keeps what was done, and tells of it. Called on the remedies' context; must not block. */
public interface Ledger {
  /**
   * A remedy is about to run.
   *
   * @param caseText the evidence as it stands, for {@code replay}, or null where there is none
   * @return completed when both are kept; until then, and where it fails, nothing is run
   */
  Future<Void> began(RemedyRun run, @Nullable String caseText);

  /** It is over; or nothing was run, and that is to be told. */
  void ended(RemedyRun run);
}
