/** Runs what its owner permits against a cause, and tells whether it helped. */
@NullMarked
package dev.why502.remedy;

import org.jspecify.annotations.NullMarked;
