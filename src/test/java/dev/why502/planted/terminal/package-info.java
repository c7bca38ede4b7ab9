/** Classes that break the layering on purpose, for the test that must notice. */
@NullMarked
package dev.why502.planted.terminal;

import org.jspecify.annotations.NullMarked;
