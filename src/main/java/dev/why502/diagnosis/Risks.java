package dev.why502.diagnosis;

import dev.why502.diagnosis.Verdict.Risk;
import dev.why502.evidence.Answer;
import dev.why502.evidence.Artifact;
import dev.why502.evidence.GatewayState;
import dev.why502.evidence.IdleConnection;
import dev.why502.evidence.Listeners;
import dev.why502.evidence.OtherRoute;
import dev.why502.evidence.Route;
import dev.why502.observation.Certificate;
import dev.why502.observation.Phase;
import dev.why502.observation.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Causes that would strike and have not yet, each with the evidence that shows it. */
final class Risks {
  /** A certificate is renewed a month before its end by every common client; half that is late. */
  static final Duration CERTIFICATE_LEFT = Duration.ofDays(14);

  private Risks() {}

  static List<Risk> of(Facts facts) {
    List<Risk> risks = new ArrayList<>();
    certificate(facts, risks);
    if (facts.pass != null && !facts.elsewhere()) {
      upstreamCertificate(facts, risks);
      header(facts, risks);
      slow(facts, risks);
      deadAddress(facts, risks);
      deadBackup(facts, risks);
      idle(facts, risks);
      queue(facts, risks);
      otherRoutes(facts, risks);
    }
    staleConfig(facts, risks);
    exhaustion(facts, risks);
    missingFiles(facts, risks);
    return risks;
  }

  /** What runs is not what stands on disk; or what stands there would not load at all. */
  private static void staleConfig(Facts facts, List<Risk> risks) {
    Route route = facts.route;
    GatewayState state = facts.state;
    if (route == null) {
      return;
    }
    if (!route.faults().isEmpty()) {
      risks.add(
          new Risk(
              Cause.GATEWAY_STALE_CONFIG,
              facts.gatewayName() + " " + CheckRules.wouldNotLoad(route),
              facts.edited() && state != null ? List.of(route, state) : List.of(route),
              CheckRules.correct(facts, route)));
    } else if (facts.edited() && state != null && !facts.given.checking()) {
      // A check is made between the edit and the reload: there it is no news.
      risks.add(
          new Risk(
              Cause.GATEWAY_STALE_CONFIG,
              state.editedFile() + " was edited and not reloaded",
              List.of(state),
              Fixes.told(
                  facts,
                  "test the configuration and reload the gateway",
                  Fixes.reload(facts).toArray(String[]::new))));
    }
  }

  /** The gateway verifies it: on the day after its end it refuses the service. */
  private static void upstreamCertificate(Facts facts, List<Risk> risks) {
    Route.Pass pass = Objects.requireNonNull(facts.pass);
    for (Answer answer : facts.asGateway()) {
      Certificate certificate = answer.seen().certificate();
      Instant end = certificate == null ? null : certificate.notAfter();
      if (!pass.verify() || end == null || !answer.seen().served()) {
        continue;
      }
      Duration left = Duration.between(facts.given.at(), end);
      if (left.compareTo(CERTIFICATE_LEFT) < 0) {
        risks.add(
            new Risk(
                Cause.CERTIFICATE_EXPIRING,
                "the certificate of "
                    + facts.name(answer.address())
                    + " ends in "
                    + left.toDays()
                    + " days, on "
                    + end
                    + "; the gateway verifies it and will refuse it then",
                List.of(answer, Objects.requireNonNull(facts.route)),
                Fixes.told(facts, "renew the certificate of " + facts.name(answer.address()))));
        return;
      }
    }
  }

  /** Three quarters of the time that the gateway waits are used. */
  private static void slow(Facts facts, List<Risk> risks) {
    long limit = Objects.requireNonNull(facts.pass).readTimeoutMillis();
    for (Answer answer : facts.asGateway()) {
      double took = answer.seen().phases().getOrDefault(Phase.PROCESSING, 0.0);
      if (limit > 0 && answer.seen().served() && took > limit * 0.75 && took <= limit) {
        risks.add(
            new Risk(
                Cause.GATEWAY_TIMEOUT_TOO_SHORT,
                String.format(
                    Locale.ROOT,
                    "%s answers after %.1f s; the gateway waits %.1f s",
                    facts.name(answer.address()),
                    took / 1000,
                    limit / 1000.0),
                List.of(answer, Objects.requireNonNull(facts.route)),
                Fixes.at(
                    facts,
                    facts.pass.place(),
                    "make the service faster, or let the gateway wait longer")));
        return;
      }
    }
  }

  /** Nobody meets a dead backup until it is needed. */
  private static void deadBackup(Facts facts, List<Risk> risks) {
    for (Peers.Service service : Peers.of(facts)) {
      Finding fault = service.fault();
      if (service.backup() && service.dead() && fault != null) {
        risks.add(
            new Risk(
                fault.cause(),
                "the backup " + fault.text(),
                List.of(service.answers().get(0), Objects.requireNonNull(facts.route)),
                Fixes.general(facts, fault.cause())));
        return;
      }
    }
  }

  /** Who closes idle connections first must be the gateway, or it sends into a closed one. */
  private static void idle(Facts facts, List<Risk> risks) {
    Route.Pass pass = Objects.requireNonNull(facts.pass);
    long gateway = pass.keepAliveMillis();
    if (!pass.keepAlive() || gateway <= 0) {
      return;
    }
    for (IdleConnection idle : facts.given.all(IdleConnection.class).toList()) {
      double closes = idle.closesAfterMillis();
      if (closes >= 0 && closes <= gateway && facts.routesTo(idle.address())) {
        risks.add(
            new Risk(
                Cause.UPSTREAM_KEEPALIVE_RACE,
                String.format(
                    Locale.ROOT,
                    "%s closes idle connections after %.1f s; the gateway keeps them for %.1f s",
                    facts.name(idle.address()),
                    closes / 1000,
                    gateway / 1000.0),
                List.of(idle, Objects.requireNonNull(facts.route)),
                Fixes.at(
                    facts,
                    pass.place(),
                    "let the service keep idle connections longer than the gateway's "
                        + gateway / 1000
                        + " s, or the gateway shorter than the service")));
        return;
      }
    }
  }

  /** Connections wait to be accepted: a quarter of the queue is full, or it grows. */
  private static void queue(Facts facts, List<Risk> risks) {
    Listeners listeners = facts.listeners;
    if (listeners == null) {
      return;
    }
    for (Route.Peer peer : facts.peers()) {
      String address = String.valueOf(peer.address());
      Listeners.Row row = facts.local(address) ? facts.listener(address) : null;
      if (row == null || row.queue() <= 0) {
        continue;
      }
      Listeners earlier =
          facts
              .given
              .all(Listeners.class)
              .filter(other -> other.at().isBefore(listeners.at()))
              .findFirst()
              .orElse(null);
      int before = earlier == null ? -1 : queue(earlier, row);
      boolean grows = before > 0 && row.queue() > before;
      boolean full = row.backlog() > 0 && row.queue() >= Math.max(2, row.backlog() / 4);
      if (grows || full) {
        risks.add(
            new Risk(
                Cause.UPSTREAM_BACKLOG_FULL,
                row.queue()
                    + (row.backlog() > 0 ? " of at most " + row.backlog() : "")
                    + " connections wait in the accept queue of "
                    + facts.name(address)
                    + " ("
                    + row.holder()
                    + ")"
                    + (grows ? ", " + (row.queue() - before) + " more than a moment ago" : ""),
                earlier != null && grows
                    ? List.of(only(listeners, row.port()), only(earlier, row.port()))
                    : List.of(only(listeners, row.port())),
                Fixes.general(facts, Cause.UPSTREAM_BACKLOG_FULL)));
        return;
      }
    }
  }

  private static int queue(Listeners listeners, Listeners.Row like) {
    return listeners.rows().stream()
        .filter(row -> row.port() == like.port() && row.address().equals(like.address()))
        .mapToInt(Listeners.Row::queue)
        .findFirst()
        .orElse(-1);
  }

  /** Another route of the same gateway, to a port of this host that nobody holds. */
  private static void otherRoutes(Facts facts, List<Risk> risks) {
    Listeners listeners = facts.listeners;
    boolean sameHost =
        (facts.state != null && Boolean.TRUE.equals(facts.state.sameNetwork()))
            || facts.asGateway().stream()
                .anyMatch(answer -> answer.seen().served() && facts.local(answer.address()));
    if (listeners == null || !listeners.access().readable() || !sameHost) {
      return;
    }
    for (OtherRoute other : facts.given.all(OtherRoute.class).toList()) {
      Route.Pass pass = other.route().pass();
      for (Route.Peer peer : pass == null ? List.<Route.Peer>of() : pass.peers()) {
        String address = peer.address();
        if (address == null
            || peer.down()
            || Address.unix(address)
            || !facts.local(address)
            || "localhost".equals(peer.name())
            || listeners.rows().stream().anyMatch(row -> row.port() == Address.port(address))) {
          continue;
        }
        risks.add(
            new Risk(
                Cause.UPSTREAM_REFUSED,
                peer.place()
                    + " sends to "
                    + address
                    + ", a port that nobody holds ("
                    + other.target()
                    + ")",
                List.of(other, only(listeners, Address.port(address))),
                Fixes.at(
                    facts,
                    peer.place(),
                    "start the service that belongs at " + address + ", or correct the line")));
        break;
      }
    }
  }

  private static Listeners only(Listeners all, int port) {
    return new Listeners(
        all.at(), all.access(), all.rows().stream().filter(row -> row.port() == port).toList());
  }

  /** Three quarters of a worker's file descriptors are in use. */
  private static void exhaustion(Facts facts, List<Risk> risks) {
    GatewayState state = facts.state;
    if (state != null
        && state.openFilesLimit() > 0
        && state.openFiles() > state.openFilesLimit() * 3 / 4) {
      risks.add(
          new Risk(
              Cause.GATEWAY_EXHAUSTED,
              "a worker of the gateway holds "
                  + state.openFiles()
                  + " of "
                  + state.openFilesLimit()
                  + " file descriptors",
              List.of(state),
              Fixes.general(facts, Cause.GATEWAY_EXHAUSTED)));
    }
  }

  /** The service runs with what it has read; its next start will look for the file. */
  private static void missingFiles(Facts facts, List<Risk> risks) {
    for (Artifact artifact : facts.given.all(Artifact.class).toList()) {
      if (Boolean.FALSE.equals(artifact.exists())) {
        risks.add(
            new Risk(
                Cause.PROCESS_BUILD_MISSING,
                artifact.path()
                    + " does not exist: "
                    + artifact.probe()
                    + " runs, and would miss it at its next start",
                List.of(artifact),
                Fixes.general(facts, Cause.PROCESS_BUILD_MISSING)));
        return;
      }
    }
  }

  private static void certificate(Facts facts, List<Risk> risks) {
    Answer answer = facts.edge;
    Certificate certificate = answer == null ? null : answer.seen().certificate();
    if (answer == null || certificate == null || certificate.notAfter() == null) {
      return;
    }
    Instant end = certificate.notAfter();
    Duration left = Duration.between(facts.given.at(), end);
    if (left.compareTo(CERTIFICATE_LEFT) < 0) {
      risks.add(
          new Risk(
              Cause.CERTIFICATE_EXPIRING,
              "the certificate ends in " + left.toDays() + " days, on " + end,
              List.of(answer),
              Fixes.general(facts, Cause.CERTIFICATE_EXPIRING)));
    }
  }

  /** Three quarters of the buffer are used: one more cookie and the answer is a 502. */
  private static void header(Facts facts, List<Risk> risks) {
    int limit = Objects.requireNonNull(facts.pass).headerBufferBytes();
    for (Answer answer : facts.asGateway()) {
      Response response = answer.seen().response();
      if (limit > 0
          && response != null
          && response.headerBytes() > limit * 3 / 4
          && response.headerBytes() <= limit) {
        risks.add(
            new Risk(
                Cause.GATEWAY_HEADER_LIMIT,
                "the response header of "
                    + facts.name(answer.address())
                    + " has "
                    + response.headerBytes()
                    + " of the "
                    + limit
                    + " bytes that the gateway takes",
                List.of(answer, Objects.requireNonNull(facts.route)),
                Fixes.general(facts, Cause.GATEWAY_HEADER_LIMIT)));
        return;
      }
    }
  }

  /** One name, several addresses, and not each of them answers. */
  private static void deadAddress(Facts facts, List<Risk> risks) {
    for (Peers.Service service : Peers.of(facts)) {
      if (service.fault() != null || service.addresses().size() < 2) {
        continue;
      }
      for (Answer answer : service.answers()) {
        Finding fault = Wire.judge(facts, answer);
        // "localhost" as two addresses is how every host is made; that one of them is not served
        // costs a retry and nothing else.
        boolean localhost = service.peer() != null && "localhost".equals(service.peer().name());
        if (fault != null && Wire.dead(fault) && !localhost) {
          risks.add(
              new Risk(
                  fault.cause(),
                  fault.text(),
                  List.of(answer, Objects.requireNonNull(facts.route)),
                  Fixes.general(facts, fault.cause())));
          return;
        }
      }
    }
  }
}
