/** Tells people and programs of incidents. */
@NullMarked
package dev.why502.notify;

import org.jspecify.annotations.NullMarked;
