/** Text for people at a terminal: safe, aligned, as wide as the screen. */
@NullMarked
package dev.why502.terminal;

import org.jspecify.annotations.NullMarked;
