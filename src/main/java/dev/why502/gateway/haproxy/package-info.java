/** Reads HAProxy: its configuration as HAProxy reads it, its log, processes and stats socket. */
@NullMarked
package dev.why502.gateway.haproxy;

import org.jspecify.annotations.NullMarked;
