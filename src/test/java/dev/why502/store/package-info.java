@NullMarked
package dev.why502.store;

import org.jspecify.annotations.NullMarked;
