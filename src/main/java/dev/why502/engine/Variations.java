package dev.why502.engine;

import dev.why502.definition.Definitions;
import dev.why502.definition.Probe;
import dev.why502.definition.Scheme;
import dev.why502.engine.Dossier.Chapter;
import dev.why502.evidence.Answer;
import dev.why502.evidence.Answer.Role;
import dev.why502.evidence.Route;
import dev.why502.observation.Certificate;
import dev.why502.observation.FailureKind;
import dev.why502.observation.Observation;
import dev.why502.observation.Phase;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What the first answers ask for: the same request with one thing changed, on a used connection, at
 * another address, or to the edge again, each only where it could explain an answer. Confined to
 * one context.
 */
final class Variations {
  /** Methods of a gateway's health check that may be repeated (RFC 9110, 9.2.1). */
  private static final Set<String> SAFE_CHECKS = Set.of("GET", "HEAD", "OPTIONS");

  private final Scene scene;
  private final Sources sources;
  private final Definitions definitions;
  private final Probe probe;
  private final Dossier dossier;
  private final Listening listening;
  private final Reuse reuse;
  private final Strangers strangers;

  Variations(Scene scene, Listening listening, Reuse reuse) {
    this.scene = scene;
    this.sources = scene.sources();
    this.definitions = scene.definitions();
    this.probe = scene.probe();
    this.dossier = scene.dossier();
    this.listening = listening;
    this.reuse = reuse;
    this.strangers = new Strangers(scene);
  }

  /** Asks it, once everything that was asked at first has come. */
  Future<?> variants() {
    List<Answer> answers =
        dossier.evidence().stream()
            .filter(Answer.class::isInstance)
            .map(Answer.class::cast)
            .toList();
    Observation edge = scene.edge();
    boolean failing = edge != null && !edge.served();
    List<Future<?>> all = new ArrayList<>();
    all.add(listening.whoListensNow(answers));
    boolean dead = false;
    boolean anyWell = false;
    for (Answer asked : answers) {
      if (asked.role() != Role.AS_GATEWAY) {
        continue;
      }
      if (asked.seen().served()) {
        anyWell = true;
        continue;
      }
      if (noConnection(asked.seen())) {
        dead = true;
        all.addAll(listening.samePortElsewhere(asked.address()));
      } else if (failing || scene.checking()) {
        all.addAll(otherwise(asked, answers));
      }
    }
    if (failing && dead && !anyWell && gatewayMade(Objects.requireNonNull(edge))) {
      answers.stream()
          .filter(asked -> asked.role() == Role.AS_GATEWAY && noConnection(asked.seen()))
          .findFirst()
          .ifPresent(asked -> all.add(strangers.insteadOf(asked)));
    }
    if (failing && gatewayMade(Objects.requireNonNull(edge))) {
      for (Answer asked : answers) {
        boolean fits =
            asked.role() == Role.AS_GATEWAY
                || (asked.role() == Role.DECLARED && !scene.routeReadable());
        if (fits
            && asked.seen().served()
            && asked.seen().response() != null
            && reuse.keepsAlive()) {
          all.add(reuse.of(asked));
        } else if (asked.role() == Role.AS_GATEWAY
            && asked.scheme() == Scheme.TCP
            && asked.seen().served()
            && reuse.keepsAlive()) {
          all.add(reuse.plain(asked.address()));
        }
      }
    }
    if (failing && gatewayMade(Objects.requireNonNull(edge)) && scene.pass() != null) {
      for (Answer asked : answers) {
        if (asked.role() == Role.AS_GATEWAY && asked.seen().served()) {
          all.add(check(asked, Objects.requireNonNull(scene.pass())));
        }
      }
    }
    if (!failing && edge != null && dead && anyWell && probe.request().safe()) {
      // One of several peers is dead: whether people meet it shows in a few requests.
      all.add(edgeAgain(2));
    }
    return all.isEmpty() ? Future.succeededFuture() : Future.join(all);
  }

  private static boolean gatewayMade(Observation seen) {
    return seen.status() >= 500 || seen.failure() != null;
  }

  private Future<?> edgeAgain(int times) {
    int place = dossier.reserve();
    return sources
        .run(probe)
        .compose(
            seen -> {
              dossier.put(Chapter.EDGE, place, scene.answer(Role.EDGE_AGAIN, null, probe, seen));
              return times > 1 && seen.served() ? edgeAgain(times - 1) : Future.succeededFuture();
            });
  }

  private static boolean noConnection(Observation seen) {
    FailureKind kind = seen.failure();
    return kind == FailureKind.REFUSED
        || kind == FailureKind.MISSING
        || kind == FailureKind.UNREACHABLE
        || (kind == FailureKind.TIMEOUT && seen.phase() == Phase.CONNECT);
  }

  /** The same request with one thing changed, each where it could explain the answer. */
  private List<Future<?>> otherwise(Answer asked, List<Answer> answers) {
    List<Future<?>> all = new ArrayList<>();
    Route.Pass pass = scene.pass();
    if (!scene.safeForServices() || (asked.scheme() == Scheme.TCP)) {
      return all;
    }
    Observation seen = asked.seen();
    FailureKind kind = seen.failure();
    Certificate certificate = seen.certificate();
    boolean alert =
        kind == FailureKind.TLS
            && (certificate == null || certificate.problem() != Certificate.Problem.NOT_TLS);
    boolean broken =
        kind == FailureKind.TLS
            || kind == FailureKind.RESET
            || kind == FailureKind.CLOSED
            || kind == FailureKind.INVALID
            || (kind == FailureKind.TIMEOUT && seen.phase() == Phase.TLS)
            || seen.status() == 400;
    if (broken && !alert) {
      all.add(vary(asked, Role.OTHER_SCHEME, variation -> variation.otherScheme()));
    }
    boolean answered = seen.response() != null && kind == null;
    if (!answered && !alert) {
      return all;
    }
    String clientPath = probe.target().path();
    if (answered) {
      Set<String> paths = new LinkedHashSet<>(List.of(clientPath));
      paths.addAll(Asking.slashVariants(asked.path(), clientPath));
      paths.remove(asked.path());
      for (String path : paths) {
        all.add(vary(asked, Role.CLIENT_PATH, variation -> variation.path(path)));
      }
    }
    String clientHost = Asking.host(probe);
    if (alert || !asked.host().equals(clientHost)) {
      all.add(
          vary(
              asked,
              Role.CLIENT_HOST,
              variation -> variation.host(clientHost, probe.target().endpoint().host())));
    }
    for (Answer declared : answers) {
      Probe upstream = declared.upstream() == null ? null : definitions.probe(declared.upstream());
      if (declared.role() == Role.DECLARED
          && declared.seen().served()
          && upstream != null
          && declared.address().equals(asked.address())
          && (alert || !declared.host().equals(asked.host()))) {
        all.add(
            vary(
                asked,
                Role.OWN_HOST,
                variation -> variation.host(declared.host(), upstream.target().endpoint().host())));
      }
    }
    if (answered && pass != null && alters(pass)) {
      all.add(vary(asked, Role.CLIENT_HEADERS, Variation::clientRequest));
    }
    return all;
  }

  private boolean alters(Route.Pass pass) {
    if (probe.target().scheme().webSocket()
        || !pass.passHeaders()
        || (!pass.passBody() && probe.request().body() != null)
        || !pass.method().equals(probe.request().method())) {
      return true;
    }
    return probe.request().headers().stream()
        .anyMatch(
            own ->
                pass.setHeaders().stream()
                    .anyMatch(
                        set ->
                            set.name().equalsIgnoreCase(own.name())
                                && !set.name().equalsIgnoreCase("Host")
                                && !set.value().equals(own.value())));
  }

  /** The service is well and held out of use, perhaps because its check asks for something else. */
  private Future<?> check(Answer asked, Route.Pass pass) {
    for (Route.Peer peer : pass.peers()) {
      Route.Check check = peer.check();
      if (check != null
          && check.uri() != null
          && check.method() != null
          && SAFE_CHECKS.contains(check.method())
          && asked.address().equals(peer.address())) {
        String uri = check.uri();
        String method = check.method();
        return vary(asked, Role.CHECK, variation -> variation.check(method, uri, check.port()));
      }
    }
    return Future.succeededFuture();
  }

  private Future<?> vary(Answer asked, Role role, Consumer<Variation> change) {
    Variation variation = new Variation(scene, asked);
    change.accept(variation);
    return variation.send(role);
  }
}
