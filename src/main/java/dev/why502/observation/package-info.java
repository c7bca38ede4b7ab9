/** What one run of a probe saw: phases, timings, outcomes, kinds of failure. */
@NullMarked
package dev.why502.observation;

import org.jspecify.annotations.NullMarked;
