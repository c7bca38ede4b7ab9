package dev.why502.browser;

import dev.why502.bus.Feed;
import dev.why502.bus.Health;
import dev.why502.bus.Json;
import dev.why502.bus.Latest;
import dev.why502.web.DeclaredSamples;
import dev.why502.web.Meters;
import dev.why502.web.RemedyBoard;
import dev.why502.web.Remembered;
import dev.why502.web.WebOptions;
import dev.why502.web.WebSources;
import dev.why502.web.WebVerticle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The HTTP side, really listening; what it shows is published by the test. */
final class PageService implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 10;

  final Vertx vertx = Vertx.vertx();
  final DeclaredSamples probes = new DeclaredSamples();
  final Remembered history = new Remembered();
  final Json json = new Json(UnaryOperator.identity());
  private final Latest latest = new Latest(json);
  private final AtomicLong sequence = new AtomicLong();
  final Feed feed =
      new Feed(
          vertx.eventBus(),
          json,
          "web-1",
          InstantSource.system(),
          sequence::incrementAndGet,
          latest);
  private final WebVerticle web;

  private PageService(WebOptions options) {
    history.now = Instant.now();
    WebSources sources =
        new WebSources(
            probe -> null,
            probes,
            List::of,
            List::of,
            () -> Future.succeededFuture(List.of()),
            request -> request.response().setStatusCode(400).end(),
            history,
            RemedyBoard.NONE);
    web = new WebVerticle(options, sources, new Meters("0.1.0"), null, System::nanoTime);
  }

  static PageService start() {
    return start(null);
  }

  static PageService start(@Nullable String token) {
    PageService service =
        new PageService(
            new WebOptions("127.0.0.1", 0, token, List.of(), null, -1, WebOptions.Times.DEFAULT));
    await(service.latest.serve(service.vertx.eventBus()));
    await(service.vertx.deployVerticle(service.web));
    return service;
  }

  private static void await(Future<?> future) {
    try {
      future.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      throw new AssertionError(late);
    }
  }

  String url() {
    return "http://127.0.0.1:" + web.port();
  }

  void health(String... problems) {
    feed.health(new Health(probes.size(), 40, 40, 0.6, 0, 0, 1, List.of(problems)));
  }

  /** A declared probe, as the API lists it. */
  void declare(String id, @Nullable String description, String state, String since) {
    probes.declare(
        new JsonObject()
            .put("id", id)
            .put("target", "http://10.7.7.7:8080/secret-path")
            .put("description", description)
            .put("labels", new JsonObject())
            .put("edge", true)
            .put("enabled", true)
            .put("interval", "1000ms")
            .put("state", state)
            .put("since", since));
  }

  @Override
  public void close() {
    await(vertx.close());
  }
}
