package dev.why502.gateway.nginx;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Gateway;
import dev.why502.definition.Request;
import dev.why502.definition.Target;
import dev.why502.evidence.Access;
import dev.why502.evidence.Resolution;
import dev.why502.evidence.Route;
import dev.why502.evidence.Route.Handling;
import dev.why502.evidence.Route.Peer;
import dev.why502.gateway.ByteText;
import dev.why502.gateway.ConfigFiles;
import dev.why502.gateway.ConfigReader;
import dev.why502.gateway.PeerNames;
import dev.why502.gateway.RouteDraft;
import dev.why502.gateway.Routed;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads nginx's configuration as nginx reads it, and tells what it does with a request. Files are
 * read on a worker and kept until one of them changes. No future of it fails.
 */
public final class NginxReader implements ConfigReader {
  /** Which instance of nginx is meant is not for us to guess. */
  private static final String UNNAMED = "no configuration file is named";

  /** Configurations kept. */
  private static final int MAX_KEPT = 64;

  private final Vertx vertx;
  private final PeerNames names;
  private final InstantSource clock;
  private final Map<String, NginxConfig> kept = new ConcurrentHashMap<>();

  public NginxReader(Vertx vertx, Function<String, Future<Resolution>> names) {
    this(vertx, names, InstantSource.system());
  }

  public NginxReader(Vertx vertx, Function<String, Future<Resolution>> names, InstantSource clock) {
    this.vertx = vertx;
    this.names = new PeerNames(names);
    this.clock = clock;
  }

  @Override
  public Future<Route> route(
      Gateway gateway, Target target, Request request, @Nullable String connectedTo) {
    String path = gateway.config();
    return path == null
        ? Future.succeededFuture(unread(gateway, UNNAMED))
        : worker(() -> drafted(path, target, request, connectedTo))
            .compose(drafted -> finished(gateway, drafted))
            .recover(bug -> Future.succeededFuture(unread(gateway, reason(bug))));
  }

  @Override
  public Future<List<Routed>> routes(Gateway gateway) {
    String path = gateway.config();
    if (path == null) {
      return Future.succeededFuture(List.of());
    }
    return worker(() -> NginxTargets.of(config(path)))
        .compose(
            samples -> {
              List<Future<Routed>> all = new ArrayList<>();
              for (NginxTargets.Sample sample : samples) {
                all.add(
                    route(gateway, sample.target(), Request.GET, sample.connectTo())
                        .map(route -> new Routed(sample.target(), sample.connectTo(), route)));
              }
              return Future.join(all)
                  .map(
                      done ->
                          NginxTargets.reached(samples, all.stream().map(Future::result).toList()));
            })
        .recover(bug -> Future.succeededFuture(List.of()));
  }

  @Override
  public Future<ConfigFiles> files(Gateway gateway) {
    String path = gateway.config();
    return path == null
        ? Future.succeededFuture(ConfigFiles.unread(null, UNNAMED))
        : worker(() -> NginxSettings.of(config(path)))
            .recover(bug -> Future.succeededFuture(ConfigFiles.unread(path, reason(bug))));
  }

  private <T> Future<T> worker(java.util.concurrent.Callable<T> work) {
    return vertx.executeBlocking(work, false);
  }

  private NginxConfig config(String path) {
    String absolute = java.nio.file.Path.of(path).toAbsolutePath().normalize().toString();
    NginxConfig known = kept.get(absolute);
    if (known != null && known.files().unchanged()) {
      return known;
    }
    NginxConfig config = NginxConfig.read(absolute);
    if (kept.size() >= MAX_KEPT) {
      kept.clear();
    }
    kept.put(absolute, config);
    return config;
  }

  /** A configuration and what was told from it before names are resolved. */
  private record Drafted(NginxConfig config, RouteDraft draft) {}

  private Drafted drafted(
      String path, Target target, Request request, @Nullable String connectedTo) {
    NginxConfig config = config(path);
    RouteDraft draft = new RouteDraft(ByteText::shown);
    if (config.denied() == null) {
      config.unread().forEach(draft::unknown);
      NginxArrival.of(target, request, connectedTo).route(config, draft);
    }
    return new Drafted(config, draft);
  }

  private Future<Route> finished(Gateway gateway, Drafted drafted) {
    return names.resolved(drafted.draft().peers).map(peers -> route(gateway, drafted, peers));
  }

  private Route route(Gateway gateway, Drafted drafted, List<Peer> peers) {
    NginxConfig config = drafted.config();
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

  private Route unread(Gateway gateway, String why) {
    Instant at = clock.instant();
    return new Route(
        gateway.id(),
        at,
        Access.denied(why),
        gateway.config(),
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

  static @Nullable Endpoint endpoint(String text) {
    if (text.startsWith("unix:")) {
      return Endpoint.unix(text.substring(5));
    }
    NginxAddress address = NginxAddress.parse(text, 0);
    return address.fault() != null ? null : Endpoint.of(address.host(), address.port());
  }
}
