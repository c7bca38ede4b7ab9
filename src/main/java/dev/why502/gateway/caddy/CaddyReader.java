package dev.why502.gateway.caddy;

import dev.why502.definition.Gateway;
import dev.why502.definition.Request;
import dev.why502.definition.Target;
import dev.why502.evidence.Access;
import dev.why502.evidence.Resolution;
import dev.why502.evidence.Route;
import dev.why502.evidence.Route.Handling;
import dev.why502.evidence.Route.Peer;
import dev.why502.gateway.ConfigFiles;
import dev.why502.gateway.ConfigReader;
import dev.why502.gateway.PeerNames;
import dev.why502.gateway.Routed;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads Caddy's configuration, a Caddyfile or native JSON, as Caddy reads it, and tells what it
 * does with a request. Files are read on a worker and kept until one of them changes.
 */
public final class CaddyReader implements ConfigReader {
  /** Where distributions put it. */
  static final String DEFAULT_CONFIG = "/etc/caddy/Caddyfile";

  /** Configurations kept. */
  private static final int MAX_KEPT = 64;

  private final Vertx vertx;
  private final PeerNames names;
  private final InstantSource clock;
  private final Map<String, CaddyConfig> kept = new ConcurrentHashMap<>();

  public CaddyReader(Vertx vertx, Function<String, Future<Resolution>> names) {
    this(vertx, names, InstantSource.system());
  }

  public CaddyReader(Vertx vertx, Function<String, Future<Resolution>> names, InstantSource clock) {
    this.vertx = vertx;
    this.names = new PeerNames(names);
    this.clock = clock;
  }

  @Override
  public Future<Route> route(
      Gateway gateway, Target target, Request request, @Nullable String connectedTo) {
    return worker(() -> drafted(config(path(gateway)), target, request, connectedTo))
        .compose(drafted -> finished(gateway, drafted))
        .recover(bug -> Future.succeededFuture(failed(gateway, bug)));
  }

  /**
   * What a running configuration does with a request.
   *
   * @param address of the admin API, which stands for the file in places
   * @param json as {@code GET /config/} of the admin API answers it
   */
  public Future<Route> running(
      Gateway gateway,
      String address,
      String json,
      Target target,
      Request request,
      @Nullable String connectedTo) {
    return worker(() -> drafted(CaddyConfig.running(address, json), target, request, connectedTo))
        .compose(drafted -> finished(gateway, drafted))
        .recover(bug -> Future.succeededFuture(failed(gateway, bug)));
  }

  @Override
  public Future<List<Routed>> routes(Gateway gateway) {
    return worker(() -> CaddyTargets.of(config(path(gateway))))
        .compose(
            samples -> {
              List<Future<Routed>> all = new ArrayList<>();
              for (CaddyTargets.Sample sample : samples) {
                all.add(
                    route(gateway, sample.target(), Request.GET, sample.connectTo())
                        .map(route -> new Routed(sample.target(), sample.connectTo(), route)));
              }
              return Future.join(all)
                  .map(
                      done ->
                          CaddyTargets.reached(samples, all.stream().map(Future::result).toList()));
            })
        .recover(bug -> Future.succeededFuture(List.of()));
  }

  @Override
  public Future<ConfigFiles> files(Gateway gateway) {
    String path = path(gateway);
    return worker(() -> CaddySettings.of(config(path)))
        .recover(bug -> Future.succeededFuture(ConfigFiles.unread(path, reason(bug))));
  }

  static String path(Gateway gateway) {
    String path = gateway.config();
    return path == null ? DEFAULT_CONFIG : path;
  }

  private <T> Future<T> worker(Callable<T> work) {
    return vertx.executeBlocking(work, false);
  }

  private CaddyConfig config(String path) {
    String absolute = Path.of(path).toAbsolutePath().normalize().toString();
    CaddyConfig known = kept.get(absolute);
    if (known != null && known.files().unchanged()) {
      return known;
    }
    // The environment of the running Caddy is not ours.
    CaddyConfig config = CaddyConfig.read(absolute, name -> null);
    if (kept.size() >= MAX_KEPT) {
      kept.clear();
    }
    kept.put(absolute, config);
    return config;
  }

  /** A configuration and what was told from it before names are resolved. */
  private record Drafted(CaddyConfig config, CaddyDraft draft) {}

  private static Drafted drafted(
      CaddyConfig config, Target target, Request request, @Nullable String connectedTo) {
    CaddyDraft draft = new CaddyDraft();
    if (config.denied() == null) {
      config.unread().forEach(draft::unknown);
      CaddyArrival.of(target, request, connectedTo).route(config, draft);
    }
    return new Drafted(config, draft);
  }

  private Future<Route> finished(Gateway gateway, Drafted drafted) {
    return names
        .resolved(drafted.draft().peers)
        .map(peers -> route(gateway, drafted.config(), drafted.draft(), peers));
  }

  private Route route(Gateway gateway, CaddyConfig config, CaddyDraft draft, List<Peer> peers) {
    String denied = config.denied();
    Route.Pass pass = draft.pass;
    // Go tries one address of a name after the other.
    boolean several = peers.size() > draft.peers.size() && draft.peers.size() == 1;
    return new Route(
        gateway.id(),
        clock.instant(),
        denied == null ? Access.GRANTED : Access.denied(denied),
        config.path(),
        config.faults(),
        draft.server,
        draft.serverName,
        draft.location,
        draft.handling,
        pass == null
            ? null
            : CaddyPassParts.with(pass, peers, pass.intercepts(), pass.nextUpstream() || several),
        draft.answerPlace,
        draft.answerStatus,
        draft.limits(),
        draft.unknown());
  }

  private Route failed(Gateway gateway, Throwable bug) {
    return new Route(
        gateway.id(),
        clock.instant(),
        Access.denied(reason(bug)),
        path(gateway),
        List.of(),
        null,
        null,
        null,
        Handling.UNKNOWN,
        null,
        null,
        0,
        List.of(),
        List.of());
  }

  private static String reason(Throwable bug) {
    return "the configuration could not be followed (" + bug.getClass().getSimpleName() + ")";
  }
}
