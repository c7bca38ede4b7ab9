/** What is to be watched: probes, gateways, expectations. */
@NullMarked
package dev.why502.definition;

import org.jspecify.annotations.NullMarked;
