/** The event bus for viewers outside: every carrier, with one set of rights and limits. */
@NullMarked
package dev.why502.web.bridge;

import org.jspecify.annotations.NullMarked;
