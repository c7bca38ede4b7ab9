package dev.why502.app;

import dev.why502.definition.Gateway;
import dev.why502.definition.Request;
import dev.why502.definition.Target;
import dev.why502.engine.Sources.FailingLine;
import dev.why502.engine.Sources.GatewaySource;
import dev.why502.engine.Sources.LogSession;
import dev.why502.engine.Sources.Sample;
import dev.why502.evidence.GatewayState;
import dev.why502.evidence.Route;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A gateway that nobody defined and that was found where a target arrives. What is doubtful about
 * the finding is doubtful about its routes. Confined to one context.
 */
final class FoundGateway implements GatewaySource {
  private final Arrival arrival;
  private final Found found;
  private final FileGateway files;

  FoundGateway(
      Vertx vertx,
      Gateway gateway,
      Arrival arrival,
      Found found,
      GatewayReaders readers,
      InstantSource clock) {
    this.arrival = arrival;
    this.found = found;
    this.files = new FileGateway(vertx, found.in(gateway), readers, clock, found.told());
  }

  @Override
  public Future<Route> route(Target target, Request request, @Nullable String connectedTo) {
    boolean edge = arrival.equals(new Arrival(target, request));
    String at = edge && found.arrival() != null ? found.arrival() : connectedTo;
    return files.route(target, request, at).map(route -> doubted(route, found));
  }

  @Override
  public Future<List<Sample>> routes() {
    return files.routes();
  }

  @Override
  public Future<GatewayState> state() {
    return files.state();
  }

  @Override
  public Future<LogSession> logs() {
    return files.logs();
  }

  @Override
  public void follow(FailingLine handler) {
    files.follow(handler);
  }

  @Override
  public Future<Void> close() {
    return files.close();
  }

  private static Route doubted(Route route, Found found) {
    if (found.doubt() == null || !route.access().readable()) {
      return route;
    }
    List<String> unknown = new ArrayList<>(route.unknown());
    unknown.add(found.doubt());
    return new Route(
        route.gateway(),
        route.at(),
        route.access(),
        route.config(),
        route.faults(),
        route.server(),
        route.serverName(),
        route.location(),
        route.handling(),
        route.pass(),
        route.answerPlace(),
        route.answerStatus(),
        route.limits(),
        unknown);
  }
}
