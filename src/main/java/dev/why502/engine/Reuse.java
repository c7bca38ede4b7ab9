package dev.why502.engine;

import dev.why502.definition.Probe;
import dev.why502.definition.Scheme;
import dev.why502.engine.Dossier.Chapter;
import dev.why502.evidence.Answer;
import dev.why502.evidence.Answer.Role;
import dev.why502.evidence.Route;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;

/**
 * The same request a second time on one connection, after a pause, as a gateway with keep-alive
 * sends it: a service that closes idle connections early fails only then. Confined to one context.
 */
final class Reuse {
  private static final Duration REUSE_IDLE = Duration.ofMillis(30);

  private final Scene scene;
  private final Sources sources;
  private final Probe probe;
  private final Dossier dossier;

  Reuse(Scene scene) {
    this.scene = scene;
    this.sources = scene.sources();
    this.probe = scene.probe();
    this.dossier = scene.dossier();
  }

  boolean keepsAlive() {
    Route.Pass pass = scene.pass();
    return pass == null || pass.keepAlive();
  }

  Future<?> of(Answer asked) {
    return reuse(
        asked.address(), new Variation(scene, asked).withoutBody(), asked.path(), asked.host());
  }

  /** For a request that must not be sent twice: its counterpart that may, a plain GET. */
  Future<?> plain(String address) {
    Route.Pass pass = scene.pass();
    if (pass != null && !pass.http()) {
      return Future.succeededFuture();
    }
    String path = pass == null || pass.uri() == null ? probe.target().path() : pass.uri();
    String host = pass == null || pass.host() == null ? Asking.host(probe) : pass.host();
    Probe get =
        Asking.anyAnswer(
            Asking.at(
                probe,
                probe.id(),
                address,
                pass != null && pass.tls() ? Scheme.HTTPS : Scheme.HTTP,
                "GET",
                path,
                host,
                pass == null ? null : pass.sni(),
                List.of(),
                null,
                "1.1",
                null));
    return reuse(address, get, path, host);
  }

  private Future<?> reuse(String address, Probe request, String path, String host) {
    int place = dossier.reserve();
    return sources
        .runReused(request, REUSE_IDLE)
        .onSuccess(
            seen ->
                dossier.put(
                    Chapter.VARIANT,
                    place,
                    new Answer(
                        Role.REUSED,
                        scene.idAt(address),
                        request.target().scheme(),
                        address,
                        "GET",
                        path,
                        host,
                        seen)));
  }
}
