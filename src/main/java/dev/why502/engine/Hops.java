package dev.why502.engine;

import dev.why502.definition.Request;
import dev.why502.definition.Scheme;
import dev.why502.definition.Target;
import dev.why502.engine.Dossier.Chapter;
import dev.why502.engine.Sources.GatewaySource;
import dev.why502.evidence.Route;
import io.vertx.core.Future;
import java.util.List;

/**
 * Follows the route while it leads to the gateway itself: a loop, or one server block behind
 * another. What a hop does with the request shows only in its own route, and in a loop there is no
 * service to ask. Confined to one context.
 */
final class Hops {
  static final int MAX_HOPS = 4;

  private final Scene scene;
  private final Dossier dossier;

  Hops(Scene scene) {
    this.scene = scene;
    this.dossier = scene.dossier();
  }

  /** Follows a route; true when it comes back to where it began. */
  Future<Boolean> follow(Route from) {
    return hop(from, from, 1);
  }

  private Future<Boolean> hop(Route origin, Route from, int depth) {
    GatewaySource source = scene.source();
    Route.Pass pass = from.pass();
    if (source == null
        || pass == null
        || !pass.http()
        || depth > MAX_HOPS
        || pass.uri() == null
        || pass.host() == null) {
      return Future.succeededFuture(false);
    }
    Future<Boolean> looped = Future.succeededFuture(false);
    for (Route.Peer peer : pass.peers()) {
      String address = peer.address();
      if (address == null || address.startsWith("unix:") || !scene.local(address)) {
        continue;
      }
      Target target =
          new Target(
              pass.tls() ? Scheme.HTTPS : Scheme.HTTP,
              Asking.endpoint(address),
              pass.uri(),
              "http://" + address + pass.uri());
      Request request =
          new Request(
              pass.method(),
              List.of(new Request.Header("Host", pass.host())),
              null,
              null,
              false,
              true,
              null,
              "1.1");
      looped =
          looped.compose(
              already ->
                  already
                      ? Future.succeededFuture(true)
                      : source
                          .route(target, request, address)
                          .compose(next -> reached(origin, next, depth)));
    }
    return looped;
  }

  private Future<Boolean> reached(Route origin, Route next, int depth) {
    if (!next.access().readable()
        || next.handling() == Route.Handling.NO_SERVER
        || next.handling() == Route.Handling.UNKNOWN) {
      return Future.succeededFuture(false);
    }
    dossier.add(Chapter.ROUTE, next);
    if (next.pass() != null
        && origin.pass() != null
        && next.pass().place().equals(origin.pass().place())) {
      return Future.succeededFuture(true);
    }
    return hop(origin, next, depth + 1);
  }
}
