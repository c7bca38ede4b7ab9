package dev.why502.web;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the HTTP side shows that does not come over the bus. All of them are called on an event loop
 * and must not block.
 *
 * @param cases a probe's newest case as it is stored, secrets masked; null when there is none
 * @param probes every declared probe
 * @param missing what is still missing before the service is ready, in words; empty when it is
 * @param stuck what of the service no longer moves, in words; empty when all is well
 * @param reload reads the definitions again; the errors that they were refused for, or none
 * @param onDemand answers {@code /probe}; it is not asked while anybody may ask
 * @param history what is remembered
 * @param remedies what may be run against causes
 */
public record WebSources(
    Function<String, @Nullable String> cases,
    Probes probes,
    Supplier<List<String>> missing,
    Supplier<List<String>> stuck,
    Supplier<Future<List<String>>> reload,
    Handler<HttpServerRequest> onDemand,
    History history,
    RemedyBoard remedies) {
  /** Of a service that keeps nothing and repairs nothing. */
  public WebSources(
      Function<String, @Nullable String> cases,
      Probes probes,
      Supplier<List<String>> missing,
      Supplier<List<String>> stuck,
      Supplier<Future<List<String>>> reload,
      Handler<HttpServerRequest> onDemand) {
    this(cases, probes, missing, stuck, reload, onDemand, History.NONE, RemedyBoard.NONE);
  }
}
