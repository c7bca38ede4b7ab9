package dev.why502.exporter;

import dev.why502.definition.Target;
import dev.why502.observation.Phase;
import dev.why502.observation.Visited;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The last answer of an HTTP look.
 *
 * @param target of the last request
 * @param redirects met, also the one that was not followed
 * @param stopped why a redirect was not followed although the module follows them, or null
 * @param spent milliseconds by phase, over all requests
 */
record HttpAnswer(
    Target target,
    Visited seen,
    int redirects,
    @Nullable String stopped,
    Map<Phase, Double> spent) {}
