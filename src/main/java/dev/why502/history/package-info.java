/** What is made of many runs: rollups, latency, uptime, objectives. */
@NullMarked
package dev.why502.history;

import org.jspecify.annotations.NullMarked;
