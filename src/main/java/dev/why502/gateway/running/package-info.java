/** Finds the gateways that run on this host, and how they were started. */
@NullMarked
package dev.why502.gateway.running;

import org.jspecify.annotations.NullMarked;
