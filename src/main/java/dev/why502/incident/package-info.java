/** Incidents: from verdicts to what somebody is told. Arithmetic, nothing else. */
@NullMarked
package dev.why502.incident;

import org.jspecify.annotations.NullMarked;
