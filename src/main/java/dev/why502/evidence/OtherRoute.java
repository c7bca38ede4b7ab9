package dev.why502.evidence;

import java.time.Instant;

/**
 * A route of the probe's gateway that the probe does not take.
 *
 * @param target one that takes it
 */
public record OtherRoute(String target, Route route) implements Evidence {
  @Override
  public Kind kind() {
    return Kind.GATEWAY_CONFIG;
  }

  @Override
  public Instant at() {
    return route.at();
  }

  @Override
  public String summary() {
    return route.summary();
  }
}
