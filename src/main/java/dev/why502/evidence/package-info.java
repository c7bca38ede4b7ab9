/** The sealed kinds of evidence, and the case that holds them. */
@NullMarked
package dev.why502.evidence;

import org.jspecify.annotations.NullMarked;
