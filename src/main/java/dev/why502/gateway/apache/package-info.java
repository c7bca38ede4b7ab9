/** Reads Apache httpd 2.4: its configuration as httpd reads it, and its error log. */
@NullMarked
package dev.why502.gateway.apache;

import org.jspecify.annotations.NullMarked;
