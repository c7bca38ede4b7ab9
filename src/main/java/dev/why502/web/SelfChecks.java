package dev.why502.web;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/**
 * What a container platform asks. Live never depends on targets, store or network: who restarts us
 * because a site is down makes two outages of one.
 */
final class SelfChecks {
  private final WebSources sources;

  SelfChecks(WebSources sources) {
    this.sources = sources;
  }

  void mount(Router router) {
    for (String path : List.of("/health/live", "/-/healthy")) {
      Routes.read(router, path, context -> answer(context, "live", sources.stuck().get()));
    }
    for (String path : List.of("/health/ready", "/-/ready")) {
      Routes.read(router, path, context -> answer(context, "ready", sources.missing().get()));
    }
  }

  private static void answer(RoutingContext context, String word, List<String> against) {
    JsonObject body = new JsonObject().put("status", against.isEmpty() ? word : "not " + word);
    if (!against.isEmpty()) {
      body.put("missing", new JsonArray(List.copyOf(against)));
    }
    Replies.json(context.response(), against.isEmpty() ? 200 : 503, body);
  }
}
