/** {@code /probe}: what a scrape of blackbox_exporter sends and reads, and who may ask for what. */
@NullMarked
package dev.why502.exporter;

import org.jspecify.annotations.NullMarked;
