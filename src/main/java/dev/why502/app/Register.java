package dev.why502.app;

import dev.why502.store.Entry;
import io.vertx.core.Future;

/** Where what happened is written down, as the rest of the service sees it. */
interface Register {
  /** Succeeds when it is on disk; what cannot be written now is written later, in this order. */
  Future<Void> add(Entry entry);

  /** Nothing can be written at the moment. */
  boolean failing();
}
