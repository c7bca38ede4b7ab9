/** Causes, rules and verdicts: arithmetic on a case, nothing else. */
@NullMarked
package dev.why502.diagnosis;

import org.jspecify.annotations.NullMarked;
