package dev.why502.web.bridge;

import io.vertx.core.http.HttpServerResponse;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * On which terms viewers are served.
 *
 * @param goneMillis without a sign of life before a viewer is dropped
 * @param shown what of a body in JSON this service may show
 * @param counted told how many viewers there are, after each change
 * @param refusal answers a request that no viewer comes of
 */
public record Terms(
    long goneMillis, UnaryOperator<@Nullable Object> shown, IntConsumer counted, Refusal refusal) {
  /** How a request is refused over HTTP. */
  @FunctionalInterface
  public interface Refusal {
    void answer(HttpServerResponse response, int status, String words);
  }
}
