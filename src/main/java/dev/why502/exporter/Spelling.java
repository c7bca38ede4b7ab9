package dev.why502.exporter;

import dev.why502.definition.Target;
import org.jspecify.annotations.Nullable;

/**
 * A target as it was read.
 *
 * @param target null exactly if there is a problem
 */
public record Spelling(@Nullable Target target, @Nullable String problem) {}
