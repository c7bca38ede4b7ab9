package dev.why502.app;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Probe;
import dev.why502.definition.Request;
import dev.why502.definition.Target;

/** A request as it is sent to an edge: what for, and where to. */
record Arrival(Target target, Request request) {
  static Arrival of(Probe probe) {
    return new Arrival(probe.target(), probe.request());
  }

  Endpoint endpoint() {
    return request.connectTo() == null ? target.endpoint() : request.connectTo();
  }
}
