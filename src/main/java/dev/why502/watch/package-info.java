/** Follows a running service over its bridge, as any client of it can. */
@NullMarked
package dev.why502.watch;

import org.jspecify.annotations.NullMarked;
