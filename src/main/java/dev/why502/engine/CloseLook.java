package dev.why502.engine;

import dev.why502.definition.Definitions;
import dev.why502.definition.Endpoint;
import dev.why502.definition.Gateway;
import dev.why502.definition.Probe;
import dev.why502.definition.Request;
import dev.why502.definition.Scheme;
import dev.why502.definition.Target;
import dev.why502.engine.Dossier.Chapter;
import dev.why502.engine.Sources.GatewaySource;
import dev.why502.engine.Sources.LogSession;
import dev.why502.evidence.Answer;
import dev.why502.evidence.Answer.Role;
import dev.why502.evidence.Case;
import dev.why502.evidence.Evidence;
import dev.why502.evidence.HostState;
import dev.why502.evidence.Listeners;
import dev.why502.evidence.LogLine;
import dev.why502.evidence.ProcessState;
import dev.why502.evidence.Route;
import dev.why502.observation.Certificate;
import dev.why502.observation.FailureKind;
import dev.why502.observation.Observation;
import dev.why502.observation.Phase;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Gathers all evidence on one probe, side by side: the edge, the gateway's route and log, each
 * service behind it, listeners, processes. What a rule does not need is not asked; nothing is asked
 * that is not safe to ask twice. A case can be taken at any moment of it: what has not arrived is
 * not known. Confined to one context.
 */
final class CloseLook {
  private static final Logger LOG = Logger.getLogger("dev.why502.engine");

  static final int MAX_PEERS = 8;
  static final int MAX_CANDIDATES = 6;
  static final int MAX_HOPS = 4;
  private static final long LOG_WAIT_MILLIS = 150;
  private static final Duration REUSE_IDLE = Duration.ofMillis(30);

  private final Sources sources;
  private final InstantSource clock;
  private final String node;
  private final Definitions definitions;
  private final Probe probe;
  private final Round round;
  private final boolean checking;
  private final @Nullable Gateway gateway;
  private final @Nullable GatewaySource source;
  private final List<Probe> upstreams;
  private final Dossier dossier = new Dossier();
  private final int listenersPlace = dossier.reserve();
  private final Set<String> askedAddresses = new HashSet<>();
  private final Set<String> processesAsked = new HashSet<>();
  private List<String> localAddresses = List.of();
  private @Nullable Listeners listeners;
  private @Nullable Route route;
  private @Nullable Observation edge;
  private @Nullable String namespace;
  private double lateMillis;
  private int controlsFailed;

  CloseLook(
      Sources sources,
      InstantSource clock,
      String node,
      Definitions definitions,
      Probe probe,
      Round round,
      boolean checking) {
    this.sources = sources;
    this.clock = clock;
    this.node = node;
    this.definitions = definitions;
    this.probe = probe;
    this.round = round;
    this.checking = checking;
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

  /**
   * Looks at everything.
   *
   * @param first what began it: an observation of the probe, or null for none (a check)
   * @param logs marks taken before that observation, or null
   * @return completed when nothing more will come; never fails
   */
  Future<Case> look(@Nullable Observation first, @Nullable LogSession logs) {
    edge = first;
    if (first != null) {
      lateMillis = first.lateMillis();
    }
    List<Future<?>> all = new ArrayList<>();
    all.add(sources.localAddresses().onSuccess(addresses -> localAddresses = addresses));
    all.add(
        sources
            .listeners()
            .onSuccess(
                seen -> {
                  listeners = seen;
                  dossier.put(Chapter.LISTENERS, listenersPlace, seen);
                }));
    all.add(sources.networkNamespace().onSuccess(seen -> namespace = seen));
    Future<?> local = Future.join(new ArrayList<>(all));
    if (!probe.edge()) {
      all.add(local.transform(done -> standalone(first)));
    } else {
      all.add(local.transform(done -> edgeProbe(first, logs)));
    }
    all.add(round.controls().onSuccess(failed -> controlsFailed = failed));
    return Future.join(all)
        .onFailure(bug -> LOG.log(Level.WARNING, "a close look lost evidence", bug))
        .map(done -> taken())
        .otherwise(failed -> taken());
  }

  /** The case as it stands now. */
  Case taken() {
    List<Evidence> evidence = new ArrayList<>(dossier.evidence());
    evidence.add(
        new HostState(
            clock.instant(),
            lateMillis,
            probe.interval().toMillis(),
            round.reached(),
            round.unreached(),
            controlsFailed,
            localAddresses,
            0,
            namespace));
    return new Case(probe, gateway, upstreams, evidence, checking, clock.instant(), node);
  }

  // ---- a probe that stands for itself

  private Future<?> standalone(@Nullable Observation first) {
    int place = dossier.reserve();
    Future<Observation> run = first == null ? round.ask(probe) : Future.succeededFuture(first);
    return run.compose(
        seen -> {
          Answer own = answer(Role.DECLARED, probe.id(), probe, seen);
          dossier.put(Chapter.DECLARED, place, own);
          return seen.served()
              ? Future.succeededFuture()
              : Future.join(behind(probe), whoListensNow(List.of(own)));
        });
  }

  /** Why a service is down: its socket file, its process, its files, its log. */
  private Future<?> behind(Probe service) {
    if (!processesAsked.add(service.id())) {
      return Future.succeededFuture();
    }
    List<Future<?>> all = new ArrayList<>();
    String socket = service.target().endpoint().socket();
    if (socket != null) {
      all.add(socketFile(socket));
    }
    Set<String> logs = new HashSet<>(service.logs());
    if (service.process() != null) {
      int place = dossier.reserve();
      all.add(
          sources
              .process(service.id(), service.process())
              .compose(
                  state -> {
                    dossier.put(Chapter.PROCESSES, place, state);
                    return afterProcess(service, state, logs);
                  }));
    }
    for (String path : service.artifacts()) {
      all.add(keep(Chapter.PROCESSES, sources.artifact(service.id(), path)));
    }
    for (String path : service.logs()) {
      all.add(keep(Chapter.PROCESSES, sources.serviceLog(service.id(), path)));
    }
    return Future.join(all);
  }

  /** The manager names the file to which the service's errors go, and the ports it should use. */
  private Future<?> afterProcess(Probe service, ProcessState state, Set<String> logs) {
    List<Future<?>> all = new ArrayList<>();
    String errorLog = state.errorLog();
    if (errorLog != null && logs.add(errorLog) && service.logs().isEmpty()) {
      all.add(keep(Chapter.PROCESSES, sources.serviceLog(service.id(), errorLog)));
    }
    if (probe.edge() && state.pid() > 0) {
      for (int port : state.ports()) {
        if (port != service.target().endpoint().port()) {
          all.add(candidate("127.0.0.1:" + port));
        }
      }
      if (listeners != null) {
        for (Listeners.Row row : listeners.rows()) {
          if (row.pid() == state.pid() && row.port() != service.target().endpoint().port()) {
            all.add(candidate(reachable(row)));
          }
        }
      }
    }
    return all.isEmpty() ? Future.succeededFuture() : Future.join(all);
  }

  // ---- an edge probe

  private Future<?> edgeProbe(@Nullable Observation first, @Nullable LogSession logs) {
    List<Future<?>> all = new ArrayList<>();
    boolean failing = first != null && !first.served();
    if (first != null) {
      dossier.add(Chapter.EDGE, answer(Role.EDGE, null, probe, first));
      if (failing && probe.request().safe() && reachedGateway(first)) {
        int place = dossier.reserve();
        all.add(
            sources
                .run(probe)
                .onSuccess(
                    seen ->
                        dossier.put(
                            Chapter.EDGE, place, answer(Role.EDGE_AGAIN, null, probe, seen))));
      }
    }
    for (Probe upstream : upstreams) {
      all.add(declared(upstream, failing));
    }
    if (source != null) {
      all.add(keep(Chapter.STATE, source.state()));
      Future<Route> routed =
          source.route(probe.target(), probe.request(), connectedTo(first)).onSuccess(this::routed);
      Future<List<Evidence>> logged =
          routed.compose(
              seen ->
                  logs == null
                      ? Future.succeededFuture(List.<Evidence>of())
                      : collect(logs, seen, failing));
      Future<Boolean> hops = routed.compose(this::followHops);
      all.add(hops.compose(this::passed));
      // The route's own peers first: what the log names besides is what the file does not show.
      all.add(hops.compose(known -> logged).compose(lines -> logged(lines, failing)));
    }
    return Future.join(all)
        .onFailure(bug -> LOG.log(Level.WARNING, "a close look lost evidence", bug))
        .transform(done -> variants());
  }

  private static boolean reachedGateway(Observation seen) {
    return seen.response() != null
        || seen.phase() == Phase.PROCESSING
        || seen.phase() == Phase.TRANSFER;
  }

  private @Nullable String connectedTo(@Nullable Observation first) {
    if (first != null && first.address() != null) {
      return first.address();
    }
    Endpoint endpoint = probe.request().connectTo();
    return endpoint == null ? null : endpoint.text();
  }

  private void routed(Route seen) {
    route = seen;
    dossier.add(Chapter.ROUTE, seen);
  }

  private Future<?> declared(Probe upstream, boolean failing) {
    int place = dossier.reserve();
    return round
        .ask(upstream)
        .compose(
            seen -> {
              Answer answer = answer(Role.DECLARED, upstream.id(), upstream, seen);
              dossier.put(Chapter.DECLARED, place, answer);
              List<Future<?>> all = new ArrayList<>();
              if (!seen.served()) {
                all.add(behind(upstream));
              } else if (failing && asksOtherwise(upstream)) {
                all.add(asClient(answer));
              }
              return all.isEmpty() ? Future.succeededFuture() : Future.join(all);
            });
  }

  /** Whether the client's request is another one than the declared upstream's own probe. */
  private boolean asksOtherwise(Probe upstream) {
    return upstream.target().scheme().http()
        && safeForServices()
        && !(upstream.target().path().equals(probe.target().path())
            && upstream.expect().equals(probe.expect()));
  }

  private boolean safeForServices() {
    return Asking.safe(probe.request().method());
  }

  /** The client's own request, sent to the declared service. */
  private Future<?> asClient(Answer declared) {
    boolean webSocket = probe.target().scheme().webSocket();
    Scheme scheme =
        declared.scheme() == Scheme.UNIX
            ? Scheme.HTTP
            : webSocket
                ? (declared.scheme().tls() ? Scheme.WSS : Scheme.WS)
                : declared.scheme().webSocket()
                    ? (declared.scheme().tls() ? Scheme.HTTPS : Scheme.HTTP)
                    : declared.scheme();
    return ask(
        Role.AS_CLIENT,
        Chapter.VARIANT,
        declared.upstream(),
        declared.address(),
        scheme,
        probe.request().method(),
        probe.target().path(),
        Asking.host(probe),
        probe.target().endpoint().host(),
        Asking.ownHeaders(probe),
        probe.request().body(),
        "1.1",
        null);
  }

  /**
   * Follows the route while it leads to the gateway itself: a loop, or one server block behind
   * another.
   */
  private Future<Boolean> followHops(Route from) {
    return hop(from, from, 1);
  }

  private Future<Boolean> hop(Route origin, Route from, int depth) {
    Route.Pass pass = from.pass();
    if (source == null
        || pass == null
        || !pass.http()
        || depth > MAX_HOPS
        || pass.uri() == null
        || pass.host() == null) {
      return Future.succeededFuture(false);
    }
    Future<Boolean> looped = Future.succeededFuture(false);
    for (Route.Peer peer : pass.peers()) {
      String address = peer.address();
      if (address == null || address.startsWith("unix:") || !local(address)) {
        continue;
      }
      Target target =
          new Target(
              pass.tls() ? Scheme.HTTPS : Scheme.HTTP,
              Asking.endpoint(address),
              pass.uri(),
              "http://" + address + pass.uri());
      Request request =
          new Request(
              pass.method(),
              List.of(new Request.Header("Host", pass.host())),
              null,
              null,
              false,
              true,
              null,
              "1.1");
      looped =
          looped.compose(
              already ->
                  already
                      ? Future.succeededFuture(true)
                      : Objects.requireNonNull(source)
                          .route(target, request, address)
                          .compose(next -> reached(origin, next, depth)));
    }
    return looped;
  }

  private Future<Boolean> reached(Route origin, Route next, int depth) {
    if (!next.access().readable()
        || next.handling() == Route.Handling.NO_SERVER
        || next.handling() == Route.Handling.UNKNOWN) {
      return Future.succeededFuture(false);
    }
    dossier.add(Chapter.ROUTE, next);
    if (next.pass() != null
        && origin.pass() != null
        && next.pass().place().equals(origin.pass().place())) {
      return Future.succeededFuture(true);
    }
    return hop(origin, next, depth + 1);
  }

  /** Each address that the gateway sends to, asked as the gateway asks. */
  private Future<?> passed(boolean looped) {
    Route.Pass pass = route == null ? null : route.pass();
    if (pass == null) {
      return Future.succeededFuture();
    }
    List<Future<?>> all = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Route.Peer peer : pass.peers()) {
      if (peer.name() != null && names.add(peer.name())) {
        all.add(keep(Chapter.NAMES, sources.resolve(peer.name())));
      }
      String address = peer.address();
      if (address == null || looped || peer.down()) {
        continue;
      }
      if (askedAddresses.size() < MAX_PEERS && askedAddresses.add(address)) {
        all.add(asGateway(address, pass));
      }
    }
    return all.isEmpty() ? Future.succeededFuture() : Future.join(all);
  }

  private Future<?> asGateway(String address, Route.Pass pass) {
    boolean socket = address.startsWith("unix:");
    List<Future<?>> all = new ArrayList<>();
    if (socket) {
      all.add(socketFile(address.substring("unix:".length())));
    }
    if (!pass.http() || !safeForServices()) {
      if (!socket) {
        int place = dossier.reserve();
        Probe connect = Asking.connect(probe, probe.id(), address);
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
                                idAt(address),
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
        ask(
            Role.AS_GATEWAY,
            Chapter.AS_GATEWAY,
            idAt(address),
            address,
            pass.tls() ? Scheme.HTTPS : Scheme.HTTP,
            Asking.safe(pass.method()) ? pass.method() : "GET",
            pass.uri() == null ? probe.target().path() : pass.uri(),
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
                    ? ask(
                        Role.AS_GATEWAY,
                        Chapter.AS_GATEWAY,
                        idAt(address),
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

  private Future<List<Evidence>> collect(LogSession logs, Route seen, boolean failing) {
    String prefix = null;
    if (seen.location() != null) {
      String text = seen.location().text();
      int slash = text.indexOf('/');
      int end = text.indexOf(' ', Math.max(slash, 0));
      prefix = slash < 0 ? null : text.substring(slash, end < 0 ? text.length() : end);
    }
    return logs.collect(
        probe.request().method(),
        probe.target().path(),
        Asking.host(probe),
        localAddresses,
        prefix,
        seen.serverName(),
        failing ? LOG_WAIT_MILLIS : 0);
  }

  /** Addresses that the gateway says it tried and that its configuration does not show. */
  private Future<?> logged(List<Evidence> lines, boolean failing) {
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
          || askedAddresses.stream().anyMatch(a -> peer.startsWith(a + "/"))) {
        continue;
      }
      if (askedAddresses.size() >= MAX_PEERS || !askedAddresses.add(peer)) {
        continue;
      }
      if (peer.startsWith("unix:")) {
        all.add(socketFile(peer.substring("unix:".length())));
      }
      boolean http = line.protocol() == null || line.protocol().startsWith("http");
      if (!http || !safeForServices()) {
        continue;
      }
      Route.Pass pass = route == null ? null : route.pass();
      all.add(
          ask(
              Role.AS_GATEWAY,
              Chapter.AS_GATEWAY,
              idAt(peer),
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

  // ---- what the first answers ask for

  private Future<?> variants() {
    List<Answer> answers =
        dossier.evidence().stream()
            .filter(Answer.class::isInstance)
            .map(Answer.class::cast)
            .toList();
    boolean failing = edge != null && !edge.served();
    List<Future<?>> all = new ArrayList<>();
    all.add(whoListensNow(answers));
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
        all.addAll(samePortElsewhere(asked.address()));
      } else if (failing || checking) {
        all.addAll(otherwise(asked, answers));
      }
    }
    if (failing && gatewayMade(Objects.requireNonNull(edge))) {
      for (Answer asked : answers) {
        boolean fits =
            asked.role() == Role.AS_GATEWAY || (asked.role() == Role.DECLARED && route == null);
        if (fits && asked.seen().served() && asked.seen().response() != null && keepsAlive()) {
          all.add(reused(asked));
        } else if (asked.role() == Role.AS_GATEWAY
            && asked.scheme() == Scheme.TCP
            && asked.seen().served()
            && keepsAlive()) {
          all.add(reusedPlain(asked.address()));
        }
      }
    }
    if (!failing && edge != null && dead && anyWell && probe.request().safe()) {
      // One of several peers is dead: whether people meet it shows in a few requests.
      all.add(edgeAgain(2));
    }
    return all.isEmpty() ? Future.succeededFuture() : Future.join(all);
  }

  /**
   * A refusal where the table shows a listener: the table may be older than the refusal, and the
   * listener gone. Only one that was read afterwards tells a firewall from absence.
   */
  private Future<?> whoListensNow(List<Answer> answers) {
    Listeners known = listeners;
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
        : sources
            .listeners(newest)
            .onSuccess(
                seen -> {
                  listeners = seen;
                  dossier.put(Chapter.LISTENERS, listenersPlace, seen);
                });
  }

  private boolean keepsAlive() {
    return route == null || route.pass() == null || route.pass().keepAlive();
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
              dossier.put(Chapter.EDGE, place, answer(Role.EDGE_AGAIN, null, probe, seen));
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

  /** The service may hold the same port on another address of this host. */
  private List<Future<?>> samePortElsewhere(String address) {
    List<Future<?>> all = new ArrayList<>();
    if (listeners == null || address.startsWith("unix:") || !local(address)) {
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

  private static String reachable(Listeners.Row row) {
    return switch (row.address()) {
      case "0.0.0.0" -> "127.0.0.1:" + row.port();
      case "::" -> "[::1]:" + row.port();
      default -> row.text();
    };
  }

  private Future<?> candidate(String address) {
    if (!safeForServices()
        || askedAddresses.size() >= MAX_PEERS + MAX_CANDIDATES
        || !askedAddresses.add(address)) {
      return Future.succeededFuture();
    }
    Route.Pass pass = route == null ? null : route.pass();
    return ask(
        Role.CANDIDATE,
        Chapter.VARIANT,
        idAt(address),
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

  /** The same request with one thing changed, each where it could explain the answer. */
  private List<Future<?>> otherwise(Answer asked, List<Answer> answers) {
    List<Future<?>> all = new ArrayList<>();
    Route.Pass pass = route == null ? null : route.pass();
    if (!safeForServices() || (asked.scheme() == Scheme.TCP)) {
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
      Set<String> paths = new java.util.LinkedHashSet<>(List.of(clientPath));
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

  /** One changed request. */
  private final class Variation {
    private final Answer base;
    private Scheme scheme;
    private String path;
    private String host;
    private @Nullable String sni;
    private String method;
    private List<Request.Header> headers;
    private @Nullable String body;
    private String version;

    Variation(Answer base) {
      Route.Pass pass = route == null ? null : route.pass();
      this.base = base;
      this.scheme = base.scheme() == Scheme.UNIX ? Scheme.HTTP : base.scheme();
      this.path = base.path();
      this.host = base.host();
      this.sni = pass == null ? null : pass.sni();
      this.method = base.method();
      this.headers = pass == null ? Asking.ownHeaders(probe) : Asking.gatewayHeaders(probe, pass);
      this.body = pass == null || pass.passBody() ? probe.request().body() : null;
      this.version = pass == null ? "1.1" : pass.httpVersion();
    }

    void otherScheme() {
      scheme = scheme.tls() ? Scheme.HTTP : Scheme.HTTPS;
      sni = null;
    }

    void path(String other) {
      path = other;
    }

    void host(String other, String serverName) {
      host = other;
      sni = serverName;
    }

    void clientRequest() {
      method = probe.request().method();
      headers = Asking.ownHeaders(probe);
      body = probe.request().body();
      if (probe.target().scheme().webSocket()) {
        scheme = scheme.tls() ? Scheme.WSS : Scheme.WS;
        version = "1.1";
      }
    }

    Future<?> send(Role role) {
      return ask(
          role,
          Chapter.VARIANT,
          base.upstream(),
          base.address(),
          scheme,
          method,
          path,
          host,
          sni,
          headers,
          body,
          version,
          null);
    }
  }

  private Future<?> vary(Answer asked, Role role, java.util.function.Consumer<Variation> change) {
    Variation variation = new Variation(asked);
    change.accept(variation);
    return variation.send(role);
  }

  private Future<?> reused(Answer asked) {
    Variation variation = new Variation(asked);
    return reuse(
        asked.address(),
        Asking.at(
            probe,
            probe.id(),
            asked.address(),
            variation.scheme,
            asked.method(),
            asked.path(),
            asked.host(),
            variation.sni,
            variation.headers,
            null,
            "1.1",
            null),
        asked.path(),
        asked.host());
  }

  /** For a request that must not be sent twice: its counterpart that may, a plain GET. */
  private Future<?> reusedPlain(String address) {
    Route.Pass pass = route == null ? null : route.pass();
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
                        idAt(address),
                        request.target().scheme(),
                        address,
                        "GET",
                        path,
                        host,
                        seen)));
  }

  // ---- asking

  private Future<?> ask(
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
    Probe request =
        Asking.at(
            probe,
            probe.id(),
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

  private <T extends Evidence> Future<T> keep(Chapter chapter, Future<T> coming) {
    int place = dossier.reserve();
    return coming.onSuccess(seen -> dossier.put(chapter, place, seen));
  }

  private Future<?> socketFile(String path) {
    return keep(Chapter.SOCKETS, sources.socketFile(path));
  }

  private Answer answer(Role role, @Nullable String upstream, Probe asked, Observation seen) {
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

  private @Nullable String idAt(String address) {
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

  private boolean local(String address) {
    if (address.startsWith("unix:")) {
      return true;
    }
    String host = Asking.endpoint(address).host();
    return isLocal(host, localAddresses);
  }

  static boolean isLocal(String host, List<String> localAddresses) {
    return host.startsWith("127.")
        || host.equals("::1")
        || host.equals("localhost")
        || localAddresses.contains(host);
  }
}
