package dev.why502.engine;

import dev.why502.definition.Gateway;
import dev.why502.definition.Probe;
import dev.why502.engine.Dossier.Chapter;
import dev.why502.engine.Sources.GatewaySource;
import dev.why502.engine.Sources.Sample;
import dev.why502.evidence.Answer;
import dev.why502.evidence.Answer.Role;
import dev.why502.evidence.IdleConnection;
import dev.why502.evidence.Listeners;
import dev.why502.evidence.OtherRoute;
import dev.why502.evidence.Route;
import dev.why502.observation.Observation;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What may strike while all is well: how long a service keeps the idle connections that the gateway
 * keeps too, queues that do not empty, files that the next start needs, other routes of the gateway
 * to ports that nobody holds. Looked at only where nothing fails. Confined to one context.
 */
final class Outlook {
  /** Other routes of one gateway that one case carries. */
  private static final int MAX_ROUTES = 16;

  /** How long an idle connection is watched at most; longer ones are the common case and well. */
  private static final Duration LONGEST_IDLE = Duration.ofSeconds(10);

  private final Scene scene;
  private final Sources sources;
  private final Probe probe;
  private final Dossier dossier;
  private boolean speaks;

  Outlook(Scene scene) {
    this.scene = scene;
    this.sources = scene.sources();
    this.probe = scene.probe();
    this.dossier = scene.dossier();
  }

  /** What concerns the whole gateway is said by the first of its probes that is well. */
  void began(@Nullable Observation first) {
    Gateway gateway = scene.gateway();
    speaks =
        gateway != null
            && first != null
            && first.served()
            && probe.edge()
            && scene.round().claim(gateway.id());
  }

  /** Looks, once everything that was asked at first has come. */
  Future<?> look() {
    Observation edge = scene.edge();
    boolean well = edge == null ? scene.checking() : edge.served();
    if (!well || scene.sampling()) {
      return Future.succeededFuture();
    }
    List<Future<?>> all = new ArrayList<>();
    List<Answer> peers =
        dossier.evidence().stream()
            .filter(Answer.class::isInstance)
            .map(Answer.class::cast)
            .filter(answer -> answer.role() == Role.AS_GATEWAY && answer.seen().served())
            .toList();
    all.add(queues(peers));
    for (Answer peer : peers) {
      all.add(idle(peer));
    }
    if (!scene.checking()) {
      all.add(otherRoutes());
    }
    return Future.join(all);
  }

  /** Files that a service needs at its next start, while it runs. */
  Future<?> files(Probe service) {
    List<Future<?>> all = new ArrayList<>(List.of(Future.succeededFuture()));
    for (String path : service.artifacts()) {
      all.add(scene.keep(Chapter.PROCESSES, sources.artifact(service.id(), path)));
    }
    return Future.join(all);
  }

  /** A queue that is not empty is looked at twice: only then one that grows can be told. */
  private Future<?> queues(List<Answer> peers) {
    Listeners before = scene.listeners();
    if (before == null || !before.access().readable()) {
      return Future.succeededFuture();
    }
    boolean waiting =
        peers.stream()
            .filter(peer -> !peer.address().startsWith("unix:") && scene.local(peer.address()))
            .map(peer -> Asking.endpoint(peer.address()).port())
            .anyMatch(
                port ->
                    before.rows().stream().anyMatch(row -> row.port() == port && row.queue() > 0));
    if (!waiting) {
      return Future.succeededFuture();
    }
    return sources
        .listeners(before.at().plusMillis(1))
        .onSuccess(
            after -> {
              scene.listeners(after);
              dossier.add(Chapter.LISTENERS, before);
            });
  }

  /** Only where the gateway keeps connections to the service, and asked as the gateway asks. */
  private Future<?> idle(Answer peer) {
    Route.Pass pass = scene.pass();
    if (pass == null
        || !pass.http()
        || !pass.keepAlive()
        || pass.keepAliveMillis() <= 0
        || !scene.safeForServices()
        || peer.seen().response() == null) {
      return Future.succeededFuture();
    }
    int place = dossier.reserve();
    return scene
        .round()
        .idle(
            peer.address(),
            Asking.anyAnswer(new Variation(scene, peer).withoutBody()),
            atMost(pass))
        .onSuccess(
            seen -> {
              if (seen.kept() && (seen.saidMillis() >= 0 || seen.heldMillis() > 0)) {
                dossier.put(
                    Chapter.VARIANT,
                    place,
                    new IdleConnection(
                        peer.upstream(),
                        peer.address(),
                        seen.observation().at(),
                        seen.heldMillis(),
                        seen.closed(),
                        seen.saidMillis()));
              }
            });
  }

  private Duration atMost(Route.Pass pass) {
    if (scene.manner() == Scene.Manner.WATCH) {
      return Duration.ZERO;
    }
    Duration most = Duration.ofMillis(pass.keepAliveMillis());
    // Five seconds are what many services keep, and what a probe waits: one more shows the close.
    Duration patience = probe.timeout().plusSeconds(1);
    for (Duration bound : List.of(probe.interval(), patience, LONGEST_IDLE)) {
      most = bound.compareTo(most) < 0 ? bound : most;
    }
    return most;
  }

  private Future<?> otherRoutes() {
    Gateway gateway = scene.gateway();
    GatewaySource source = scene.source();
    Listeners listeners = scene.listeners();
    if (gateway == null
        || gateway.config() == null
        || source == null
        || listeners == null
        || !listeners.access().readable()
        || !speaks) {
      return Future.succeededFuture();
    }
    return source
        .routes()
        .onSuccess(
            all ->
                all.stream()
                    .filter(sample -> !own(sample) && sendsToNobody(sample.route(), listeners))
                    .limit(MAX_ROUTES)
                    .forEach(
                        sample ->
                            dossier.add(
                                Chapter.ROUTE,
                                new OtherRoute(sample.target().text(), sample.route()))));
  }

  private boolean own(Sample sample) {
    Route.Pass pass = scene.pass();
    Route.Pass other = sample.route().pass();
    return pass != null && other != null && pass.place().equals(other.place());
  }

  private boolean sendsToNobody(Route route, Listeners listeners) {
    Route.Pass pass = route.pass();
    return pass != null
        && pass.peers().stream()
            .anyMatch(
                peer -> {
                  String address = peer.address();
                  return address != null
                      && !peer.down()
                      && !address.startsWith("unix:")
                      && scene.local(address)
                      && listeners.rows().stream()
                          .noneMatch(row -> row.port() == Asking.endpoint(address).port());
                });
  }
}
