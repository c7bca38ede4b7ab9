/**
 * Facts of this host: listeners and processes from /proc, PM2, systemd, artifacts, service logs.
 */
@NullMarked
package dev.why502.host;

import org.jspecify.annotations.NullMarked;
