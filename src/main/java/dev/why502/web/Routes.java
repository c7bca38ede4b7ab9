package dev.why502.web;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** How a path is offered: with its methods, and 405 with their names for all others. */
final class Routes {
  private Routes() {}

  static void read(Router router, String path, Handler<RoutingContext> handler) {
    router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(handler);
    refuseOthers(router, path, "GET, HEAD");
  }

  static void post(Router router, String path, Handler<RoutingContext> handler) {
    router.route(path).method(HttpMethod.POST).handler(handler);
    refuseOthers(router, path, "POST");
  }

  private static void refuseOthers(Router router, String path, String allowed) {
    router
        .route(path)
        .handler(
            context -> {
              context.response().putHeader(HttpHeaders.ALLOW, allowed);
              Replies.problem(context.response(), 405, "allowed here: " + allowed);
            });
  }
}
