package dev.why502.gateway.caddy;

import dev.why502.evidence.Place;
import dev.why502.gateway.RouteDraft;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A route while it is found out, and what was met on the way to its pass. */
final class CaddyDraft extends RouteDraft {
  /** Lines around the pass that a change of it may be made at, see {@link CaddyBeside}. */
  final Map<String, Place> around = new HashMap<>();

  /** How many lines made another path of the request's. */
  int rewritings;

  /** Where it sends the client, with a redirect. */
  @Nullable String answerLocation;

  CaddyDraft() {
    super(UnaryOperator.identity());
  }
}
