/** HAProxy: its configuration, its log, its processes and its stats socket. */
@NullMarked
package dev.why502.gateway.haproxy;

import org.jspecify.annotations.NullMarked;
