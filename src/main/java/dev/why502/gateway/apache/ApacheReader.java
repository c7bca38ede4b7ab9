package dev.why502.gateway.apache;

import dev.why502.definition.Gateway;
import dev.why502.definition.Request;
import dev.why502.definition.Target;
import dev.why502.evidence.Access;
import dev.why502.evidence.Resolution;
import dev.why502.evidence.Route;
import dev.why502.evidence.Route.Handling;
import dev.why502.evidence.Route.Pass;
import dev.why502.evidence.Route.Peer;
import dev.why502.gateway.ByteText;
import dev.why502.gateway.ConfigFiles;
import dev.why502.gateway.ConfigReader;
import dev.why502.gateway.PeerNames;
import dev.why502.gateway.RouteDraft;
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
 * Reads the configuration of Apache httpd 2.4 as httpd reads it, and tells what it does with a
 * request. Files are read on a worker and kept until one of them changes. No future of it fails.
 */
public final class ApacheReader implements ConfigReader {
  /** Configurations kept. */
  private static final int MAX_KEPT = 64;

  private final Vertx vertx;
  private final PeerNames names;
  private final InstantSource clock;
  private final Map<String, ApacheConfig> kept = new ConcurrentHashMap<>();

  public ApacheReader(Vertx vertx, Function<String, Future<Resolution>> names) {
    this(vertx, names, InstantSource.system());
  }

  public ApacheReader(
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
    return worker(() -> ApacheTargets.of(config(gateway)))
        .compose(
            samples -> {
              List<Future<Routed>> all = new ArrayList<>();
              for (ApacheTargets.Sample sample : samples) {
                all.add(
                    route(gateway, sample.target(), Request.GET, sample.connectTo())
                        .map(route -> new Routed(sample.target(), sample.connectTo(), route)));
              }
              return Future.join(all)
                  .map(done -> ApacheTargets.reached(all.stream().map(Future::result).toList()));
            })
        .recover(bug -> Future.succeededFuture(List.of()));
  }

  @Override
  public Future<ConfigFiles> files(Gateway gateway) {
    return worker(() -> ApacheSettings.of(config(gateway)))
        .recover(bug -> Future.succeededFuture(ConfigFiles.unread(gateway.config(), reason(bug))));
  }

  private <T> Future<T> worker(Callable<T> work) {
    return vertx.executeBlocking(work, false);
  }

  private ApacheConfig config(Gateway gateway) {
    String written = gateway.config();
    String path = written == null ? ApacheStart.standardConfig() : written;
    String absolute = Path.of(path).toAbsolutePath().normalize().toString();
    ApacheConfig known = kept.get(absolute);
    if (known != null && known.files().unchanged()) {
      return known;
    }
    ApacheConfig config = ApacheConfig.read(absolute);
    if (kept.size() >= MAX_KEPT) {
      kept.clear();
    }
    kept.put(absolute, config);
    return config;
  }

  /** A configuration and what was told from it before names are resolved. */
  private record Drafted(ApacheConfig config, RouteDraft draft) {}

  private Drafted drafted(
      Gateway gateway, Target target, Request request, @Nullable String connectedTo) {
    ApacheConfig config = config(gateway);
    RouteDraft draft = new RouteDraft(ByteText::shown);
    if (config.denied() == null) {
      config.unread().forEach(draft::unknown);
      ApacheArrival.of(target, request, connectedTo).route(config, draft);
    }
    return new Drafted(config, draft);
  }

  private Route route(Gateway gateway, Drafted drafted, List<Peer> peers) {
    ApacheConfig config = drafted.config();
    RouteDraft draft = drafted.draft();
    String denied = config.denied();
    Pass pass = draft.pass;
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
    return new Route(
        gateway.id(),
        clock.instant(),
        Access.denied(reason(bug)),
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
}
