package dev.why502.gateway;

import dev.why502.definition.Gateway;
import dev.why502.evidence.GatewayState;
import io.vertx.core.Future;

/** Looks at a running gateway. No future fails: what could not be seen is not known. */
public interface StateReader {
  Future<GatewayState> state(Gateway gateway, ConfigFiles files);
}
