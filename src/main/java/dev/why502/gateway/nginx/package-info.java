/** Reads nginx: its configuration as nginx reads it, and its error log. */
@NullMarked
package dev.why502.gateway.nginx;

import org.jspecify.annotations.NullMarked;
