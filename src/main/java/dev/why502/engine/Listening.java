package dev.why502.engine;

import dev.why502.definition.Probe;
import dev.why502.definition.Scheme;
import dev.why502.engine.Dossier.Chapter;
import dev.why502.evidence.Answer;
import dev.why502.evidence.Answer.Role;
import dev.why502.evidence.Listeners;
import dev.why502.evidence.Route;
import dev.why502.observation.FailureKind;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Where else on this host a service may listen than where it was sought, and whether what listened
 * still does. A service on another port or address than the gateway's is a cause of its own, and
 * only an answer from there shows it. Confined to one context.
 */
final class Listening {
  private final Scene scene;
  private final Sources sources;
  private final Probe probe;

  Listening(Scene scene) {
    this.scene = scene;
    this.sources = scene.sources();
    this.probe = scene.probe();
  }

  /**
   * A refusal where the table shows a listener: the table may be older than the refusal, and the
   * listener gone. Only one that was read afterwards tells a firewall from absence.
   */
  Future<?> whoListensNow(List<Answer> answers) {
    Listeners known = scene.listeners();
    if (known == null) {
      return Future.succeededFuture();
    }
    Instant newest = null;
    for (Answer answer : answers) {
      if (answer.seen().failure() == FailureKind.REFUSED
          && !answer.address().startsWith("unix:")
          && !known.at().isAfter(answer.at())
          && known.rows().stream()
              .anyMatch(row -> row.port() == Asking.endpoint(answer.address()).port())
          && (newest == null || answer.at().isAfter(newest))) {
        newest = answer.at();
      }
    }
    return newest == null
        ? Future.succeededFuture()
        : sources.listeners(newest).onSuccess(scene::listeners);
  }

  /** The service may hold the same port on another address of this host. */
  List<Future<?>> samePortElsewhere(String address) {
    List<Future<?>> all = new ArrayList<>();
    Listeners listeners = scene.listeners();
    if (listeners == null || address.startsWith("unix:") || !scene.local(address)) {
      return all;
    }
    int port = Asking.endpoint(address).port();
    for (Listeners.Row row : listeners.rows()) {
      if (row.port() == port) {
        String reachable = reachable(row);
        if (!reachable.equals(address)) {
          all.add(candidate(reachable));
        }
      }
    }
    return all;
  }

  static String reachable(Listeners.Row row) {
    return switch (row.address()) {
      case "0.0.0.0" -> "127.0.0.1:" + row.port();
      case "::" -> "[::1]:" + row.port();
      default -> row.text();
    };
  }

  /** Asks at an address where the service may be, as the gateway would. */
  Future<?> candidate(String address) {
    if (!scene.safeForServices() || !scene.firstCandidate(address)) {
      return Future.succeededFuture();
    }
    Route.Pass pass = scene.pass();
    return scene.ask(
        Role.CANDIDATE,
        Chapter.VARIANT,
        scene.idAt(address),
        address,
        pass != null && pass.tls() ? Scheme.HTTPS : Scheme.HTTP,
        probe.request().method(),
        pass == null || pass.uri() == null ? probe.target().path() : pass.uri(),
        pass == null || pass.host() == null ? Asking.host(probe) : pass.host(),
        pass == null ? null : pass.sni(),
        pass == null ? Asking.ownHeaders(probe) : Asking.gatewayHeaders(probe, pass),
        probe.request().body(),
        "1.1",
        null);
  }
}
