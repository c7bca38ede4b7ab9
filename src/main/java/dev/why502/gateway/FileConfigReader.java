package dev.why502.gateway;

import dev.why502.definition.Gateway;
import dev.why502.definition.Request;
import dev.why502.definition.Target;
import dev.why502.evidence.Access;
import dev.why502.evidence.Resolution;
import dev.why502.evidence.Route;
import dev.why502.evidence.Route.Handling;
import dev.why502.evidence.Route.Pass;
import dev.why502.evidence.Route.Peer;
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
 * Reads configurations from files. Files are read on a worker and kept until one of them changes;
 * what a kind of gateway makes of them is for its own reader to say. No future of it fails.
 */
public abstract class FileConfigReader<C extends ParsedConfig, D extends RouteDraft>
    implements ConfigReader {
  /** Which instance is meant is not for us to guess. */
  private static final String UNNAMED = "no configuration file is named";

  /** Configurations kept. */
  private static final int MAX_KEPT = 64;

  private final Vertx vertx;
  private final PeerNames names;
  private final InstantSource clock;
  private final Map<String, C> kept = new ConcurrentHashMap<>();

  protected FileConfigReader(
      Vertx vertx, Function<String, Future<Resolution>> names, InstantSource clock) {
    this.vertx = vertx;
    this.names = new PeerNames(names);
    this.clock = clock;
  }

  /** The main file; null when none is named and there is no standard one. Blocks. */
  protected abstract @Nullable String path(Gateway gateway);

  /** Blocks. */
  protected abstract C read(String absolutePath);

  protected abstract D draft();

  /** Takes a request through a configuration that could be read. Blocks. */
  protected abstract void follow(
      C config, Target target, Request request, @Nullable String connectedTo, D draft);

  /** Targets for all that passes requests on. */
  protected abstract List<RouteSample> samples(C config);

  /** The same for two targets that are passed on by the same site in the same way. */
  protected abstract String key(Route route, Pass pass);

  /** What it says of logs, pid file, user and administration. Blocks. */
  protected abstract ConfigFiles settings(C config);

  /** A pass with the peers that names of it turned out to mean. */
  protected Pass resolved(Pass pass, List<Peer> named, List<Peer> peers) {
    return pass.with(peers);
  }

  @Override
  public final Future<Route> route(
      Gateway gateway, Target target, Request request, @Nullable String connectedTo) {
    return route(gateway, () -> config(gateway), target, request, connectedTo);
  }

  /** What a configuration, wherever it is from, does with a request. */
  protected final Future<Route> route(
      Gateway gateway,
      Callable<@Nullable C> from,
      Target target,
      Request request,
      @Nullable String connectedTo) {
    return worker(() -> drafted(from.call(), target, request, connectedTo))
        .compose(drafted -> finished(gateway, drafted))
        .recover(bug -> Future.succeededFuture(unread(gateway, reason(bug))));
  }

  @Override
  public final Future<List<Routed>> routes(Gateway gateway) {
    return worker(() -> samples(gateway))
        .compose(
            samples -> {
              List<Future<Routed>> all = new ArrayList<>();
              for (RouteSample sample : samples) {
                all.add(
                    route(gateway, sample.target(), Request.GET, sample.connectTo())
                        .map(route -> new Routed(sample.target(), sample.connectTo(), route)));
              }
              return Future.join(all)
                  .map(
                      done ->
                          RouteSample.reached(
                              samples, all.stream().map(Future::result).toList(), this::key));
            })
        .recover(bug -> Future.succeededFuture(List.of()));
  }

  private List<RouteSample> samples(Gateway gateway) {
    C config = config(gateway);
    return config == null ? List.of() : samples(config);
  }

  @Override
  public final Future<ConfigFiles> files(Gateway gateway) {
    return worker(
            () -> {
              C config = config(gateway);
              return config == null ? ConfigFiles.unread(null, UNNAMED) : settings(config);
            })
        .recover(bug -> Future.succeededFuture(ConfigFiles.unread(gateway.config(), reason(bug))));
  }

  protected final <T> Future<T> worker(Callable<T> work) {
    return vertx.executeBlocking(work, false);
  }

  /** Null when none is named. Blocks. */
  protected final @Nullable C config(Gateway gateway) {
    String path = path(gateway);
    if (path == null) {
      return null;
    }
    String absolute = Path.of(path).toAbsolutePath().normalize().toString();
    C known = kept.get(absolute);
    if (known != null && known.files().unchanged()) {
      return known;
    }
    C config = read(absolute);
    if (kept.size() >= MAX_KEPT) {
      kept.clear();
    }
    kept.put(absolute, config);
    return config;
  }

  /** A configuration and what was told from it before names are resolved. */
  private record Drafted<C>(@Nullable C config, RouteDraft draft) {}

  private Drafted<C> drafted(
      @Nullable C config, Target target, Request request, @Nullable String connectedTo) {
    D draft = draft();
    if (config != null && config.denied() == null) {
      config.unread().forEach(draft::unknown);
      follow(config, target, request, connectedTo, draft);
    }
    return new Drafted<>(config, draft);
  }

  private Future<Route> finished(Gateway gateway, Drafted<C> drafted) {
    C config = drafted.config();
    RouteDraft draft = drafted.draft();
    return config == null
        ? Future.succeededFuture(unread(gateway, UNNAMED))
        : names.resolved(draft.peers).map(peers -> route(gateway, config, draft, peers));
  }

  private Route route(Gateway gateway, C config, RouteDraft draft, List<Peer> peers) {
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
        pass == null ? null : resolved(pass, draft.peers, peers),
        draft.answerPlace,
        draft.answerStatus,
        draft.limits(),
        draft.unknown());
  }

  private Route unread(Gateway gateway, String why) {
    return new Route(
        gateway.id(),
        clock.instant(),
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
}
