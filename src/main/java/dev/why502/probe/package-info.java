/** Runs one probe and returns an observation, always; the schedule. */
@NullMarked
package dev.why502.probe;

import org.jspecify.annotations.NullMarked;
