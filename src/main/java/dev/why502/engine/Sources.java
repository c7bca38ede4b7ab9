package dev.why502.engine;

import dev.why502.definition.Gateway;
import dev.why502.definition.Probe;
import dev.why502.definition.ProcessSelector;
import dev.why502.definition.Request;
import dev.why502.definition.Target;
import dev.why502.evidence.Artifact;
import dev.why502.evidence.Evidence;
import dev.why502.evidence.Firewall;
import dev.why502.evidence.GatewayState;
import dev.why502.evidence.Listeners;
import dev.why502.evidence.MemoryKills;
import dev.why502.evidence.ProcessState;
import dev.why502.evidence.Resolution;
import dev.why502.evidence.Route;
import dev.why502.evidence.ServiceLog;
import dev.why502.evidence.SocketFile;
import dev.why502.observation.Observation;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where evidence comes from. No future of these fails for an expected reason: what could not be
 * seen is a value. Tests script it; the application wires the real readers.
 */
public interface Sources {
  Future<Observation> run(Probe probe);

  /** The request twice on one connection; what the second met. */
  Future<Observation> runReused(Probe probe, Duration idle);

  /**
   * The request once, the connection then left idle.
   *
   * @param atMost how long to wait for the service to close it; zero to hear only what it says
   */
  Future<Idled> runIdle(Probe probe, Duration atMost);

  /**
   * What a connection that was left idle showed.
   *
   * @param kept whether the service offered to take another request on it
   * @param saidMillis what the service says of itself, -1 for nothing
   */
  record Idled(
      Observation observation, boolean kept, double heldMillis, boolean closed, long saidMillis) {}

  Future<Resolution> resolve(String name);

  Future<Listeners> listeners();

  /** Listeners as they are at a moment or after it. */
  Future<Listeners> listeners(Instant notBefore);

  /** Rules of this host's packet filter that surely stop a connection to {@code ip:port}. */
  Future<Firewall> firewall(String address, boolean local);

  Future<SocketFile> socketFile(String path);

  Future<ProcessState> process(String probeId, ProcessSelector selector);

  /** Whom the kernel ended for want of memory. */
  Future<MemoryKills> memoryKills(String probeId, ProcessState process);

  Future<Artifact> artifact(String probeId, String path);

  Future<ServiceLog> serviceLog(String probeId, String path);

  Future<List<String>> localAddresses();

  /** "host", "own" where this process certainly sees another loopback than the host, or null. */
  Future<@Nullable String> networkNamespace();

  /** The reader of a gateway's kind, or null where there is none for it. */
  @Nullable GatewaySource gateway(Gateway gateway);

  /** One gateway's configuration, processes and log. */
  interface GatewaySource {
    /**
     * What the configuration on disk does with a target.
     *
     * @param connectedTo where the client connects, {@code ip:port}; null for the target's own
     */
    Future<Route> route(Target target, Request request, @Nullable String connectedTo);

    /** Every site and path of the configuration on disk that passes requests on. */
    Future<List<Sample>> routes();

    Future<GatewayState> state();

    /** Marks the present end of its logs. */
    Future<LogSession> logs();

    /** Calls back for each new line that tells of a failing request, until the source is closed. */
    void follow(FailingLine handler);

    Future<Void> close();
  }

  /**
   * A route with a target that takes it.
   *
   * @param connectTo where the site listens, {@code 127.0.0.1:8443} or {@code unix:/path}
   */
  record Sample(Target target, String connectTo, Route route) {}

  /** What a gateway wrote since a mark. */
  interface LogSession {
    /**
     * Lines since the mark, tied to one request, and for each log whether it could be read.
     *
     * @param waitMillis how long to wait for a line about the request
     */
    Future<List<Evidence>> collect(Asked asked, long waitMillis);
  }

  /**
   * A request of ours, as a log may show it.
   *
   * @param localAddresses addresses of this host
   * @param clients our own ends of the connections that it was sent on, {@code 127.0.0.1:43210}
   * @param locationPrefix prefix of the paths that share the route, or null
   * @param serverName the gateway's own name for the site, or null
   */
  record Asked(
      String method,
      String path,
      String host,
      List<String> localAddresses,
      Set<String> clients,
      @Nullable String locationPrefix,
      @Nullable String serverName) {}

  /** A failing request in a gateway's log: the host and path that its client asked for. */
  interface FailingLine {
    void seen(@Nullable String host, @Nullable String path);
  }
}
