/** Command line, deployment order, shutdown; imports everything, nothing imports it. */
@NullMarked
package dev.why502.app;

import org.jspecify.annotations.NullMarked;
