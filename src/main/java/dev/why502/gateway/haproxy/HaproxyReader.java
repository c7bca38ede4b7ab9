package dev.why502.gateway.haproxy;

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
import dev.why502.gateway.RouteDraft;
import dev.why502.gateway.Routed;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads HAProxy's configuration as HAProxy reads it, and tells what it does with a request. Files
 * are read on a worker and kept until one of them changes. No future of it fails.
 *
 * <p>In a route, {@code server} is the frontend, {@code location} the line that chose the backend,
 * {@code pass.place} the backend, and each peer's place its server line. A timeout that is not set
 * is -1.
 */
public final class HaproxyReader implements ConfigReader {
  /** Where distributions put it. */
  static final String DEFAULT_CONFIG = "/etc/haproxy/haproxy.cfg";

  /** Configurations kept. */
  private static final int MAX_KEPT = 64;

  private final Vertx vertx;
  private final PeerNames names;
  private final InstantSource clock;
  private final Map<String, HaproxyConfig> kept = new ConcurrentHashMap<>();

  public HaproxyReader(
      Vertx vertx, Function<String, Future<Resolution>> names, InstantSource clock) {
    this.vertx = vertx;
    this.names = new PeerNames(names);
    this.clock = clock;
  }

  @Override
  public Future<Route> route(
      Gateway gateway, Target target, Request request, @Nullable String connectedTo) {
    return worker(() -> drafted(gateway, target, request, connectedTo))
        .compose(
            drafted ->
                names.resolved(drafted.draft().peers).map(peers -> route(gateway, drafted, peers)))
        .recover(bug -> Future.succeededFuture(failed(gateway, bug)));
  }

  @Override
  public Future<List<Routed>> routes(Gateway gateway) {
    return worker(() -> HaproxyTargets.of(config(path(gateway))))
        .compose(
            samples -> {
              List<Future<Routed>> all = new ArrayList<>();
              for (HaproxyTargets.Sample sample : samples) {
                all.add(
                    route(gateway, sample.target(), Request.GET, sample.connectTo())
                        .map(route -> new Routed(sample.target(), sample.connectTo(), route)));
              }
              return Future.join(all)
                  .map(done -> HaproxyTargets.reached(all.stream().map(Future::result).toList()));
            })
        .recover(bug -> Future.succeededFuture(List.of()));
  }

  @Override
  public Future<ConfigFiles> files(Gateway gateway) {
    String path = path(gateway);
    return worker(() -> HaproxySettings.of(config(path)))
        .recover(bug -> Future.succeededFuture(ConfigFiles.unread(path, reason(bug))));
  }

  /**
   * The address of each server by the name that the log gives it, {@code app/s1} to {@code
   * 127.0.0.1:3001}; servers that are named by host stand with the name. For {@link HaproxyLog}.
   */
  public Future<Map<String, String>> serverAddresses(Gateway gateway) {
    return worker(() -> HaproxySettings.serverAddresses(config(path(gateway))))
        .recover(bug -> Future.succeededFuture(Map.of()));
  }

  static String path(Gateway gateway) {
    String path = gateway.config();
    return path == null ? DEFAULT_CONFIG : path;
  }

  private <T> Future<T> worker(Callable<T> work) {
    return vertx.executeBlocking(work, false);
  }

  private HaproxyConfig config(String path) {
    String absolute = Path.of(path).toAbsolutePath().normalize().toString();
    HaproxyConfig known = kept.get(absolute);
    if (known != null && known.files().unchanged()) {
      return known;
    }
    HaproxyConfig config = HaproxyConfig.read(absolute);
    if (kept.size() >= MAX_KEPT) {
      kept.clear();
    }
    kept.put(absolute, config);
    return config;
  }

  /** A configuration and what was told from it before names are resolved. */
  private record Drafted(HaproxyConfig config, RouteDraft draft) {}

  private Drafted drafted(
      Gateway gateway, Target target, Request request, @Nullable String connectedTo) {
    HaproxyConfig config = config(path(gateway));
    RouteDraft draft = new RouteDraft(HaproxyText::shown);
    if (config.denied() == null) {
      config.unread().forEach(draft::unknown);
      new HaproxyRouter(config, HaproxyArrival.of(target, request, connectedTo), draft).run();
    }
    return new Drafted(config, draft);
  }

  private Route route(Gateway gateway, Drafted drafted, List<Peer> peers) {
    HaproxyConfig config = drafted.config();
    RouteDraft draft = drafted.draft();
    String denied = config.denied();
    Route.Pass pass = draft.pass;
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
        pass == null ? null : pass.with(peers),
        draft.answerPlace,
        draft.answerStatus,
        draft.limits(),
        draft.unknown());
  }

  private Route failed(Gateway gateway, Throwable bug) {
    Instant at = clock.instant();
    return new Route(
        gateway.id(),
        at,
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
