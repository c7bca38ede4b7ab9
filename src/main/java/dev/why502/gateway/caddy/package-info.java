/** Reads Caddy 2: Caddyfile and native JSON, its log, its process and its admin API. */
@NullMarked
package dev.why502.gateway.caddy;

import org.jspecify.annotations.NullMarked;
