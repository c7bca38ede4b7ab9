package dev.why502.diagnosis;

import dev.why502.definition.Request;
import dev.why502.diagnosis.Finding.Standing;
import dev.why502.evidence.Answer;
import dev.why502.evidence.Answer.Role;
import dev.why502.evidence.Route;
import dev.why502.observation.Certificate;
import dev.why502.observation.FailureKind;
import dev.why502.observation.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The gateway sends the request in the wrong form: its scheme, path, host, method or headers. */
final class RequestRules {
  private RequestRules() {}

  static @Nullable Finding wrongScheme(Facts facts) {
    if (facts.edge != null && facts.failure() == null) {
      return null;
    }
    for (Answer asked : facts.asGateway()) {
      if (asked.seen().served()) {
        continue;
      }
      Answer other = facts.asked(Role.OTHER_SCHEME, asked.address());
      if (other == null || other.seen().response() == null || other.seen().failure() != null) {
        continue;
      }
      boolean tls = asked.scheme().tls();
      FailureKind kind = asked.seen().failure();
      Certificate certificate = asked.seen().certificate();
      boolean fits =
          tls
              ? (kind == FailureKind.TLS
                      && (certificate == null
                          || certificate.problem() == Certificate.Problem.NOT_TLS
                          || certificate.problem() == Certificate.Problem.HANDSHAKE))
                  // Some plain services hang up on a TLS record, or wait for the rest of a line.
                  || (asked.seen().phase() == Phase.TLS
                      && (kind == FailureKind.RESET
                          || kind == FailureKind.CLOSED
                          || kind == FailureKind.TIMEOUT)
                      && other.seen().served())
              : kind == FailureKind.RESET
                  || kind == FailureKind.CLOSED
                  || kind == FailureKind.INVALID
                  || (asked.seen().status() == 400
                      && Objects.requireNonNull(asked.seen().response())
                          .body()
                          .contains("plain HTTP request was sent to HTTPS port"));
      if (!fits || facts.otherScheme(asked)) {
        continue;
      }
      String speaks = tls ? "plain HTTP" : "TLS";
      String sends = tls ? "https://" : "http://";
      String id = facts.idAt(asked.address());
      Finding finding =
          Finding.certain(
              Cause.GATEWAY_WRONG_SCHEME,
              (facts.pass == null ? "the gateway" : facts.pass.place().toString())
                  + " sends "
                  + sends
                  + " to "
                  + facts.name(asked.address())
                  + ", which speaks "
                  + speaks,
              asked,
              other);
      if (facts.route != null) {
        finding = finding.seenIn(List.of(facts.route));
      }
      finding = finding.of(id);
      return finding.fixedBy(
          facts.pass == null
              ? Fixes.general(facts, Cause.GATEWAY_WRONG_SCHEME)
              : Fixes.change(
                  facts,
                  Dialect.of(facts).scheme(facts.pass, !tls),
                  facts.pass.place(),
                  "let " + facts.pass.place() + " speak " + speaks));
    }
    return null;
  }

  static @Nullable Finding missingUpgrade(Facts facts) {
    if (!facts.probe.target().scheme().webSocket() || !facts.failing()) {
      return null;
    }
    Answer failure = Objects.requireNonNull(facts.failure());
    if (failure.seen().response() == null || !facts.gatewayReached()) {
      return null;
    }
    Answer well = null;
    for (Role role : List.of(Role.CLIENT_HEADERS, Role.AS_CLIENT, Role.DECLARED)) {
      if (well == null) {
        well = facts.role(role).filter(a -> a.seen().status() == 101).findFirst().orElse(null);
      }
    }
    if (well == null) {
      return null;
    }
    boolean dropped =
        facts.pass != null
            && facts.pass.setHeaders().stream()
                .anyMatch(set -> set.name().equalsIgnoreCase("Upgrade") && set.value().isEmpty());
    if (facts.pass != null && facts.pass.upgrade() && !dropped) {
      return Finding.contradicted(
          Cause.GATEWAY_MISSING_UPGRADE, facts.pass.place() + " passes Upgrade and Connection on");
    }
    Finding finding =
        (facts.pass == null
                ? Finding.likely(
                    Cause.GATEWAY_MISSING_UPGRADE,
                    "the WebSocket handshake works at "
                        + facts.name(well.address())
                        + " and is answered "
                        + failure.seen().status()
                        + " at the edge",
                    failure,
                    well)
                : Finding.certain(
                    Cause.GATEWAY_MISSING_UPGRADE,
                    facts.pass.place()
                        + " does not pass Upgrade and Connection on; the handshake works at "
                        + facts.name(well.address()),
                    failure,
                    well,
                    Objects.requireNonNull(facts.route)))
            .of(well.upstream());
    return finding.fixedBy(
        facts.pass == null
            ? Fixes.general(facts, Cause.GATEWAY_MISSING_UPGRADE)
            : Fixes.change(
                facts,
                Dialect.of(facts).upgrade(facts.pass),
                facts.pass.place(),
                "pass Upgrade and Connection on, over HTTP/1.1, beside " + facts.pass.place()));
  }

  /** The answer to what the gateway asks that is not a good one, as the edge shows it. */
  static @Nullable Answer relayedFault(Facts facts) {
    Answer failure = facts.failure();
    if (failure == null || facts.elsewhere()) {
      return null;
    }
    for (Answer asked : facts.asGateway()) {
      boolean same =
          failure.seen().response() != null
              && asked.seen().status() == failure.seen().status()
              && asked.seen().failure() == null;
      boolean alert = asked.seen().failure() == FailureKind.TLS && failure.seen().status() >= 500;
      boolean closed = asked.seen().failure() != null && facts.gatewayError();
      if (!asked.seen().served() && (same || alert || closed)) {
        return asked;
      }
    }
    return null;
  }

  static @Nullable Finding wrongPath(Facts facts) {
    Answer asked = relayedFault(facts);
    if (asked == null || facts.pass == null) {
      return null;
    }
    String sent = asked.path();
    Answer client = facts.good(Role.CLIENT_PATH, asked.address());
    String right = null;
    Answer well = null;
    Standing standing = Standing.CERTAIN;
    if (client != null && !client.path().equals(sent)) {
      right = client.path();
      well = client;
    } else {
      for (Answer declared : facts.well()) {
        String own = declared.path();
        String wanted = facts.probe.target().path();
        if (Address.same(declared.address(), asked.address())
            && !own.equals(sent)
            && own.length() > 1
            && (wanted.endsWith(own)
                || own.endsWith(wanted)
                || sent.endsWith(own)
                || own.endsWith(sent))) {
          right = own;
          well = declared;
          standing = Standing.LIKELY;
        }
      }
    }
    if (right == null || well == null) {
      return null;
    }
    Finding finding =
        new Finding(
            Cause.GATEWAY_WRONG_PATH,
            standing,
            facts.pass.place()
                + " asks "
                + facts.name(asked.address())
                + " for "
                + sent
                + ", which answers "
                + asked.seen().status()
                + "; the resource is at "
                + right,
            facts.idAt(asked.address()),
            List.of(),
            List.of(asked, well, Objects.requireNonNull(facts.route)),
            null);
    return finding.fixedBy(pathFix(facts, sent, right));
  }

  private static Fix pathFix(Facts facts, String sent, String right) {
    Route.Pass pass = Objects.requireNonNull(facts.pass);
    return Fixes.change(
        facts,
        Dialect.of(facts).path(pass, sent, right, facts.probe.target().path()),
        pass.place(),
        "let " + pass.place() + " send " + right + " instead of " + sent);
  }

  /** What was asked as the gateway asks is only as sure as what is known of how it asks. */
  private static Standing sureOfRoute(Facts facts) {
    return facts.route != null && facts.route.unknown().isEmpty() && !facts.edited()
        ? Standing.CERTAIN
        : Standing.LIKELY;
  }

  static @Nullable Finding wrongHost(Facts facts) {
    Answer asked = relayedFault(facts);
    if (asked == null) {
      return null;
    }
    for (Role role : List.of(Role.CLIENT_HOST, Role.OWN_HOST)) {
      Answer well = facts.good(role, asked.address());
      if (well == null) {
        continue;
      }
      boolean tls = asked.seen().failure() == FailureKind.TLS;
      String place = facts.pass == null ? "the gateway" : facts.pass.place().toString();
      String sends =
          tls && facts.pass != null && facts.pass.sni() == null
              ? " sends no server name (SNI)"
              : tls ? " sends another server name" : " sends Host: " + asked.host();
      Finding finding =
          Finding.certain(
                  Cause.GATEWAY_WRONG_HOST,
                  place
                      + sends
                      + "; "
                      + facts.name(asked.address())
                      + " answers well to "
                      + well.host(),
                  asked,
                  well)
              .of(facts.idAt(asked.address()))
              .standing(sureOfRoute(facts));
      if (facts.route != null) {
        finding = finding.seenIn(List.of(facts.route));
      }
      return finding.fixedBy(
          facts.pass == null
              ? Fixes.general(facts, Cause.GATEWAY_WRONG_HOST)
              : hostFix(facts, facts.pass, tls, role == Role.CLIENT_HOST, well.host()));
    }
    return null;
  }

  private static Fix hostFix(
      Facts facts, Route.Pass pass, boolean tls, boolean clients, String host) {
    Dialect dialect = Dialect.of(facts);
    return Fixes.change(
        facts,
        tls ? dialect.serverName(pass, Address.nameOnly(host)) : dialect.host(pass, host, clients),
        pass.place(),
        "let " + pass.place() + " send " + (tls ? "SNI " : "Host ") + host);
  }

  /** A method that must not be tried: the configuration says that it is another one behind. */
  private static @Nullable Finding otherMethod(Facts facts) {
    Answer failure = facts.failure();
    if (failure == null
        || facts.pass == null
        || facts.pass.method().equals(facts.probe.request().method())
        || failure.seen().response() == null
        || failure.seen().status() >= 500
        || facts.wellForClient().isEmpty()) {
      return null;
    }
    Answer well = facts.wellForClient().get(0);
    if (!facts.routesTo(well.address()) || !well.method().equals(facts.probe.request().method())) {
      return null;
    }
    return Finding.likely(
            Cause.GATEWAY_ALTERS_REQUEST,
            facts.pass.place()
                + " leads to a request with the method "
                + facts.pass.method()
                + " instead of "
                + facts.probe.request().method()
                + "; "
                + facts.name(well.address())
                + " answers the client's own method well",
            failure,
            well,
            Objects.requireNonNull(facts.route))
        .of(well.upstream())
        .fixedBy(Fixes.at(facts, facts.pass.place(), Cause.GATEWAY_ALTERS_REQUEST.fix()));
  }

  static @Nullable Finding altersRequest(Facts facts) {
    Answer asked = relayedFault(facts);
    if (asked == null) {
      return otherMethod(facts);
    }
    Answer well = facts.good(Role.CLIENT_HEADERS, asked.address());
    if (well == null) {
      return null;
    }
    List<String> changes = new ArrayList<>();
    List<String> headers = new ArrayList<>();
    if (facts.pass != null) {
      if (!facts.pass.method().equals(facts.probe.request().method())) {
        changes.add(
            "the method " + facts.probe.request().method() + " becomes " + facts.pass.method());
      }
      if (!facts.pass.passHeaders()) {
        changes.add("the client's headers are dropped");
      }
      if (!facts.pass.passBody()) {
        changes.add("the client's body is dropped");
      }
      for (Request.Header set : facts.pass.setHeaders()) {
        for (Request.Header own : facts.probe.request().headers()) {
          if (own.name().equalsIgnoreCase(set.name()) && !own.value().equals(set.value())) {
            changes.add(own.name() + (set.value().isEmpty() ? " is dropped" : " is changed"));
            headers.add(own.name());
          }
        }
      }
    }
    String place = facts.pass == null ? "the gateway" : facts.pass.place().toString();
    Finding finding =
        Finding.certain(
                Cause.GATEWAY_ALTERS_REQUEST,
                "behind "
                    + place
                    + " the request is not what the client sent"
                    + (changes.isEmpty() ? "" : " (" + String.join(", ", changes) + ")")
                    + "; "
                    + facts.name(asked.address())
                    + " answers the client's own request well",
                asked,
                well)
            .of(facts.idAt(asked.address()))
            .standing(sureOfRoute(facts));
    if (facts.route != null) {
      finding = finding.seenIn(List.of(facts.route));
    }
    Route.Pass pass = facts.pass;
    return finding.fixedBy(
        pass == null
            ? Fixes.general(facts, Cause.GATEWAY_ALTERS_REQUEST)
            : Fixes.change(
                facts,
                keep(facts, pass, headers),
                pass.place(),
                Cause.GATEWAY_ALTERS_REQUEST.fix()));
  }

  /** Null where not every one of them is changed by a line that is known. */
  private static @Nullable Change keep(Facts facts, Route.Pass pass, List<String> headers) {
    Change all = null;
    for (String header : headers) {
      Change one = Dialect.of(facts).keep(pass, header);
      if (one == null) {
        return null;
      }
      all = all == null ? one : all.and(one);
    }
    return all;
  }
}
