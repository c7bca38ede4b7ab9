package dev.why502.diagnosis;

import dev.why502.definition.Gateway;
import dev.why502.definition.Probe;
import dev.why502.evidence.Answer;
import dev.why502.evidence.Answer.Role;
import dev.why502.evidence.Case;
import dev.why502.evidence.Firewall;
import dev.why502.evidence.GatewayState;
import dev.why502.evidence.HostState;
import dev.why502.evidence.Listeners;
import dev.why502.evidence.LogAccess;
import dev.why502.evidence.LogLine;
import dev.why502.evidence.Route;
import dev.why502.evidence.SocketFile;
import dev.why502.observation.FailureKind;
import dev.why502.observation.Observation;
import dev.why502.observation.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A case as the rules ask about it. Everything here is derived from the case and from nothing else.
 */
final class Facts {
  /**
   * What a gateway adds on its own account to a healthy wait: scheduling, logging, a slow clock.
   */
  static final double SLACK_MILLIS = 150;

  final Case given;
  final Probe probe;
  final @Nullable Answer edge;
  final List<Answer> answers;
  final List<Answer> again;
  final @Nullable Route route;
  final List<Route> routes;
  final Route.@Nullable Pass pass;
  final List<LogLine> lines;

  /** Lines from before our request about states of the gateway that last. */
  final List<LogLine> lasting;

  final @Nullable GatewayState state;
  final @Nullable Listeners listeners;
  final @Nullable HostState host;

  Facts(Case given) {
    this.given = given;
    this.probe = given.probe();
    this.answers = given.all(Answer.class).toList();
    this.edge = answers.stream().filter(a -> a.role() == Role.EDGE).findFirst().orElse(null);
    this.again = answers.stream().filter(a -> a.role() == Role.EDGE_AGAIN).toList();
    this.routes = given.all(Route.class).toList();
    this.route = routes.isEmpty() ? null : routes.get(0);
    this.pass = route == null ? null : route.pass();
    this.lines =
        given
            .all(LogLine.class)
            .filter(
                line ->
                    line.fresh()
                        && (line.tie() == LogLine.Tie.OURS || line.tie() == LogLine.Tie.GATEWAY))
            .toList();
    this.lasting =
        given
            .all(LogLine.class)
            .filter(line -> !line.fresh() && line.tie() == LogLine.Tie.GATEWAY)
            .toList();
    this.state = given.all(GatewayState.class).findFirst().orElse(null);
    this.listeners = given.all(Listeners.class).findFirst().orElse(null);
    this.host = given.all(HostState.class).findFirst().orElse(null);
  }

  // ---- the edge

  /** The first look at the edge was not served. */
  boolean failing() {
    return edge != null && !edge.seen().served();
  }

  /** Of several looks at the edge some were served and some were not. */
  boolean sometimes() {
    return edge != null
        && Stream.concat(Stream.of(edge), again.stream())
                .map(answer -> answer.seen().served())
                .distinct()
                .count()
            == 2;
  }

  /** A look at the edge that was not served, the first one if it was not. */
  @Nullable Answer failure() {
    if (failing()) {
      return edge;
    }
    return again.stream().filter(answer -> !answer.seen().served()).findFirst().orElse(null);
  }

  /** Status of the failing look, 0 when there was no answer. */
  int status() {
    Answer failure = failure();
    return failure == null ? 0 : failure.seen().status();
  }

  boolean edgeFailed(FailureKind kind, Phase... phases) {
    Answer failure = failure();
    return failure != null
        && failure.seen().failed(kind)
        && (phases.length == 0 || List.of(phases).contains(failure.seen().phase()));
  }

  /** An answer of the gateway came, or its connection at least: the edge itself is there. */
  boolean gatewayReached() {
    Answer failure = failure();
    return failure != null
        && failure.seen().phase().compareTo(Phase.REQUEST) >= 0
        && failure.seen().failure() != FailureKind.NAME;
  }

  /** A failure that a gateway makes when its upstream fails, whatever the number. */
  boolean gatewayError() {
    return status() >= 500
        || edgeFailed(FailureKind.TIMEOUT, Phase.PROCESSING, Phase.TRANSFER)
        || edgeFailed(FailureKind.RESET, Phase.PROCESSING, Phase.TRANSFER)
        || edgeFailed(FailureKind.CLOSED, Phase.PROCESSING, Phase.TRANSFER)
        || edgeFailed(FailureKind.INVALID)
        || edgeFailed(FailureKind.TRUNCATED);
  }

  /** A check sends nothing to an edge; a probe that stands for itself is asked as ever. */
  boolean standsForItself() {
    return edge == null && !(given.checking() && probe.edge());
  }

  // ---- the gateway's route

  boolean routeKnown() {
    return route != null && route.access().readable() && route.handling() != Route.Handling.UNKNOWN;
  }

  /** The finding, with the route among what it was seen in where the route could be read. */
  Finding withRoute(Finding finding) {
    return route != null && route.access().readable() ? finding.seenIn(List.of(route)) : finding;
  }

  /** Peers that requests go to, in their order; neither those marked down nor unresolved ones. */
  List<Route.Peer> peers() {
    return pass == null
        ? List.of()
        : pass.peers().stream().filter(peer -> !peer.down() && peer.address() != null).toList();
  }

  boolean routesTo(String address) {
    return peers().stream().anyMatch(peer -> Address.same(peer.address(), address));
  }

  /** An address of this route, or of a server block of the same gateway that stands behind it. */
  boolean anyRouteTo(String address) {
    return routes.stream()
        .map(Route::pass)
        .filter(Objects::nonNull)
        .flatMap(one -> Objects.requireNonNull(one).peers().stream())
        .anyMatch(peer -> Address.same(peer.address(), address));
  }

  /** Our loopback and the gateway's are known to be two. */
  boolean elsewhere() {
    return state != null && Boolean.FALSE.equals(state.sameNetwork());
  }

  boolean edited() {
    return state != null && state.edited();
  }

  // ---- answers

  Stream<Answer> role(Role role) {
    return answers.stream().filter(answer -> answer.role() == role);
  }

  @Nullable Answer asked(Role role, String address) {
    return role(role).filter(a -> Address.same(a.address(), address)).findFirst().orElse(null);
  }

  @Nullable Answer good(Role role, String address) {
    return role(role)
        .filter(a -> Address.same(a.address(), address) && a.seen().served())
        .findFirst()
        .orElse(null);
  }

  @Nullable Answer declared(Probe upstream) {
    return role(Role.DECLARED)
        .filter(answer -> upstream.id().equals(answer.upstream()))
        .findFirst()
        .orElse(null);
  }

  /** Where each peer stands, as our own request to it tells. */
  List<Answer> asGateway() {
    return role(Role.AS_GATEWAY).toList();
  }

  /** A declared upstream that answers its own probe well. */
  List<Answer> well() {
    return role(Role.DECLARED).filter(answer -> answer.seen().served()).toList();
  }

  /** A healthy declared upstream that also answers the client's own request well, where asked. */
  List<Answer> wellForClient() {
    return well().stream()
        .filter(
            declared -> {
              Answer client = asked(Role.AS_CLIENT, declared.address());
              return client == null
                  ? Objects.equals(declared.path(), probe.target().path())
                  : client.seen().served();
            })
        .toList();
  }

  /** Id of the declared upstream at an address, or null. */
  @Nullable String idAt(@Nullable String address) {
    if (address == null) {
      return null;
    }
    for (Probe upstream : given.upstreams()) {
      Answer answer = declared(upstream);
      if (answer != null && Address.same(answer.address(), address)) {
        return upstream.id();
      }
      String own =
          upstream.request().connectTo() == null
              ? upstream.target().endpoint().text()
              : upstream.request().connectTo().text();
      if (Address.same(own, address)) {
        return upstream.id();
      }
    }
    return null;
  }

  // ---- the log

  @Nullable LogLine line(LogLine.Event... events) {
    Set<LogLine.Event> wanted = Set.of(events);
    return lines.stream().filter(line -> wanted.contains(line.event())).findFirst().orElse(null);
  }

  /** The log was read, and nothing about our request stands in it. */
  boolean logSilent() {
    List<LogAccess> read = given.all(LogAccess.class).toList();
    return !read.isEmpty()
        && read.stream().allMatch(access -> access.access().readable() && access.silent());
  }

  /** Addresses that the gateway itself says it tried for our request. */
  List<String> triedPeers() {
    List<String> peers = new ArrayList<>();
    for (LogLine line : lines) {
      String peer = peer(line);
      if (peer != null
          && line.tie() == LogLine.Tie.OURS
          && (Address.unix(peer) || Address.port(peer) > 0)
          && !peers.contains(peer)) {
        peers.add(peer);
      }
    }
    return peers;
  }

  /**
   * The address that a line is about. HAProxy names a server of its configuration ({@code app/s1}),
   * which is an address as long as what runs is what stands on disk.
   */
  @Nullable String peer(LogLine line) {
    String named = line.peer() == null ? only(line) : line.peer();
    int slash = named == null ? -1 : named.indexOf('/');
    Gateway gateway = given.gateway();
    if (named == null
        || slash <= 0
        || gateway == null
        || gateway.kind() != Gateway.Kind.HAPROXY
        || pass == null
        || edited()
        || !named.substring(0, slash).equals(pass.group())) {
      return named;
    }
    String server = named.substring(slash + 1);
    for (Route.Peer peer : pass.peers()) {
      String[] words = peer.place().text().trim().split("\\s+", 3);
      if (words.length > 1 && words[1].equals(server) && peer.address() != null) {
        return peer.address();
      }
    }
    return named;
  }

  /**
   * Whether the service answers well in the other scheme than ours, which was only assumed: no
   * configuration and no line of the gateway says how it speaks.
   */
  boolean otherScheme(Answer asked) {
    String protocol = asked.scheme().tls() ? "https" : "http";
    return asked.role() == Role.AS_GATEWAY
        && pass == null
        && !given.checking()
        && good(Role.OTHER_SCHEME, asked.address()) != null
        && lines.stream()
            .noneMatch(
                line ->
                    protocol.equals(line.protocol()) && Address.same(peer(line), asked.address()));
  }

  /** The only address of the route, for a line about an upstream that names none. */
  private @Nullable String only(LogLine line) {
    boolean upstreams =
        switch (line.event()) {
          case CLOSED_EARLY,
              BODY_BROKEN,
              HEADER_TOO_BIG,
              INVALID_RESPONSE,
              RESPONSE_TIMEOUT,
              ANSWERED ->
              line.tie() == LogLine.Tie.OURS;
          default -> false;
        };
    return upstreams && !edited() && peers().size() == 1 ? peers().get(0).address() : null;
  }

  // ---- this host

  boolean local(String address) {
    if (Address.unix(address)) {
      return true;
    }
    String name = Address.host(address);
    return Address.loopback(name) || (host != null && host.localAddresses().contains(name));
  }

  /** The listening socket that takes connections to this address, or null. */
  Listeners.@Nullable Row listener(String address) {
    if (listeners == null || Address.unix(address)) {
      return null;
    }
    String name = Address.host(address);
    int port = Address.port(address);
    return listeners.rows().stream()
        .filter(row -> row.port() == port && Address.covers(row.address(), row.both(), name))
        .findFirst()
        .orElse(null);
  }

  boolean listenersReadable() {
    return listeners != null && listeners.access().readable();
  }

  /** A rule of our firewall that stops everybody's connections to an address, or null. */
  Firewall.@Nullable Rule stops(String address, Firewall.Action action) {
    Firewall firewall = firewall(address);
    return firewall == null
        ? null
        : firewall.rules().stream()
            .filter(rule -> rule.user() == null)
            .findFirst()
            .filter(rule -> rule.action() == action)
            .orElse(null);
  }

  @Nullable Firewall firewall(String address) {
    return given
        .all(Firewall.class)
        .filter(firewall -> Address.same(firewall.address(), address))
        .findFirst()
        .orElse(null);
  }

  @Nullable SocketFile socketFile(String address) {
    return given
        .all(SocketFile.class)
        .filter(file -> address.equals("unix:" + file.path()))
        .findFirst()
        .orElse(null);
  }

  /** The gateway as people call it. */
  String gatewayName() {
    Gateway gateway = given.gateway();
    if (gateway == null) {
      return "the gateway";
    }
    return switch (gateway.kind()) {
      case NGINX -> "nginx";
      case HAPROXY -> "HAProxy";
      case APACHE -> "Apache httpd";
      case CADDY -> "Caddy";
      case OTHER -> gateway.id();
    };
  }

  /** What of the site takes this route: the location's path, else the target's. */
  String prefix() {
    if (route != null && route.location() != null) {
      String[] words = route.location().text().split(" ");
      for (String word : words) {
        if (word.startsWith("/")) {
          return word;
        }
      }
    }
    return probe.target().path();
  }

  /** "backend (127.0.0.1:3002)", or the address alone. */
  String name(String address) {
    String id = idAt(address);
    return id == null ? address : id + " (" + address + ")";
  }

  static double millis(Observation seen) {
    return seen.durationMillis();
  }
}
