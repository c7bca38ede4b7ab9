package dev.why502.engine;

import dev.why502.definition.Probe;
import dev.why502.definition.Scheme;
import dev.why502.engine.Dossier.Chapter;
import dev.why502.engine.Sources.Asked;
import dev.why502.engine.Sources.LogSession;
import dev.why502.evidence.Answer;
import dev.why502.evidence.Answer.Role;
import dev.why502.evidence.Evidence;
import dev.why502.evidence.LogLine;
import dev.why502.evidence.Route;
import dev.why502.observation.Observation;
import io.vertx.core.Future;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Each address that the gateway sends to, by its configuration or by its log, asked as the gateway
 * asks it: what the gateway met there is what its client was told of. Confined to one context.
 */
final class Peers {
  private static final long LOG_WAIT_MILLIS = 150;

  private final Scene scene;
  private final Sources sources;
  private final Probe probe;
  private final Round round;
  private final Dossier dossier;

  Peers(Scene scene) {
    this.scene = scene;
    this.sources = scene.sources();
    this.probe = scene.probe();
    this.round = scene.round();
    this.dossier = scene.dossier();
  }

  /** Each address that the gateway sends to, asked as the gateway asks. */
  Future<?> passed(boolean looped) {
    Route.Pass pass = scene.pass();
    if (pass == null) {
      return Future.succeededFuture();
    }
    List<Future<?>> all = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Route.Peer peer : pass.peers()) {
      if (peer.name() != null && names.add(peer.name())) {
        all.add(scene.keep(Chapter.NAMES, sources.resolve(peer.name())));
      }
      String address = peer.address();
      if (address == null || looped || peer.down()) {
        continue;
      }
      if (scene.firstPeer(address)) {
        all.add(asGateway(address, pass));
      }
    }
    return all.isEmpty() ? Future.succeededFuture() : Future.join(all);
  }

  private Future<?> asGateway(String address, Route.Pass pass) {
    boolean socket = address.startsWith("unix:");
    List<Future<?>> all = new ArrayList<>();
    if (socket) {
      all.add(scene.socketFile(address.substring("unix:".length())));
    }
    if (!pass.http() || !scene.safeForServices()) {
      if (!socket) {
        int place = dossier.reserve();
        Probe connect = Asking.connect(probe, scene.sampling() ? "sample" : probe.id(), address);
        all.add(
            round
                .ask(connect)
                .onSuccess(
                    seen ->
                        dossier.put(
                            Chapter.AS_GATEWAY,
                            place,
                            new Answer(
                                Role.AS_GATEWAY,
                                scene.idAt(address),
                                Scheme.TCP,
                                address,
                                "CONNECT",
                                "",
                                "",
                                seen))));
      } else {
        all.add(deadSocket(address, pass));
      }
      return Future.join(all);
    }
    all.add(
        scene.ask(
            Role.AS_GATEWAY,
            Chapter.AS_GATEWAY,
            scene.idAt(address),
            address,
            pass.tls() ? Scheme.HTTPS : Scheme.HTTP,
            Asking.safe(pass.method()) ? pass.method() : "GET",
            scene.sampling() ? "/" : pass.uri() == null ? probe.target().path() : pass.uri(),
            pass.host() == null ? Asking.host(probe) : pass.host(),
            pass.sni(),
            Asking.gatewayHeaders(probe, pass),
            pass.passBody() ? probe.request().body() : null,
            pass.httpVersion(),
            pass.verify() ? pass.trusted() : null));
    return Future.join(all);
  }

  /** A socket that is not HTTP's is only connected to when nobody can be there to be disturbed. */
  private Future<?> deadSocket(String address, Route.Pass pass) {
    return sources
        .socketFile(address.substring("unix:".length()))
        .compose(
            file ->
                Boolean.FALSE.equals(file.exists()) || Boolean.FALSE.equals(file.held())
                    ? scene.ask(
                        Role.AS_GATEWAY,
                        Chapter.AS_GATEWAY,
                        scene.idAt(address),
                        address,
                        Scheme.HTTP,
                        "GET",
                        probe.target().path(),
                        Asking.host(probe),
                        null,
                        List.of(),
                        null,
                        pass.httpVersion(),
                        null)
                    : Future.succeededFuture());
  }

  Future<List<Evidence>> collect(LogSession logs, Route seen, boolean failing) {
    String prefix = null;
    if (seen.location() != null) {
      String text = seen.location().text();
      int slash = text.indexOf('/');
      int end = text.indexOf(' ', Math.max(slash, 0));
      prefix = slash < 0 ? null : text.substring(slash, end < 0 ? text.length() : end);
    }
    return logs.collect(
        new Asked(
            probe.request().method(),
            probe.target().path(),
            Asking.host(probe),
            scene.localAddresses(),
            scene.clients(),
            prefix,
            seen.serverName()),
        failing ? LOG_WAIT_MILLIS : 0);
  }

  /** Addresses that the gateway says it tried and that its configuration does not show. */
  Future<?> logged(List<Evidence> lines, boolean failing) {
    List<Future<?>> all = new ArrayList<>();
    for (Evidence written : lines) {
      Evidence evidence = written instanceof LogLine line ? dated(line) : written;
      dossier.add(Chapter.LOG, evidence);
      if (!(evidence instanceof LogLine line) || line.tie() != LogLine.Tie.OURS || !failing) {
        continue;
      }
      String peer = line.peer();
      if (peer == null
          || !(peer.startsWith("unix:") || peer.matches(".*:[0-9]{1,5}"))
          || scene.askedWithPath(peer)) {
        continue;
      }
      if (!scene.firstPeer(peer)) {
        continue;
      }
      if (peer.startsWith("unix:")) {
        all.add(scene.socketFile(peer.substring("unix:".length())));
      }
      boolean http = line.protocol() == null || line.protocol().startsWith("http");
      if (!http || !scene.safeForServices()) {
        continue;
      }
      Route.Pass pass = scene.pass();
      all.add(
          scene.ask(
              Role.AS_GATEWAY,
              Chapter.AS_GATEWAY,
              scene.idAt(peer),
              peer,
              "https".equals(line.protocol()) ? Scheme.HTTPS : Scheme.HTTP,
              probe.request().method(),
              line.uri() == null || line.uri().isEmpty() ? probe.target().path() : line.uri(),
              pass != null && pass.host() != null ? pass.host() : Asking.host(probe),
              pass == null ? null : pass.sni(),
              pass == null ? Asking.ownHeaders(probe) : Asking.gatewayHeaders(probe, pass),
              probe.request().body(),
              pass == null ? "1.0" : pass.httpVersion(),
              null));
    }
    return all.isEmpty() ? Future.succeededFuture() : Future.join(all);
  }

  /** Lines of the marks' time that are older than our request are of somebody else's. */
  private LogLine dated(LogLine line) {
    Observation edge = scene.edge();
    if (edge == null || !line.at().isBefore(edge.at().truncatedTo(ChronoUnit.SECONDS))) {
      return line;
    }
    return new LogLine(
        line.gateway(),
        line.file(),
        line.at(),
        false,
        line.tie(),
        line.event(),
        line.stage(),
        line.errno(),
        line.protocol(),
        line.peer(),
        line.uri(),
        line.host(),
        line.request(),
        line.text());
  }
}
