package dev.why502.engine;

import dev.why502.definition.Definitions;
import dev.why502.definition.Endpoint;
import dev.why502.definition.Probe;
import dev.why502.definition.Scheme;
import dev.why502.engine.Dossier.Chapter;
import dev.why502.engine.Sources.GatewaySource;
import dev.why502.engine.Sources.LogSession;
import dev.why502.evidence.Answer;
import dev.why502.evidence.Answer.Role;
import dev.why502.evidence.Case;
import dev.why502.evidence.Evidence;
import dev.why502.evidence.HostState;
import dev.why502.evidence.Route;
import dev.why502.observation.Observation;
import dev.why502.observation.Phase;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
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

  private final InstantSource clock;
  private final String node;
  private final Sources sources;
  private final Probe probe;
  private final Round round;
  private final Scene scene;
  private final Dossier dossier;
  private final Listening listening;
  private final Behind behind;
  private final Hops hops;
  private final Peers peers;
  private final Variations variations;
  private final Outlook outlook;
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
      Scene.Manner manner) {
    this.clock = clock;
    this.node = node;
    this.sources = sources;
    this.probe = probe;
    this.round = round;
    this.scene = new Scene(sources, definitions, probe, round, manner);
    this.dossier = scene.dossier();
    this.listening = new Listening(scene);
    this.behind = new Behind(scene, listening);
    this.hops = new Hops(scene);
    this.peers = new Peers(scene);
    this.variations = new Variations(scene, listening, new Reuse(scene));
    this.outlook = new Outlook(scene);
  }

  /**
   * Looks at everything.
   *
   * @param first what began it: an observation of the probe, or null for none (a check)
   * @param logs marks taken before that observation, or null
   * @return completed when nothing more will come; never fails
   */
  Future<Case> look(@Nullable Observation first, @Nullable LogSession logs) {
    scene.began(first);
    outlook.began(first);
    if (first != null) {
      lateMillis = first.lateMillis();
    }
    List<Future<?>> all = new ArrayList<>();
    all.add(sources.localAddresses().onSuccess(scene::localAddresses));
    all.add(sources.listeners().onSuccess(scene::listeners));
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
        .transform(done -> scene.firewalls().settled())
        .map(done -> taken())
        .otherwise(failed -> taken());
  }

  /** The case as it stands now. */
  Case taken() {
    List<Evidence> evidence = new ArrayList<>(dossier.evidence());
    evidence.addAll(scene.firewalls().of(evidence));
    evidence.add(
        new HostState(
            clock.instant(),
            lateMillis,
            probe.interval().toMillis(),
            round.reached(),
            round.unreached(),
            controlsFailed,
            scene.localAddresses(),
            0,
            namespace));
    return new Case(
        probe,
        scene.gateway(),
        scene.upstreams(),
        evidence,
        scene.checking(),
        clock.instant(),
        node);
  }

  // ---- a probe that stands for itself

  private Future<?> standalone(@Nullable Observation first) {
    scene.askFirewall(probe);
    int place = dossier.reserve();
    Future<Observation> run = first == null ? round.ask(probe) : Future.succeededFuture(first);
    return run.compose(
        seen -> {
          Answer own = scene.answer(Role.DECLARED, probe.id(), probe, seen);
          dossier.put(Chapter.DECLARED, place, own);
          return seen.served()
              ? Future.succeededFuture()
              : Future.join(behind.of(probe), listening.whoListensNow(List.of(own)));
        });
  }

  // ---- an edge probe

  private Future<?> edgeProbe(@Nullable Observation first, @Nullable LogSession logs) {
    List<Future<?>> all = new ArrayList<>();
    boolean failing = first != null && !first.served();
    if (first != null) {
      dossier.add(Chapter.EDGE, scene.answer(Role.EDGE, null, probe, first));
      if (failing && probe.request().safe() && reachedGateway(first)) {
        int place = dossier.reserve();
        all.add(
            sources
                .run(probe)
                .onSuccess(
                    seen ->
                        dossier.put(
                            Chapter.EDGE,
                            place,
                            scene.answer(Role.EDGE_AGAIN, null, probe, seen))));
      }
    }
    for (Probe upstream : scene.upstreams()) {
      all.add(declared(upstream, failing));
    }
    GatewaySource source = scene.source();
    if (source != null) {
      all.add(scene.keep(Chapter.STATE, source.state()));
      Future<Route> routed =
          source
              .route(probe.target(), probe.request(), connectedTo(first))
              .onSuccess(scene::routed);
      Future<List<Evidence>> logged =
          routed.compose(
              seen ->
                  logs == null
                      ? Future.succeededFuture(List.<Evidence>of())
                      : peers.collect(logs, seen, failing));
      Future<Boolean> followed = routed.compose(hops::follow);
      all.add(followed.compose(peers::passed));
      // The route's own peers first: what the log names besides is what the file does not show.
      all.add(followed.compose(known -> logged).compose(lines -> peers.logged(lines, failing)));
    }
    return Future.join(all)
        .onFailure(bug -> LOG.log(Level.WARNING, "a close look lost evidence", bug))
        .transform(done -> Future.join(variations.variants(), outlook.look()));
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

  private Future<?> declared(Probe upstream, boolean failing) {
    scene.askFirewall(upstream);
    int place = dossier.reserve();
    return round
        .ask(upstream)
        .compose(
            seen -> {
              Answer answer = scene.answer(Role.DECLARED, upstream.id(), upstream, seen);
              dossier.put(Chapter.DECLARED, place, answer);
              List<Future<?>> all = new ArrayList<>();
              if (!seen.served()) {
                all.add(behind.of(upstream));
              } else if (failing && asksOtherwise(upstream)) {
                all.add(asClient(answer));
              } else if (!failing) {
                all.add(outlook.files(upstream));
              }
              return all.isEmpty() ? Future.succeededFuture() : Future.join(all);
            });
  }

  /** Whether the client's request is another one than the declared upstream's own probe. */
  private boolean asksOtherwise(Probe upstream) {
    return upstream.target().scheme().http()
        && scene.safeForServices()
        && !(upstream.target().path().equals(probe.target().path())
            && upstream.expect().equals(probe.expect()));
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
    return scene.ask(
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

  static boolean isLocal(String host, List<String> localAddresses) {
    return host.startsWith("127.")
        || host.equals("::1")
        || host.equals("localhost")
        || localAddresses.contains(host);
  }
}
