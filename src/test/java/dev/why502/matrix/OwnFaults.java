package dev.why502.matrix;

import static dev.why502.definition.Gateway.Kind.APACHE;
import static dev.why502.definition.Gateway.Kind.CADDY;
import static dev.why502.definition.Gateway.Kind.NGINX;

import dev.why502.diagnosis.Cause;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** The gateway answers itself: by its rules, its limits, or for want of a route. */
final class OwnFaults {
  private OwnFaults() {}

  static List<Fault> all() {
    return List.of(
        own("maintenance", "it answers 503 by configuration", Site.Own.UNAVAILABLE)
            .is(Cause.GATEWAY_MAINTENANCE),
        own("hangs-up", "it hangs up by configuration", Site.Own.NOTHING)
            .is(Cause.GATEWAY_MAINTENANCE)
            .not(APACHE, "it has no such answer"),
        own("forbidden", "an access rule answers 403", Site.Own.FORBIDDEN)
            .is(Cause.GATEWAY_FORBIDS),
        own("password", "it asks for a password", Site.Own.PASSWORD).is(Cause.GATEWAY_FORBIDS),
        Fault.of("no-location", "it has no route for the path")
            .is(Cause.GATEWAY_NO_ROUTE)
            .when(
                ground -> {
                  int port = ground.service(Manners.well());
                  ground.site.own = Site.Own.NO_ROUTE;
                  ground.sendTo(port);
                  ground.declareWell(port);
                  ground.edge().put("expect", new JsonObject().put("bodyContains", "items"));
                }),
        Fault.of("no-host", "it has no virtual host of that name")
            .is(Cause.GATEWAY_NO_ROUTE)
            .when(
                ground -> {
                  int port = ground.service(Manners.well());
                  ground.site.name = "shop.exmaple";
                  ground.site.own = ground.kind == NGINX ? Site.Own.NO_ROUTE : null;
                  ground.sendTo(port);
                  ground.declareWell(port);
                  ground.watchesWell = false;
                  ground.edge().put("expect", new JsonObject().put("bodyContains", "items"));
                }),
        Fault.of("body-limit", "the request's body exceeds its limit")
            .is(Cause.GATEWAY_BODY_LIMIT)
            .configured()
            .not(APACHE, "its limit is not for what it passes on")
            .when(
                ground -> {
                  int port = ground.service(Manners.well());
                  ground.site.bodyLimit = 1000;
                  ground.sendTo(port);
                  JsonObject large =
                      new JsonObject().put("method", "POST").put("body", "x".repeat(4000));
                  ground.edge().put("request", large);
                  ground.declareWell(port).put("request", large.copy());
                }),
        Fault.of("rate-limit", "its limit of requests answers")
            .is(Cause.GATEWAY_LIMITED)
            .not(APACHE, "it has no limit of requests")
            .not(CADDY, "it has no limit of requests without a plugin")
            .when(
                ground -> {
                  int port = ground.service(Manners.well());
                  ground.site.limitsRequests = true;
                  ground.sendTo(port);
                  ground.declareWell(port);
                  ground.then(Visitor::ask);
                }),
        Fault.of("connections", "all connections that it allows are taken")
            .is(Cause.GATEWAY_EXHAUSTED)
            .not(CADDY, "it has no limit of connections")
            .when(
                ground -> {
                  int port = ground.service(Manners.well());
                  int most = ground.kind == NGINX ? 10 : 2;
                  ground.site.connections = most;
                  ground.sendTo(port);
                  ground.declareWell(port);
                  ground.watchesWell = false;
                  ground.then(started -> Visitor.occupy(started, most));
                }));
  }

  private static Fault own(String id, String title, Site.Own own) {
    return Fault.of(id, title)
        .when(
            ground -> {
              int port = ground.service(Manners.well());
              ground.site.own = own;
              ground.sendTo(port);
              ground.declareWell(port);
            });
  }
}
