/** Feeds observations through the core, starts close looks, publishes. */
@NullMarked
package dev.why502.engine;

import org.jspecify.annotations.NullMarked;
