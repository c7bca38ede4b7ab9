/**
 * Facts of this host: listeners and processes from /proc, PM2, systemd, artifacts, service logs,
 * the packet filter's rules, whom the kernel ended for want of memory.
 */
@NullMarked
package dev.why502.host;

import org.jspecify.annotations.NullMarked;
