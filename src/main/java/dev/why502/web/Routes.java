package dev.why502.web;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** How a path is offered: with its methods, and their names for who asks or tries another. */
final class Routes {
  private Routes() {}

  static void read(Router router, String path, Handler<RoutingContext> handler) {
    router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(handler);
    others(router, path, "GET, HEAD, OPTIONS");
  }

  static void post(Router router, String path, Handler<RoutingContext> handler) {
    router.route(path).method(HttpMethod.POST).handler(handler);
    others(router, path, "POST, OPTIONS");
  }

  private static void others(Router router, String path, String allowed) {
    router
        .route(path)
        .handler(
            context -> {
              HttpServerResponse response = context.response();
              response.putHeader(HttpHeaders.ALLOW, allowed);
              if (context.request().method().equals(HttpMethod.OPTIONS)) {
                Sharing.methods(context.request(), allowed);
                response.setStatusCode(204).end();
              } else {
                Replies.problem(response, 405, "allowed here: " + allowed);
              }
            });
  }
}
