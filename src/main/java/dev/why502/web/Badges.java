package dev.why502.web;

import dev.why502.bus.Addresses;
import dev.why502.bus.JsonText;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** State and cause of a probe for pages of others: as a picture, and as shields.io reads it. */
final class Badges {
  private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'";

  private final Standing standing;
  private final Probes probes;

  Badges(Standing standing, Probes probes) {
    this.standing = standing;
    this.probes = probes;
  }

  void mount(Router router) {
    Routes.read(router, "/badge/:id.svg", context -> badge(context, Badges::svg));
    Routes.read(router, "/badge/:id.json", context -> badge(context, Badges::json));
  }

  /** How a badge is sent. */
  interface Form {
    void end(RoutingContext context, int status, Badge badge);
  }

  static void svg(RoutingContext context, int status, Badge badge) {
    context.response().putHeader("Content-Security-Policy", POLICY);
    end(context, status, "image/svg+xml", BadgeSvg.of(badge));
  }

  static void json(RoutingContext context, int status, Badge badge) {
    end(context, status, "application/json", JsonText.of(badge.json()));
  }

  private void badge(RoutingContext context, Form form) {
    JsonObject probe = probes.one(context.pathParam("id"));
    if (probe == null) {
      form.end(context, 404, Badge.unknownProbe());
      return;
    }
    standing.ask(
        context,
        Addresses.QUERY_VERDICTS,
        new JsonObject().put("probe", probe.getString("id")),
        reply -> {
          JsonArray found = reply.getJsonArray("verdicts", new JsonArray());
          form.end(context, 200, Badge.of(probe, found.isEmpty() ? null : found.getJsonObject(0)));
        });
  }

  private static void end(RoutingContext context, int status, String type, String body) {
    HttpServerResponse response = context.response();
    response
        // The proxy that GitHub fetches pictures through keeps them otherwise.
        .putHeader("Cache-Control", "no-cache, no-store, must-revalidate")
        .putHeader("Expires", "0")
        // A badge is there to be shown on pages of others.
        .putHeader("Cross-Origin-Resource-Policy", "cross-origin");
    Replies.end(response, status, type, body);
  }
}
