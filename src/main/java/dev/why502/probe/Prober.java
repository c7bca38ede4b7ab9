package dev.why502.probe;

import dev.why502.definition.Probe;
import dev.why502.definition.Visit;
import dev.why502.observation.Observation;
import dev.why502.observation.Visited;
import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Runs probes. Each run opens a fresh connection, as a new visitor does, and ends with an
 * observation within the probe's timeout plus 100 ms, whatever the peer does; its future never
 * fails. Refused, reset, late and garbled are outcomes.
 */
public final class Prober {
  /** Vert.x writes what a peer sent to the log at SEVERE; held here, or the setting is lost. */
  private static final List<Logger> SILENCED =
      List.of(
          Logger.getLogger("io.vertx.core.net.impl.ConnectionBase"),
          Logger.getLogger("io.vertx.core.http.impl.HttpClientConnectionInternal"));

  private static final Future<?> READY = Future.succeededFuture();

  private final Vertx vertx;
  private final Tools tools;
  private final AtomicReference<@Nullable Future<?>> tlsReady = new AtomicReference<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  /** What every run shares. */
  record Tools(
      Vertx vertx,
      Resolver resolver,
      NetClient client,
      Authorities authorities,
      CertificateJudge judge,
      InstantSource clock,
      Map<EventLoop, Pulse> pulses) {
    /** To be called on that loop. */
    Pulse pulse(ContextInternal loop) {
      return pulses.computeIfAbsent(loop.nettyEventLoop(), Pulse::on);
    }
  }

  public Prober(Vertx vertx, Resolver resolver, InstantSource clock) {
    this.vertx = vertx;
    SILENCED.forEach(logger -> logger.setLevel(Level.OFF));
    NetClientOptions options =
        new NetClientOptions().setTcpNoDelay(true).setReconnectAttempts(0).setIdleTimeout(0);
    this.tools =
        new Tools(
            vertx,
            resolver,
            vertx.createNetClient(options),
            new Authorities(vertx),
            new CertificateJudge(),
            clock,
            new ConcurrentHashMap<>());
  }

  /**
   * Runs a probe once. Where this process stood still meanwhile, and what it met is not as
   * expected, a safe request is sent once more: the timeout holds from there on.
   *
   * @param lateMillis actual start minus planned start, for the observation, which adds the time
   *     that the process stood still
   */
  public Future<Observation> run(Probe probe, double lateMillis) {
    return run(probe, lateMillis, Guard.OPEN);
  }

  /**
   * Runs a probe once, with a say in what it may connect to: a connection that the guard refuses
   * ends the run as LOCAL.
   */
  public Future<Observation> run(Probe probe, double lateMillis, Guard guard) {
    return start(probe, lateMillis, guard, null, null);
  }

  /**
   * Sends the request, waits, and sends it again on the same connection, as a gateway that keeps
   * connections does. The observation is that of the second request; it has no RESOLVE, CONNECT and
   * TLS. A peer that does not keep the connection, or fails the first request, is told by the
   * observation of the first: it cannot lose this race. The timeout holds for each request.
   *
   * @param idle between the two requests
   */
  public Future<Observation> runReused(Probe probe, Duration idle) {
    return start(probe, 0, Guard.OPEN, idle, null);
  }

  /**
   * Sends the request and leaves the connection idle, to see how long the peer keeps it. A peer
   * that says so itself in a Keep-Alive header is taken at its word, without waiting.
   *
   * @param atMost how long to wait for the peer to close it, besides the probe's timeout, which
   *     bounds the request; zero to hear only what it says
   */
  public Future<KeptOpen> runIdle(Probe probe, Duration atMost) {
    IdleWatch watch = new IdleWatch(atMost);
    return start(probe, 0, Guard.OPEN, null, watch)
        .map(
            seen ->
                new KeptOpen(seen, watch.kept, watch.heldMillis, watch.closed, watch.saidMillis));
  }

  /**
   * Makes one connection and has one request or conversation on it, within the visit's timeout plus
   * 100 ms. One address is connected to, the one that the guard was asked about. The future never
   * fails.
   */
  public Future<Visited> visit(Visit visit, Guard guard) {
    ContextInternal caller = ((VertxInternal) vertx).getOrCreateContext();
    ContextInternal loop =
        caller.isEventLoopContext() ? caller : ((VertxInternal) vertx).createEventLoopContext();
    Promise<Visited> promise = caller.promise();
    boolean tls = visit.target().scheme().tls() || visit.dialogue() != null;
    Future<?> ready = tls ? tlsReady() : READY;
    ready.onComplete(
        loaded ->
            loop.runOnContext(ignored -> new VisitRun(tools, loop, visit, guard, promise).start()));
    return promise.future();
  }

  /** Closes every connection; runs under way end as LOCAL or CLOSED. */
  public Future<Void> close() {
    if (!closed.compareAndSet(false, true)) {
      return Future.succeededFuture();
    }
    tools.pulses().values().forEach(Pulse::end);
    return tools.client().close();
  }

  private Future<Observation> start(
      Probe probe,
      double lateMillis,
      Guard guard,
      @Nullable Duration idle,
      @Nullable IdleWatch watch) {
    ContextInternal caller = ((VertxInternal) vertx).getOrCreateContext();
    ContextInternal loop =
        caller.isEventLoopContext() ? caller : ((VertxInternal) vertx).createEventLoopContext();
    Promise<Observation> promise = caller.promise();
    boolean tls = probe.target().scheme().tls() || probe.request().followRedirects();
    Future<?> ready = tls ? tlsReady() : READY;
    if (ready.isComplete() && loop == caller && caller.inThread()) {
      new Run(tools, loop, probe, lateMillis, guard, idle, watch, promise).start();
    } else {
      ready.onComplete(
          loaded ->
              loop.runOnContext(
                  ignored ->
                      new Run(tools, loop, probe, lateMillis, guard, idle, watch, promise)
                          .start()));
    }
    return promise.future();
  }

  private Future<?> tlsReady() {
    Future<?> known = tlsReady.get();
    if (known != null) {
      return known;
    }
    Future<?> loading =
        Future.join(
            vertx.executeBlocking(
                () -> {
                  Handshake.warmUp();
                  return true;
                },
                false),
            tools.authorities().of(null));
    return tlsReady.compareAndSet(null, loading) ? loading : tlsReady();
  }
}
