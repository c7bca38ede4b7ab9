/** Reads and watches definitions; every problem with its JSON pointer. */
@NullMarked
package dev.why502.conf;

import org.jspecify.annotations.NullMarked;
