/** What the service says, in other languages than the English in which it is thought. */
@NullMarked
package dev.why502.language;

import org.jspecify.annotations.NullMarked;
