/** Caddy 2: Caddyfile and native JSON configuration, logs, processes and admin API. */
@NullMarked
package dev.why502.gateway.caddy;

import org.jspecify.annotations.NullMarked;
