/** Reads Apache httpd 2.4: its configuration as httpd reads it, its error log, its processes. */
@NullMarked
package dev.why502.gateway.apache;

import org.jspecify.annotations.NullMarked;
