package dev.why502.diagnosis;

import dev.why502.diagnosis.Finding.Standing;
import dev.why502.evidence.Answer;
import dev.why502.evidence.Answer.Role;
import dev.why502.evidence.Evidence;
import dev.why502.evidence.GatewayState;
import dev.why502.evidence.LogLine;
import dev.why502.evidence.LogLine.Event;
import dev.why502.evidence.Resolution;
import dev.why502.evidence.Route;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the gateway runs with is older than what is so now: its file, or a name's address. */
final class StaleRules {
  /** Process start times and file times are read from different clocks. */
  private static final Duration SAME_MOMENT = Duration.ofSeconds(1);

  private StaleRules() {}

  /** The file was edited and what runs is older: seen by the times, by the log, or by both. */
  static @Nullable Finding staleConfig(Facts facts) {
    Route route = facts.route;
    if (facts.failure() == null || route == null || !facts.gatewayReached()) {
      return null;
    }
    GatewayState state = facts.state;
    String foreign = null;
    LogLine foreignLine = null;
    for (LogLine line : facts.lines) {
      String peer = facts.peer(line);
      if (line.tie() == LogLine.Tie.OURS
          && peer != null
          // A subrequest (auth_request, mirror) goes its own way.
          && !line.text().contains(", subrequest: \"")
          && facts.pass != null
          && (Address.unix(peer) || Address.port(peer) > 0)
          && !facts.anyRouteTo(peer)
          && facts.pass.peers().stream().noneMatch(p -> p.address() == null || p.runTime())
          && route.unknown().isEmpty()) {
        // An address under a name may have changed: only another port, or an address that is
        // written as such, shows that the file is not what runs.
        boolean named =
            facts.pass.peers().stream()
                .anyMatch(
                    p ->
                        p.name() != null
                            && !p.name().equals("localhost")
                            && p.port() == Address.port(peer));
        if (!named) {
          foreign = peer;
          foreignLine = line;
        }
      }
    }
    boolean edited = facts.edited();
    if (!edited && foreign == null) {
      return null;
    }
    boolean older =
        state != null
            && state.loadedAt() != null
            && state.editedAt() != null
            && state.editedAt().isBefore(state.loadedAt().minus(SAME_MOMENT));
    if (!edited && (older || foreign == null)) {
      // Nothing was edited since. At the moment of loading itself the clocks cannot tell.
      return foreign == null
          ? null
          : Finding.contradicted(
              Cause.GATEWAY_STALE_CONFIG, "no file of the configuration is newer than what runs");
    }
    boolean wouldWork =
        !facts.peers().isEmpty()
            && facts.asGateway().stream().anyMatch(answer -> answer.seen().served());
    if (foreign == null && !wouldWork) {
      return null;
    }
    String file = state == null || state.editedFile() == null ? route.config() : state.editedFile();
    List<Evidence> seen = new ArrayList<>(List.of(route));
    if (state != null) {
      seen.add(state);
    }
    String runs = "";
    if (foreignLine != null) {
      seen.add(foreignLine);
      runs = "; what runs still sends to " + foreign;
    }
    String says =
        facts.peers().isEmpty() || facts.peers().get(0).address() == null
            ? ""
            : ", which says " + facts.peers().get(0).address();
    String broken = route.faults().isEmpty() ? "" : "; it does not load: " + route.faults().get(0);
    Finding finding =
        new Finding(
            Cause.GATEWAY_STALE_CONFIG,
            edited && foreign != null ? Standing.CERTAIN : Standing.LIKELY,
            file + says + ", was edited and not reloaded" + runs + broken,
            null,
            List.of(),
            List.copyOf(seen),
            null);
    Answer old = foreign == null ? null : facts.asked(Role.AS_GATEWAY, foreign);
    Finding fault = old == null ? null : Wire.judge(facts, old);
    if (fault != null) {
      finding = finding.via(fault.cause(), fault.text());
    } else if (foreignLine != null && foreignLine.event() == Event.REFUSED) {
      finding = finding.via(Cause.UPSTREAM_REFUSED, foreign + " refuses connections");
    }
    String cure =
        route.faults().isEmpty()
            ? "reload the gateway: the file on disk is already right"
            : "correct " + route.faults().get(0) + ", then reload the gateway";
    if (!wouldWork) {
      cure = "test the configuration and reload the gateway";
    }
    return finding.fixedBy(Fixes.told(facts, cure, Fixes.reload(facts).toArray(String[]::new)));
  }

  /** The name of the upstream has another address now than the one the gateway uses. */
  static @Nullable Finding staleAddress(Facts facts) {
    if (facts.pass == null || facts.failure() == null || !facts.gatewayReached()) {
      return null;
    }
    for (Route.Peer peer : facts.pass.peers()) {
      String name = peer.name();
      if (name == null || name.equals("localhost")) {
        continue;
      }
      List<String> now =
          facts.pass.peers().stream()
              .filter(p -> name.equals(p.name()) && p.address() != null)
              .map(p -> String.valueOf(p.address()))
              .toList();
      Finding unnamed = unnamed(facts, peer, now);
      if (unnamed != null) {
        return unnamed;
      }
      for (LogLine line : facts.lines) {
        String tried = facts.peer(line);
        if (line.tie() != LogLine.Tie.OURS
            || tried == null
            || Address.port(tried) != peer.port()
            || now.isEmpty()
            || facts.routesTo(tried)) {
          continue;
        }
        Resolution resolution =
            facts
                .given
                .all(Resolution.class)
                .filter(r -> r.name().equals(name))
                .findFirst()
                .orElse(null);
        boolean well = now.stream().anyMatch(a -> facts.good(Role.AS_GATEWAY, a) != null);
        Finding finding =
            new Finding(
                Cause.GATEWAY_STALE_ADDRESS,
                well ? Standing.CERTAIN : Standing.LIKELY,
                "the gateway sends to "
                    + tried
                    + "; "
                    + name
                    + " is now "
                    + String.join(", ", now)
                    + (well ? ", which answers well" : ""),
                well ? facts.idAt(now.get(0)) : null,
                List.of(),
                List.of(line, Objects.requireNonNull(facts.route)),
                null);
        if (resolution != null) {
          finding = finding.seenIn(List.of(resolution));
        }
        if (line.event() == Event.REFUSED) {
          finding = finding.via(Cause.UPSTREAM_REFUSED, tried + " refuses connections");
        }
        return finding.fixedBy(
            Fixes.at(
                facts,
                peer.place(),
                "reload the gateway, which looks "
                    + name
                    + " up again; a variable in proxy_pass"
                    + " with a resolver looks it up at run time",
                Fixes.reload(facts).toArray(String[]::new)));
      }
    }
    return null;
  }

  /**
   * HAProxy's log names no address: it cannot connect to a server whose name it looked up when it
   * started, and at the address that the name has now the service is well.
   */
  private static @Nullable Finding unnamed(Facts facts, Route.Peer peer, List<String> now) {
    LogLine line = facts.line(Event.CONNECT_FAILED, Event.CONNECT_TIMEOUT, Event.UNREACHABLE);
    String written = line == null ? null : line.peer();
    if (line == null
        || line.tie() != LogLine.Tie.OURS
        || peer.runTime()
        || now.isEmpty()
        || facts.elsewhere()
        || facts.sometimes()
        || (written != null && (Address.unix(written) || Address.port(written) > 0))) {
      return null;
    }
    List<Answer> well = new ArrayList<>();
    for (String address : now) {
      Answer answer = facts.good(Role.AS_GATEWAY, address);
      if (answer == null) {
        return null;
      }
      well.add(answer);
    }
    return Finding.likely(
            Cause.GATEWAY_STALE_ADDRESS,
            "the gateway cannot connect to "
                + peer.name()
                + ", which it looked up when it started; the name is now "
                + String.join(", ", now)
                + ", where the service answers well",
            line)
        .seenIn(well)
        .seenIn(List.of(Objects.requireNonNull(facts.route)))
        .of(facts.idAt(now.get(0)))
        .fixedBy(
            Fixes.at(
                facts,
                peer.place(),
                "reload the gateway, which looks " + peer.name() + " up again",
                Fixes.reload(facts).toArray(String[]::new)));
  }
}
