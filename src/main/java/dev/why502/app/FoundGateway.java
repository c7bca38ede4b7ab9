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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A gateway whose definition names no configuration: what answers at its edges, if that is of its
 * kind, is looked up anew while it is watched, since it may be started again with another file.
 * Confined to one context.
 */
final class FoundGateway implements GatewaySource {
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Files that it was found with, kept open for their logs. */
  private static final int MAX_KEPT = 8;

  private final Vertx vertx;
  private final Gateway gateway;
  private final List<Arrival> arrivals;
  private final Function<Arrival, Future<Found>> finding;
  private final GatewayReaders readers;
  private final InstantSource clock;
  private final Map<Gateway, FileGateway> files = new HashMap<>();
  private @Nullable FailingLine follower;
  private @Nullable Future<Map<Arrival, Found>> last;
  private long lastNanos;

  FoundGateway(
      Vertx vertx,
      Gateway gateway,
      List<Arrival> arrivals,
      Function<Arrival, Future<Found>> finding,
      GatewayReaders readers,
      InstantSource clock) {
    this.vertx = vertx;
    this.gateway = gateway;
    this.arrivals = arrivals;
    this.finding = finding;
    this.readers = readers;
    this.clock = clock;
  }

  @Override
  public Future<Route> route(Target target, Request request, @Nullable String connectedTo) {
    return found()
        .compose(
            all -> {
              Found its = all.get(new Arrival(target, request));
              boolean edge = its != null;
              Found found = its == null ? one(all) : its;
              String at = edge && found.arrival() != null ? found.arrival() : connectedTo;
              return files(found).route(target, request, at).map(route -> doubted(route, found));
            });
  }

  @Override
  public Future<List<Sample>> routes() {
    return found().compose(all -> files(one(all)).routes());
  }

  @Override
  public Future<GatewayState> state() {
    return found().compose(all -> files(one(all)).state());
  }

  @Override
  public Future<LogSession> logs() {
    return found().compose(all -> files(one(all)).logs());
  }

  @Override
  public void follow(FailingLine handler) {
    follower = handler;
    files.values().forEach(file -> file.follow(handler));
  }

  @Override
  public Future<Void> close() {
    return Future.join(files.values().stream().map(FileGateway::close).toList()).mapEmpty();
  }

  private Future<Map<Arrival, Found>> found() {
    Future<Map<Arrival, Found>> known = last;
    if (known != null && System.nanoTime() - lastNanos < FRESH_NANOS) {
      return known;
    }
    Map<Arrival, Future<Found>> asked = new HashMap<>();
    // Many probes of one site arrive at one address.
    Map<String, Future<Found>> sites = new HashMap<>();
    for (Arrival arrival : arrivals) {
      String site = arrival.endpoint().text() + " " + arrival.target().authority();
      asked.put(arrival, sites.computeIfAbsent(site, once -> finding.apply(arrival)));
    }
    Future<Map<Arrival, Found>> found =
        Future.join(List.copyOf(asked.values()))
            .map(
                done ->
                    asked.entrySet().stream()
                        .collect(
                            Collectors.toMap(Map.Entry::getKey, each -> each.getValue().result())));
    last = found;
    lastNanos = System.nanoTime();
    return found;
  }

  /** What all edges have in common; of two gateways under one name neither is known. */
  private Found one(Map<Arrival, Found> all) {
    Set<Gateway> named =
        all.values().stream()
            .map(found -> found.in(gateway))
            .filter(found -> !found.equals(gateway))
            .collect(Collectors.toSet());
    if (named.size() > 1) {
      return Found.nothing("its probes are answered by several gateways of this host");
    }
    return all.values().stream()
        .filter(found -> !found.in(gateway).equals(gateway))
        .findFirst()
        .orElseGet(
            () ->
                all.values().stream()
                    .findFirst()
                    .orElse(Found.nothing("no configuration file is named")));
  }

  private FileGateway files(Found found) {
    Gateway named = found.in(gateway);
    FileGateway known = files.get(named);
    if (known != null) {
      return known;
    }
    if (files.size() >= MAX_KEPT) {
      files.values().forEach(FileGateway::close);
      files.clear();
    }
    FileGateway file = new FileGateway(vertx, named, readers, clock, found.told());
    files.put(named, file);
    if (follower != null) {
      file.follow(follower);
    }
    return file;
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
