package dev.why502.engine;

import dev.why502.definition.Definitions;
import dev.why502.definition.Endpoint;
import dev.why502.definition.Gateway;
import dev.why502.definition.Probe;
import dev.why502.definition.Request;
import dev.why502.definition.Scheme;
import dev.why502.engine.Dossier.Chapter;
import dev.why502.engine.Sources.GatewaySource;
import dev.why502.evidence.Answer;
import dev.why502.evidence.Answer.Role;
import dev.why502.evidence.Evidence;
import dev.why502.evidence.Listeners;
import dev.why502.evidence.Route;
import dev.why502.observation.Observation;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the parts of one close look share: what is looked at, where evidence comes from, what is
 * known so far, and which addresses were asked. It is one place so that peers and candidates are
 * asked once each, whichever part names them, and stay within one bound. Confined to one context.
 */
final class Scene {
  static final int MAX_PEERS = 8;
  static final int MAX_CANDIDATES = 6;

  /** What a look is for. */
  enum Manner {
    /** One of a running service's: what it says must not wait. */
    WATCH,
    /** A single one that a person asked for. */
    ONCE,
    /** A check: no edge traffic. */
    CHECK,
    /** A check of a route that no declared probe takes. */
    SAMPLE
  }

  private final Sources sources;
  private final Definitions definitions;
  private final Probe probe;
  private final Round round;
  private final Manner manner;
  private final @Nullable Gateway gateway;
  private final @Nullable GatewaySource source;
  private final List<Probe> upstreams;
  private final Dossier dossier = new Dossier();
  private final Firewalls firewalls;
  private final int listenersPlace = dossier.reserve();
  private final Set<String> askedAddresses = new HashSet<>();
  private List<String> localAddresses = List.of();
  private @Nullable Listeners listeners;
  private @Nullable Route route;
  private @Nullable Observation edge;

  Scene(Sources sources, Definitions definitions, Probe probe, Round round, Manner manner) {
    this.sources = sources;
    this.definitions = definitions;
    this.probe = probe;
    this.round = round;
    this.manner = manner;
    this.firewalls = new Firewalls(sources);
    this.gateway = definitions.gateway(probe.gateway());
    this.source = gateway == null ? null : sources.gateway(gateway);
    this.upstreams =
        probe.upstreams() == null
            ? List.of()
            : probe.upstreams().stream()
                .map(definitions::probe)
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .toList();
  }

  Sources sources() {
    return sources;
  }

  Definitions definitions() {
    return definitions;
  }

  Probe probe() {
    return probe;
  }

  Round round() {
    return round;
  }

  Dossier dossier() {
    return dossier;
  }

  Firewalls firewalls() {
    return firewalls;
  }

  boolean checking() {
    return manner == Manner.CHECK || manner == Manner.SAMPLE;
  }

  /**
   * Whether the probe only stands for a route: nobody declared its path, so that none is asked for
   * but the root, and any answer shows that the route works.
   */
  boolean sampling() {
    return manner == Manner.SAMPLE;
  }

  Manner manner() {
    return manner;
  }

  @Nullable Gateway gateway() {
    return gateway;
  }

  @Nullable GatewaySource source() {
    return source;
  }

  List<Probe> upstreams() {
    return upstreams;
  }

  List<String> localAddresses() {
    return localAddresses;
  }

  @Nullable Listeners listeners() {
    return listeners;
  }

  @Nullable Route route() {
    return route;
  }

  boolean routeReadable() {
    return route != null && route.access().readable();
  }

  /** What began the look: an observation of the probe, or null for none. */
  @Nullable Observation edge() {
    return edge;
  }

  /** Our own ends of the connections that the probe's request went out on. */
  Set<String> clients() {
    return edge == null || edge.local() == null ? Set.of() : Set.of(edge.local());
  }

  /** What the route sends on, or null where there is no route or it sends nothing. */
  Route.@Nullable Pass pass() {
    return route == null ? null : route.pass();
  }

  void began(@Nullable Observation first) {
    edge = first;
  }

  void localAddresses(List<String> addresses) {
    localAddresses = addresses;
  }

  /** The newest listeners take the place of older ones. */
  void listeners(Listeners seen) {
    listeners = seen;
    dossier.put(Chapter.LISTENERS, listenersPlace, seen);
  }

  void routed(Route seen) {
    route = seen;
    dossier.add(Chapter.ROUTE, seen);
  }

  /** Whether a peer of the gateway may be asked: not twice, and not too many. */
  boolean firstPeer(String address) {
    return askedAddresses.size() < MAX_PEERS && askedAddresses.add(address);
  }

  /** Whether a candidate may be asked: not twice, and not too many besides the peers. */
  boolean firstCandidate(String address) {
    return askedAddresses.size() < MAX_PEERS + MAX_CANDIDATES && askedAddresses.add(address);
  }

  /** Whether this is an address that was asked, with a path after it. */
  boolean askedWithPath(String peer) {
    return askedAddresses.stream().anyMatch(asked -> peer.startsWith(asked + "/"));
  }

  Future<?> ask(
      Role role,
      Chapter chapter,
      @Nullable String upstream,
      String address,
      Scheme scheme,
      String method,
      String path,
      String host,
      @Nullable String sni,
      List<Request.Header> headers,
      @Nullable String body,
      String version,
      @Nullable String ca) {
    int place = dossier.reserve();
    firewalls.ask(address, local(address));
    Probe request =
        Asking.at(
            probe,
            // The same service behind many samples is asked once.
            sampling() ? "sample" : probe.id(),
            address,
            scheme,
            method,
            path,
            host,
            sni,
            headers,
            body,
            version,
            ca);
    return round
        .ask(request)
        .onSuccess(
            seen ->
                dossier.put(
                    chapter,
                    place,
                    new Answer(
                        role,
                        upstream,
                        request.target().scheme(),
                        address,
                        method,
                        path,
                        host,
                        seen)));
  }

  /** Where a service is asked by its own definition; a name other than localhost is left out. */
  void askFirewall(Probe service) {
    Endpoint endpoint =
        service.request().connectTo() == null
            ? service.target().endpoint()
            : service.request().connectTo();
    if (endpoint.socket() == null) {
      String address = endpoint.text();
      if (endpoint.host().equals("localhost")) {
        firewalls.ask("127.0.0.1:" + endpoint.port(), true);
        firewalls.ask("[::1]:" + endpoint.port(), true);
      } else if (Character.isDigit(address.charAt(0)) || address.charAt(0) == '[') {
        firewalls.ask(address, local(address));
      }
    }
  }

  <T extends Evidence> Future<T> keep(Chapter chapter, Future<T> coming) {
    int place = dossier.reserve();
    return coming.onSuccess(seen -> dossier.put(chapter, place, seen));
  }

  Future<?> socketFile(String path) {
    return keep(Chapter.SOCKETS, sources.socketFile(path));
  }

  Answer answer(Role role, @Nullable String upstream, Probe asked, Observation seen) {
    Endpoint meant =
        asked.request().connectTo() == null
            ? asked.target().endpoint()
            : asked.request().connectTo();
    return new Answer(
        role,
        upstream,
        asked.target().scheme(),
        seen.address() == null ? meant.text() : seen.address(),
        asked.request().method(),
        asked.target().path(),
        asked.target().scheme().http() ? Asking.host(asked) : "",
        seen);
  }

  @Nullable String idAt(String address) {
    for (Probe upstream : upstreams) {
      Endpoint endpoint =
          upstream.request().connectTo() == null
              ? upstream.target().endpoint()
              : upstream.request().connectTo();
      String text = endpoint.text();
      if (text.equals(address)
          || text.replace("localhost:", "127.0.0.1:").equals(address)
          || text.replace("localhost:", "[::1]:").equals(address)) {
        return upstream.id();
      }
    }
    return null;
  }

  boolean local(String address) {
    if (address.startsWith("unix:")) {
      return true;
    }
    String host = Asking.endpoint(address).host();
    return CloseLook.isLocal(host, localAddresses);
  }

  boolean safeForServices() {
    return Asking.safe(probe.request().method());
  }
}
