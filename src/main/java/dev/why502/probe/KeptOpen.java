package dev.why502.probe;

import dev.why502.observation.Observation;

/**
 * A connection that was left idle after one request.
 *
 * @param observation of the request
 * @param kept whether the peer offered to take another request on the connection
 * @param heldMillis how long it was idle until it was closed, or until we gave up
 * @param closed whether the peer closed it
 * @param saidMillis how long the peer says that it keeps idle connections, -1 where it does not say
 */
public record KeptOpen(
    Observation observation, boolean kept, double heldMillis, boolean closed, long saidMillis) {}
