/** Classes that break the layering on purpose, for the test that must notice. */
@NullMarked
package dev.why502.planted.host;

import org.jspecify.annotations.NullMarked;
