/** What is common to all gateways: routes, log events, state. */
@NullMarked
package dev.why502.gateway;

import org.jspecify.annotations.NullMarked;
