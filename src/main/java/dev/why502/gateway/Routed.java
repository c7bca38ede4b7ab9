package dev.why502.gateway;

import dev.why502.definition.Target;
import dev.why502.evidence.Route;

/**
 * A server and location that passes requests on, with a target that is handled there.
 *
 * @param target representative: a name of the server block, its port, a path of the location
 * @param connectTo {@code 127.0.0.1:8443}: where the server block listens
 * @param route of that target
 */
public record Routed(Target target, String connectTo, Route route) {}
