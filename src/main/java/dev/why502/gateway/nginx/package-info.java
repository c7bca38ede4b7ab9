/** Reads nginx: its configuration as nginx reads it, its error log, its processes. */
@NullMarked
package dev.why502.gateway.nginx;

import org.jspecify.annotations.NullMarked;
