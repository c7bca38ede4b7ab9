/** Addresses, records to JSON and back; the only caller of the event bus. */
@NullMarked
package dev.why502.bus;

import org.jspecify.annotations.NullMarked;
