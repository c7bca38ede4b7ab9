package dev.why502.web.bridge;

import io.vertx.core.http.HttpServerResponse;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * On which terms viewers are served.
 *
 * @param maxViewers over all carriers together, at this moment
 * @param goneMillis without a sign of life before a viewer is dropped
 * @param shown what of a body in JSON this service may show
 * @param admits whether a value of Authorization, or its absence, lets a frame over TCP pass
 * @param counted told how many viewers there are, after each change
 * @param refusal answers a request that no viewer comes of
 */
public record Terms(
    IntSupplier maxViewers,
    long goneMillis,
    UnaryOperator<@Nullable Object> shown,
    Predicate<@Nullable String> admits,
    IntConsumer counted,
    Refusal refusal) {
  /** How a request is refused over HTTP. */
  @FunctionalInterface
  public interface Refusal {
    void answer(HttpServerResponse response, int status, String words);
  }
}
