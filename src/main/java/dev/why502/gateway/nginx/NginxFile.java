package dev.why502.gateway.nginx;

import java.time.Instant;

/**
 * One file of the configuration as it was read.
 *
 * @param path absolute
 * @param bytes one character per byte
 * @param sha256 lower-case hex
 */
record NginxFile(String path, String bytes, String sha256, Instant modifiedAt, Object inode) {}
