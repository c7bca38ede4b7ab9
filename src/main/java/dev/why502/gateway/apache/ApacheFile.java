package dev.why502.gateway.apache;

import java.time.Instant;

/**
 * One file of the configuration as it was read.
 *
 * @param path absolute
 * @param bytes one character per byte
 * @param sha256 lower-case hex
 */
record ApacheFile(String path, String bytes, String sha256, Instant modifiedAt, Object inode) {}
