/** HTTP API, metrics, bridges, the page. */
@NullMarked
package dev.why502.web;

import org.jspecify.annotations.NullMarked;
