package dev.why502.gateway.haproxy;

import java.time.Instant;

/**
 * A file as it was read.
 *
 * @param bytes its content, one character per byte
 */
record HaproxyFile(String path, String bytes, String sha256, Instant modifiedAt) {}
