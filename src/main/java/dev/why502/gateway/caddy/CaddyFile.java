package dev.why502.gateway.caddy;

import java.time.Instant;

/**
 * One file of the configuration as it was read.
 *
 * @param path absolute
 * @param sha256 lower-case hex
 */
record CaddyFile(String path, String text, String sha256, Instant modifiedAt) {}
