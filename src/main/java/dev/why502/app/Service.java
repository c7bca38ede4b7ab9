package dev.why502.app;

import dev.why502.bus.Feed;
import dev.why502.bus.Health;
import dev.why502.bus.Json;
import dev.why502.bus.Latest;
import dev.why502.conf.DefinitionsReader;
import dev.why502.conf.DefinitionsWatcher;
import dev.why502.conf.Parsed;
import dev.why502.conf.Problem;
import dev.why502.conf.Reading;
import dev.why502.conf.TargetText;
import dev.why502.definition.Definitions;
import dev.why502.definition.Probe;
import dev.why502.definition.Secrets;
import dev.why502.definition.Target;
import dev.why502.diagnosis.Verdict;
import dev.why502.engine.EngineVerticle;
import dev.why502.engine.Outlet;
import dev.why502.evidence.Case;
import dev.why502.exporter.Exporter;
import dev.why502.exporter.Spelling;
import dev.why502.observation.Observation;
import dev.why502.probe.Counts;
import dev.why502.probe.Schedule;
import dev.why502.web.Meters;
import dev.why502.web.WebSources;
import dev.why502.web.WebVerticle;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;

/**
 * The running service: who is deployed, in which order, and what flows between them. Consumers
 * stand before producers: bus, HTTP, engine, and the schedule last.
 */
final class Service {
  static final long HEALTH_MILLIS = 10_000;

  /** What fails of its own is told at once, and not more often than this. */
  private static final long ALARM_NANOS = 2_000_000_000L;

  private final Vertx vertx;
  private final InstantSource clock;
  private final AtomicLong sequence = new AtomicLong();
  private volatile Definitions definitions = Definitions.empty();

  /** Old secrets stay masked: what was gathered under them may still be on its way out. */
  private volatile List<Secrets> secrets = List.of();

  private final Meters meters = new Meters(Version.text());
  private final Json json = new Json(this::mask);
  private final Latest latest = new Latest(json);
  private final DeclaredProbes probes = new DeclaredProbes(latest, this::mask);
  private final Feed feed;
  private final HostSources sources;
  private final EngineVerticle engine;
  private final Schedule schedule;
  private final Consequences consequences;
  private final Exporter exporter;
  private final PrometheusMeterRegistry registry;

  /** Ids of probes that have not been judged yet. */
  private final Set<String> unjudged = ConcurrentHashMap.newKeySet();

  private final Map<String, Case> cases = new ConcurrentHashMap<>();
  private final BlockedLoops loops = new BlockedLoops();
  private final AtomicLong engineBeat = new AtomicLong(System.nanoTime());
  private volatile long lastAlarm = System.nanoTime() - ALARM_NANOS;
  private volatile boolean loaded;
  private volatile boolean stopping;
  private @Nullable DefinitionsWatcher watcher;
  private @Nullable WebVerticle web;

  private Service(
      Vertx vertx,
      ServiceOptions options,
      PrometheusMeterRegistry registry,
      InstantSource clock,
      String node) {
    this.vertx = vertx;
    this.registry = registry;
    this.clock = clock;
    this.feed = new Feed(vertx.eventBus(), json, node, clock, sequence::incrementAndGet, latest);
    this.sources = new HostSources(vertx, clock);
    this.engine = new EngineVerticle(sources, new Results(), clock, node);
    this.consequences =
        new Consequences(
            vertx,
            options,
            feed,
            json,
            latest,
            node,
            clock,
            meters,
            sequence,
            engine,
            this::mask,
            this::storedCase,
            this::health);
    this.exporter =
        new Exporter(
            vertx,
            (visit, door) -> sources.prober().visit(visit, door::open),
            Service::spelled,
            System::nanoTime);
    this.schedule = new Schedule(sources.prober()::run, System::nanoTime, engine::observed);
  }

  /** Started means that the ports are bound and the definitions are in force. */
  static Future<Service> start(ServiceOptions options, DefinitionsReader reader, Reading first) {
    return start(options, reader, first, InstantSource.system());
  }

  static Future<Service> start(
      ServiceOptions options, DefinitionsReader reader, Reading first, InstantSource clock) {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Vertx vertx = VertxSetup.vertx(registry);
    Service service = new Service(vertx, options, registry, clock, Rounds.node());
    return service
        .deploy(options, reader, first)
        .map(service)
        .recover(
            failure -> vertx.close().transform(closed -> Future.<Service>failedFuture(failure)));
  }

  private Future<?> deploy(ServiceOptions options, DefinitionsReader reader, Reading first) {
    DefinitionsWatcher watching =
        new DefinitionsWatcher(reader, options.definitions(), first, this::outcome);
    watcher = watching;
    WebVerticle listening =
        new WebVerticle(
            options.web(),
            new WebSources(
                this::storedCase,
                probes,
                this::missing,
                this::stuck,
                this::reload,
                exporter,
                consequences.history(),
                consequences.board()),
            meters,
            registry,
            System::nanoTime);
    web = listening;
    watchLoops();
    return latest
        .serve(vertx.eventBus())
        .compose(served -> vertx.deployVerticle(listening))
        .onSuccess(deployed -> tellTcpPort(options.web().host(), listening.tcpPort()))
        .compose(deployed -> vertx.deployVerticle(engine))
        .compose(deployed -> consequences.start())
        .compose(started -> force(first))
        .compose(forced -> vertx.deployVerticle(schedule))
        .compose(deployed -> vertx.deployVerticle(watching))
        .onSuccess(
            deployed -> {
              vertx.setPeriodic(HEALTH_MILLIS, timer -> health());
              if (!problems().isEmpty()) {
                health();
              }
              consequences.recallFigures();
            });
  }

  /** The line that says ready names the base URL only. */
  private static void tellTcpPort(String host, int port) {
    if (port >= 0) {
      Logs.own()
          .log(
              Level.INFO,
              "TCP event-bus bridge on {0}, port {1}",
              new Object[] {host, Integer.toString(port)});
    }
  }

  /** A loop that does not come round is counted, and told at once. */
  private void watchLoops() {
    ((VertxInternal) vertx)
        .blockedThreadChecker()
        .setThreadBlockedHandler(
            blocked -> {
              meters.eventLoopBlocked();
              long now = System.nanoTime();
              loops.blocked(blocked.thread().getName(), blocked.duration(), now);
              if (now - lastAlarm > ALARM_NANOS) {
                lastAlarm = now;
                vertx.setTimer(1, timer -> health());
              }
              Logs.own()
                  .log(
                      Level.WARNING,
                      "thread {0} has been blocked for {1} ms",
                      new Object[] {blocked.thread().getName(), blocked.duration() / 1_000_000});
            });
  }

  int port() {
    return web == null ? 0 : web.port();
  }

  Vertx vertx() {
    return vertx;
  }

  PrometheusMeterRegistry registry() {
    return registry;
  }

  /** Reads the definitions at once; the errors that they were refused for, or none. */
  Future<List<String>> reload() {
    DefinitionsWatcher watching = watcher;
    return watching == null
        ? Future.succeededFuture(List.of())
        : watching
            .reload()
            .map(reading -> reading.problems().stream().map(Problem::toString).toList());
  }

  private void outcome(Reading reading) {
    for (String warning : reading.warnings()) {
      Logs.own().log(Level.WARNING, "definitions: {0}", warning);
    }
    if (reading.accepted()) {
      force(reading);
      return;
    }
    consequences.read(reading);
    List<String> errors = reading.problems().stream().map(Problem::toString).toList();
    meters.reloaded(false, clock.instant());
    Logs.own().log(Level.WARNING, "definitions refused, the old ones stay in force: {0}", errors);
    feed.definitions(false, errors);
  }

  private Future<?> force(Reading reading) {
    Definitions next = reading.definitions();
    if (next == null) {
      return Future.succeededFuture();
    }
    List<Secrets> known = new ArrayList<>(secrets);
    known.add(next.secrets());
    // Two generations are enough for what is under way.
    secrets = List.copyOf(known.subList(Math.max(0, known.size() - 3), known.size()));
    Definitions before = definitions;
    definitions = next;
    exporter.replace(next);
    probes.replace(next.probes());
    List<String> enabled = next.probes().stream().filter(Probe::enabled).map(Probe::id).toList();
    enabled.stream().filter(id -> before.probe(id) == null).forEach(unjudged::add);
    unjudged.retainAll(Set.copyOf(enabled));
    latest.retain(enabled);
    cases.keySet().retainAll(Set.copyOf(enabled));
    return consequences
        .define(next)
        .compose(defined -> engine.replace(next))
        .onSuccess(
            done -> {
              schedule.replace(next.probes());
              loaded = true;
              consequences.read(reading);
              meters.reloaded(true, clock.instant());
              Logs.own().log(Level.INFO, "definitions in force: {0} probes", next.probes().size());
              feed.definitions(true, List.of());
            });
  }

  private void health() {
    if (!loaded) {
      return;
    }
    Counts counts = schedule.take();
    feed.health(
        new Health(
            definitions.probes().size(),
            counts.due(),
            counts.ran(),
            counts.maxLateMillis(),
            meters.blocked(),
            meters.storeErrors(),
            meters.sockets(),
            problems()));
  }

  /** What of the service itself is not as it should be, in words. Callable anywhere. */
  List<String> problems() {
    List<String> problems = stuck();
    problems.addAll(consequences.problems());
    return problems;
  }

  private List<String> stuck() {
    long now = System.nanoTime();
    List<String> stuck = loops.stuck(now);
    if (now - engineBeat.get() > BlockedLoops.STUCK_NANOS) {
      stuck.add("the engine's event loop");
    }
    return stuck;
  }

  private List<String> missing() {
    if (stopping) {
      return List.of("the service is stopping");
    }
    if (!loaded) {
      return List.of("the definitions are not loaded");
    }
    int left = unjudged.size();
    return left == 0
        ? List.of()
        : List.of("the first round: " + left + " probes have not been judged yet");
  }

  private static Spelling spelled(String text) {
    Parsed<Target> parsed = TargetText.parse(text);
    return new Spelling(parsed.value(), parsed.problem());
  }

  private @Nullable String storedCase(String id) {
    Case taken = cases.get(id);
    return taken == null ? null : json.writeCase(taken);
  }

  private String mask(String text) {
    String masked = text;
    for (Secrets generation : secrets) {
      masked = generation.mask(masked);
    }
    return masked;
  }

  /** No new rounds, ready no more; what is under way gets its time, viewers are told to go. */
  Future<Void> stop() {
    stopping = true;
    schedule.replace(List.of());
    // An engine that watches nothing concludes nothing from the connections that we cut ourselves.
    return engine
        .replace(Definitions.empty())
        .transform(forgotten -> consequences.stop())
        .transform(forgotten -> sources.close())
        .transform(closed -> vertx.close());
  }

  private final class Results implements Outlet {
    @Override
    public void observed(Probe probe, Observation observation) {
      meters.observed(observation);
      consequences.observed(probe, observation, feed.observation(observation));
    }

    @Override
    public void judged(Verdict verdict, Case taken) {
      cases.put(verdict.probe(), taken);
      unjudged.remove(verdict.probe());
      meters.judged(verdict);
      consequences.judged(verdict, feed.verdict(verdict));
    }

    @Override
    public void concluded(Verdict verdict) {
      consequences.concluded(verdict);
    }

    @Override
    public void alive() {
      engineBeat.set(System.nanoTime());
      consequences.beat();
    }

    @Override
    public void forgotten(String probe) {
      meters.forget(probe);
      consequences.forgotten(probe);
    }
  }
}
