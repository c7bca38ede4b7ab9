package dev.why502.web;

import dev.why502.bus.JsonText;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * What a wall in public shows: names, states, since when. Neither a cause nor an address is in what
 * it sends, so nothing else can be read out of it.
 */
final class StatusBoard {
  /** Of probes; who has more sees the worst of them and how many there are besides. */
  static final int MAX_PROBES = 2_000;

  /** However many walls ask, the list is made once in this time. */
  private static final long FRESH_NANOS = 1_000_000_000L;

  private static final List<String> WORST_FIRST = List.of("down", "degraded", "unknown", "up");

  private final WebSources sources;
  private final LongSupplier nanoTime;
  private String body = "";
  private String tag = "";
  private long madeNanos;

  StatusBoard(WebSources sources, LongSupplier nanoTime) {
    this.sources = sources;
    this.nanoTime = nanoTime;
  }

  void mount(Router router) {
    Routes.read(router, "/status.json", this::answer);
  }

  private void answer(RoutingContext context) {
    long now = nanoTime.getAsLong();
    if (body.isEmpty() || now - madeNanos > FRESH_NANOS) {
      body =
          JsonText.of(
              board(sources.probes().after(null).toList(), !sources.stuck().get().isEmpty()));
      tag = Page.tag(body);
      madeNanos = now;
    }
    HttpServerResponse response = context.response();
    response.putHeader(HttpHeaders.CACHE_CONTROL, "no-cache").putHeader(HttpHeaders.ETAG, tag);
    String known = context.request().getHeader(HttpHeaders.IF_NONE_MATCH);
    if (known != null && known.contains(tag)) {
      response.setStatusCode(304).end();
    } else {
      Replies.end(response, 200, "application/json", body);
    }
  }

  /**
   * The board of these probes.
   *
   * @param stale whether the service answers, but no longer looks
   */
  static JsonObject board(List<JsonObject> probes, boolean stale) {
    List<JsonObject> shown = new ArrayList<>();
    for (JsonObject probe : probes) {
      if (probe.getBoolean("enabled", true)) {
        String id = probe.getString("id");
        String description = probe.getString("description");
        shown.add(
            new JsonObject()
                .put("id", id)
                .put("name", description == null || description.isBlank() ? id : description)
                .put("state", probe.getString("state", "unknown"))
                .put("since", probe.getString("since")));
      }
    }
    shown.sort(
        Comparator.<JsonObject>comparingInt(one -> rank(one.getString("state")))
            .thenComparing(one -> one.getString("id")));
    JsonArray first = new JsonArray();
    shown.stream().limit(MAX_PROBES).forEach(first::add);
    return new JsonObject()
        .put("state", shown.isEmpty() ? "unknown" : shown.get(0).getString("state"))
        .put("stale", stale)
        .put("probes", first)
        .put("more", Math.max(0, shown.size() - MAX_PROBES));
  }

  private static int rank(String state) {
    int rank = WORST_FIRST.indexOf(state);
    return rank < 0 ? WORST_FIRST.indexOf("unknown") : rank;
  }
}
