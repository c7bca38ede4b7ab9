package dev.why502.diagnosis;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Probe;
import dev.why502.evidence.Answer;
import dev.why502.evidence.Evidence;
import dev.why502.evidence.Firewall;
import dev.why502.evidence.LogLine;
import dev.why502.evidence.Resolution;
import dev.why502.evidence.Route;
import dev.why502.observation.Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads from a verdict's evidence the names of what is broken, for {@link Locus}. */
final class Blame {
  /** What begins the name of a line of a configuration: it concerns the routes through it. */
  static final String LINE = "line:";

  private final Verdict verdict;
  private final Probe probe;

  Blame(Verdict verdict, Probe probe) {
    this.verdict = verdict;
    this.probe = probe;
  }

  /** The gateway, or the endpoint where none is declared. */
  String where() {
    return probe.gateway() == null
        ? address(Locus.endpoint(probe).text())
        : "gateway:" + probe.gateway();
  }

  Instant seen() {
    Instant newest = null;
    for (Evidence one : verdict.evidence()) {
      if (one instanceof Answer answer
          && !answer.seen().served()
          && (newest == null || answer.at().isAfter(newest))) {
        newest = answer.at();
      }
    }
    return newest == null ? verdict.at() : newest;
  }

  /** Never empty: what has no better name is known by its cause and its place. */
  List<Set<String>> faults() {
    List<Set<String>> named =
        switch (verdict.cause()) {
          case EDGE_DNS -> List.of(Set.of(name(Locus.endpoint(probe).host())));
          case EDGE_REFUSED,
              EDGE_UNREACHABLE,
              EDGE_CONNECT_TIMEOUT,
              EDGE_TLS_HANDSHAKE,
              EDGE_INVALID_RESPONSE ->
              List.of(edge());
          case EDGE_TLS_EXPIRED, EDGE_TLS_UNTRUSTED, EDGE_TLS_WRONG_HOST, CERTIFICATE_EXPIRING ->
              List.of(certificate());
          case SLOW_RESPONSE -> List.of(Set.of(verdict.cause().code() + "@" + slow()));
          case GATEWAY_STALE_CONFIG, GATEWAY_EXHAUSTED -> List.of(edge());
          case GATEWAY_UPSTREAM_DNS -> unresolved();
          case GATEWAY_WRONG_PORT, GATEWAY_WRONG_ADDRESS, GATEWAY_STALE_ADDRESS -> services(true);
          // The service is well; what is broken is on the way to it, for every route there.
          case GATEWAY_WRONG_SCHEME,
              GATEWAY_UPSTREAM_UNTRUSTED,
              GATEWAY_DENIED,
              GATEWAY_TIMEOUT_TOO_SHORT,
              GATEWAY_MARKED_DOWN ->
              services(false);
          default ->
              switch (verdict.cause().layer()) {
                case UPSTREAM, PROCESS -> services(true);
                case GATEWAY -> line();
                case EDGE, SYMPTOM, EXPECTATION, PROBER -> List.of();
              };
        };
    if (named.isEmpty()) {
      String declared = probe.upstreams() == null ? "" : String.join(",", probe.upstreams());
      return List.of(Set.of(verdict.cause().code() + "@" + where() + "/" + declared));
    }
    return named;
  }

  /** The gateway as a whole, by its id and by the address where it was asked. */
  private Set<String> edge() {
    Set<String> names = new LinkedHashSet<>();
    names.add(where());
    Endpoint endpoint = Locus.endpoint(probe);
    names.add(address(endpoint.text()));
    boolean host =
        verdict.cause() == Cause.EDGE_UNREACHABLE || verdict.cause() == Cause.EDGE_CONNECT_TIMEOUT;
    for (Evidence one : verdict.evidence()) {
      if (one instanceof Answer answer && (answer.edge() || own(answer))) {
        String used = answer.seen().address();
        if (used != null) {
          names.add(address(used));
          if (host) {
            host(used, names);
          }
        }
      }
    }
    if (!probe.edge()) {
      names.add(Locus.service(probe.id()));
    }
    return names;
  }

  private boolean own(Answer answer) {
    return answer.role() == Answer.Role.DECLARED && probe.id().equals(answer.upstream());
  }

  private Set<String> certificate() {
    for (Evidence one : verdict.evidence()) {
      Certificate shown = one instanceof Answer answer ? answer.seen().certificate() : null;
      if (shown != null && shown.subject() != null) {
        return Set.of(
            "certificate:" + shown.subject() + ", " + shown.issuer() + ", " + shown.notAfter());
      }
    }
    return Set.of("certificate@" + address(Locus.endpoint(probe).text()));
  }

  /** The service, where it is the only one that can be meant; or the place where it shows. */
  private String slow() {
    if (!probe.edge()) {
      return Locus.service(probe.id());
    }
    List<String> upstreams = probe.upstreams();
    return upstreams != null && upstreams.size() == 1 ? Locus.service(upstreams.get(0)) : where();
  }

  private List<Set<String>> unresolved() {
    Set<String> names = new LinkedHashSet<>();
    for (Evidence one : verdict.evidence()) {
      if (one instanceof Resolution resolution && resolution.failure() != null) {
        names.add(name(resolution.name()));
      }
    }
    if (names.isEmpty()) {
      for (String written : peerNames()) {
        names.add(name(written));
      }
    }
    for (Verdict.Link link : verdict.chain()) {
      if (Locus.shut(link.cause())) {
        names.addAll(edge());
      }
    }
    return names.isEmpty() ? List.of() : List.of(names);
  }

  private List<String> peerNames() {
    List<String> names = new ArrayList<>();
    for (Evidence one : verdict.evidence()) {
      if (one instanceof Route route && route.pass() != null) {
        for (Route.Peer peer : route.pass().peers()) {
          if (peer.name() != null && peer.address() == null) {
            names.add(peer.name());
          }
        }
      }
    }
    return names;
  }

  /**
   * The services at which it failed, each by its address and, where it is declared, its id.
   *
   * @param failing only those that did not serve us either
   */
  private List<Set<String>> services(boolean failing) {
    Map<String, Set<String>> byAddress = new LinkedHashMap<>();
    for (Evidence one : verdict.evidence()) {
      if (one instanceof Answer answer && asked(answer) && !(failing && answer.seen().served())) {
        Set<String> names = known(byAddress, answer.address());
        if (names != null && answer.upstream() != null) {
          names.add(Locus.service(answer.upstream()));
        }
      }
    }
    if (byAddress.isEmpty()) {
      for (Evidence one : verdict.evidence()) {
        if (one instanceof LogLine line
            && line.peer() != null
            && (Address.unix(line.peer()) || Address.port(line.peer()) > 0)) {
          known(byAddress, line.peer());
        }
      }
    }
    List<Set<String>> faults = new ArrayList<>(byAddress.values());
    String id = probe.edge() ? verdict.upstream() : probe.id();
    boolean blamed =
        verdict.cause().layer() == Cause.Layer.UPSTREAM
            || verdict.cause().layer() == Cause.Layer.PROCESS;
    if (id != null && blamed && faults.size() <= 1) {
      if (faults.isEmpty()) {
        faults.add(new LinkedHashSet<>());
      }
      faults.get(0).add(Locus.service(id));
    }
    return faults.isEmpty() && !blamed ? line() : faults;
  }

  private static boolean asked(Answer answer) {
    return !answer.edge()
        && answer.role() != Answer.Role.CANDIDATE
        && answer.role() != Answer.Role.CHECK;
  }

  private @Nullable Set<String> known(Map<String, Set<String>> byAddress, String found) {
    String address = address(found);
    Set<String> names = byAddress.get(address);
    if (names == null && byAddress.size() < Locus.MAX_FAULTS) {
      names = new LinkedHashSet<>(List.of(address));
      boolean far =
          verdict.cause() == Cause.UPSTREAM_UNREACHABLE
              || verdict.cause() == Cause.UPSTREAM_CONNECT_TIMEOUT;
      // A rule of a firewall that is known stops one port, and not the host.
      if (far && verdict.evidence().stream().noneMatch(Firewall.class::isInstance)) {
        host(found, names);
      }
      byAddress.put(address, names);
    }
    return names;
  }

  private List<Set<String>> line() {
    Fix fix = verdict.fix();
    if (fix != null && fix.at() != null) {
      return List.of(Set.of(LINE + fix.at().file() + ":" + fix.at().line()));
    }
    for (Evidence one : verdict.evidence()) {
      if (one instanceof Route route && route.answerPlace() != null) {
        return List.of(Set.of(LINE + route.answerPlace()));
      }
      if (one instanceof Route route && route.pass() != null) {
        return List.of(Set.of(LINE + route.pass().place()));
      }
    }
    return List.of();
  }

  private static void host(String address, Set<String> names) {
    String host = Address.host(address);
    if (!host.isEmpty() && !Address.loopback(host)) {
      names.add("host:" + host.toLowerCase(Locale.ROOT));
    }
  }

  private static String name(String host) {
    return "name:" + host.toLowerCase(Locale.ROOT);
  }

  /** The loopback addresses of one port are one service: {@code localhost} is both. */
  static String address(String text) {
    return Address.loopback(Address.host(text)) && !Address.unix(text)
        ? "address:loopback:" + Address.port(text)
        : "address:" + text.toLowerCase(Locale.ROOT);
  }
}
