package dev.why502.app;

import dev.why502.definition.Gateway;
import dev.why502.definition.Probe;
import dev.why502.definition.ProcessSelector;
import dev.why502.engine.Sources;
import dev.why502.evidence.Artifact;
import dev.why502.evidence.Firewall;
import dev.why502.evidence.Listeners;
import dev.why502.evidence.MemoryKills;
import dev.why502.evidence.ProcessState;
import dev.why502.evidence.Resolution;
import dev.why502.evidence.ServiceLog;
import dev.why502.evidence.SocketFile;
import dev.why502.gateway.GatewayProcesses;
import dev.why502.gateway.apache.ApacheErrorLog;
import dev.why502.gateway.apache.ApacheProcesses;
import dev.why502.gateway.apache.ApacheReader;
import dev.why502.gateway.caddy.CaddyLog;
import dev.why502.gateway.caddy.CaddyReader;
import dev.why502.gateway.caddy.CaddyState;
import dev.why502.gateway.haproxy.HaproxyLog;
import dev.why502.gateway.haproxy.HaproxyReader;
import dev.why502.gateway.haproxy.HaproxyState;
import dev.why502.gateway.nginx.NginxAccessLog;
import dev.why502.gateway.nginx.NginxErrorLogGrammar;
import dev.why502.gateway.nginx.NginxProcesses;
import dev.why502.gateway.nginx.NginxReader;
import dev.why502.gateway.running.RunningGateways;
import dev.why502.host.HostFacts;
import dev.why502.observation.Observation;
import dev.why502.probe.Prober;
import dev.why502.probe.Resolver;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All real sources of evidence, wired together. */
final class HostSources implements Sources {
  private static final Duration NAME_TIMEOUT = Duration.ofSeconds(2);

  private final Vertx vertx;
  private final Resolver resolver;
  private final Prober prober;
  private final HostFacts host;
  private final Map<Gateway.Kind, GatewayReaders> readers;
  private final InstantSource clock;
  private final GatewayFinder finder;
  private final Map<Gateway, GatewaySource> gateways = new HashMap<>();

  HostSources(Vertx vertx, InstantSource clock) {
    this.vertx = vertx;
    this.clock = clock;
    this.resolver = new Resolver(vertx, clock);
    this.prober = new Prober(vertx, resolver, clock);
    this.host = new HostFacts(vertx, clock);
    this.readers =
        Map.of(
            Gateway.Kind.NGINX,
            new GatewayReaders(
                new NginxReader(vertx, this::resolve, clock),
                new GatewayProcesses(vertx, clock, new NginxProcesses()),
                new NginxErrorLogGrammar(),
                NginxAccessLog::of),
            Gateway.Kind.HAPROXY,
            new GatewayReaders(
                new HaproxyReader(vertx, this::resolve, clock),
                new HaproxyState(vertx, clock),
                new HaproxyLog(clock),
                format -> new HaproxyLog(clock)),
            Gateway.Kind.APACHE,
            new GatewayReaders(
                new ApacheReader(vertx, this::resolve, clock),
                new GatewayProcesses(vertx, clock, new ApacheProcesses()),
                new ApacheErrorLog(),
                format -> null),
            Gateway.Kind.CADDY,
            new GatewayReaders(
                new CaddyReader(vertx, this::resolve, clock),
                new CaddyState(vertx, clock),
                new CaddyLog(),
                format -> new CaddyLog()));
    this.finder = new GatewayFinder(this, new RunningGateways(vertx), this::readers);
  }

  Prober prober() {
    return prober;
  }

  @Override
  public Future<Observation> run(Probe probe) {
    return prober.run(probe, 0);
  }

  @Override
  public Future<Observation> runReused(Probe probe, Duration idle) {
    return prober.runReused(probe, idle);
  }

  @Override
  public Future<Idled> runIdle(Probe probe, Duration atMost) {
    return prober
        .runIdle(probe, atMost)
        .map(
            seen ->
                new Idled(
                    seen.observation(),
                    seen.kept(),
                    seen.heldMillis(),
                    seen.closed(),
                    seen.saidMillis()));
  }

  @Override
  public Future<Resolution> resolve(String name) {
    return resolver.resolve(name, NAME_TIMEOUT);
  }

  @Override
  public Future<Listeners> listeners() {
    return host.listeners();
  }

  @Override
  public Future<Listeners> listeners(Instant notBefore) {
    return host.listeners(notBefore);
  }

  @Override
  public Future<Firewall> firewall(String address, boolean local) {
    return host.firewall(address, local);
  }

  @Override
  public Future<SocketFile> socketFile(String path) {
    return host.socketFile(path);
  }

  @Override
  public Future<ProcessState> process(String probeId, ProcessSelector selector) {
    return host.process(probeId, selector);
  }

  @Override
  public Future<MemoryKills> memoryKills(String probeId, ProcessState process) {
    return host.memoryKills(probeId, process);
  }

  @Override
  public Future<Artifact> artifact(String probeId, String path) {
    return host.artifact(probeId, path);
  }

  @Override
  public Future<ServiceLog> serviceLog(String probeId, String path) {
    return host.serviceLog(probeId, path);
  }

  @Override
  public Future<List<String>> localAddresses() {
    return host.localAddresses();
  }

  @Override
  public Future<@Nullable String> networkNamespace() {
    // Another namespace than that of process 1 is no proof: the whole site may share it with us.
    return Future.succeededFuture(null);
  }

  @Override
  public @Nullable GatewaySource gateway(Gateway gateway) {
    GatewaySource known = gateways.get(gateway);
    GatewayReaders its = readers(gateway.kind());
    return known != null || its == null
        ? known
        : gateways.computeIfAbsent(
            gateway, named -> new FileGateway(vertx, gateway, its, clock, null));
  }

  /** What a gateway was found to be, for as long as these sources last. */
  void found(Gateway gateway, Arrival arrival, Found found) {
    GatewayReaders its = readers(gateway.kind());
    if (its != null) {
      gateways.put(gateway, new FoundGateway(vertx, gateway, arrival, found, its, clock));
    }
  }

  Vertx vertx() {
    return vertx;
  }

  GatewayFinder finder() {
    return finder;
  }

  /** What reads a kind of gateway, or null where nothing does. */
  @Nullable GatewayReaders readers(Gateway.Kind kind) {
    return readers.get(kind);
  }

  Future<Void> close() {
    List<Future<?>> all = new ArrayList<>(List.of(prober.close(), host.close()));
    gateways.values().forEach(gateway -> all.add(gateway.close()));
    resolver.close();
    return Future.join(all).mapEmpty();
  }
}
