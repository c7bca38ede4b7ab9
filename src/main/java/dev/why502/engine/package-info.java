/** Feeds observations through the core, takes close looks and outlooks, publishes. */
@NullMarked
package dev.why502.engine;

import org.jspecify.annotations.NullMarked;
