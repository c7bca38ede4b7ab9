package dev.why502.host;

import dev.why502.definition.ProcessSelector;
import dev.why502.evidence.Access;
import dev.why502.evidence.Artifact;
import dev.why502.evidence.Firewall;
import dev.why502.evidence.Listeners;
import dev.why502.evidence.MemoryKills;
import dev.why502.evidence.ProcessState;
import dev.why502.evidence.ServiceLog;
import dev.why502.evidence.SocketFile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The facts of this host, as evidence: what listens, what runs, which files are there, what
 * services say of themselves. No future of it fails: what could not be read is "not known" in the
 * record, with the reason. All work is done on worker threads of its own, and each future completes
 * within {@value #FILE_LIMIT_MILLIS} ms, those of {@link #process} within {@value
 * #ASK_LIMIT_MILLIS} ms.
 *
 * <p>Sources: proc(5), unix(7), ss(8), systemctl(1), PM2's {@code jlist}.
 */
public final class HostFacts {
  /** Looks under way and waiting at one time; a further one is "not known" at once. */
  static final int MAX_LOOKS = 512;

  static final int FILE_WORKERS = 4;
  static final int ASK_WORKERS = 4;
  static final long FILE_LIMIT_MILLIS = 4_000;

  /** Two runs of a manager's program, the pause between them, and a little. */
  static final long ASK_LIMIT_MILLIS = 2 * CommandRunner.LIMIT_MILLIS + 2_000;

  private final InstantSource clock;
  private final WorkerExecutor files;
  private final WorkerExecutor asks;
  private final AtomicInteger looks = new AtomicInteger();
  private final ProcFs proc;
  private final ListenerReader listeners;
  private final SocketFileReader sockets;
  private final Pm2 pm2;
  private final Systemd systemd;
  private final CommandSearch commands;
  private final FirewallReader firewall;
  private final KernelLog kernel;
  private final Pm2Daemon daemon;

  /** Facts as this process sees them: the system's /proc, our own PATH, HOME and PM2_HOME. */
  public HostFacts(Vertx vertx, InstantSource clock) {
    this(vertx, clock, System.getenv(), Path.of("/proc"));
  }

  /**
   * @param environment where PATH, HOME and PM2_HOME are taken from; all else is left out
   * @param procRoot where the process file system is mounted
   */
  HostFacts(Vertx vertx, InstantSource clock, Map<String, String> environment, Path procRoot) {
    this.clock = clock;
    this.files =
        vertx.createSharedWorkerExecutor(
            "why502-host-files", FILE_WORKERS, FILE_LIMIT_MILLIS * 2, TimeUnit.MILLISECONDS);
    this.asks =
        vertx.createSharedWorkerExecutor(
            "why502-host-asks", ASK_WORKERS, ASK_LIMIT_MILLIS * 2, TimeUnit.MILLISECONDS);
    this.proc = new ProcFs(procRoot);
    CommandRunner runner = new CommandRunner(proc);
    this.listeners = new ListenerReader(proc, clock, new SocketQueues(runner, environment));
    this.sockets = new SocketFileReader(proc, clock);
    this.pm2 = new Pm2(proc, runner, environment, clock);
    this.systemd = new Systemd(proc, runner, environment, clock);
    this.kernel = new KernelLog(proc, runner, environment, Path.of("/sys/fs/cgroup"), clock);
    this.daemon = new Pm2Daemon(proc, environment);
    this.firewall = new FirewallReader(proc, runner, environment, clock);
    this.commands = new CommandSearch(proc, runner, listeners, clock);
  }

  /** The listening TCP sockets of our network namespace; at most 250 ms old. */
  public Future<Listeners> listeners() {
    return look(
        files,
        FILE_LIMIT_MILLIS,
        listeners::read,
        why -> new Listeners(clock.instant(), Access.denied(why), List.of()));
  }

  /** The same, read not before a moment: who was refused then may ask who listened after it. */
  public Future<Listeners> listeners(Instant notBefore) {
    return look(
        files,
        FILE_LIMIT_MILLIS,
        () -> listeners.read(notBefore),
        why -> new Listeners(clock.instant(), Access.denied(why), List.of()));
  }

  /**
   * The rules of this host's packet filter that surely stop a connection to an address.
   *
   * @param address {@code ip:port}
   * @param local whether it is an address of this host
   */
  public Future<Firewall> firewall(String address, boolean local) {
    return look(
        asks,
        FILE_LIMIT_MILLIS,
        () -> firewall.read(address, local),
        why -> new Firewall(address, clock.instant(), Access.denied(why), List.of()));
  }

  /** The file of a unix domain socket. */
  public Future<SocketFile> socketFile(String path) {
    return look(
        files,
        FILE_LIMIT_MILLIS,
        () -> sockets.read(path),
        why ->
            new SocketFile(
                path, clock.instant(), Access.denied(why), null, null, null, null, null, null));
  }

  /** The process that a probe names. */
  public Future<ProcessState> process(String probeId, ProcessSelector selector) {
    return look(
        asks,
        ASK_LIMIT_MILLIS,
        () ->
            switch (selector.kind()) {
              case PM2 -> pm2.state(probeId, selector);
              case SYSTEMD -> systemd.state(probeId, selector);
              case COMMAND -> commands.state(probeId, selector);
            },
        why -> States.denied(probeId, selector, clock.instant(), Access.denied(why)));
  }

  /** Whom the kernel ended for want of memory, to be held against a process that is down. */
  public Future<MemoryKills> memoryKills(String probeId, ProcessState process) {
    return look(
        asks,
        FILE_LIMIT_MILLIS,
        () ->
            kernel.read(
                probeId,
                process,
                process.selector().kind() == ProcessSelector.Kind.PM2 ? daemon.pid() : 0),
        why -> new MemoryKills(probeId, clock.instant(), Access.denied(why), List.of(), null, -1));
  }

  /** Whether a file that a service needs is there. */
  public Future<Artifact> artifact(String probeId, String path) {
    return look(
        files,
        FILE_LIMIT_MILLIS,
        () -> ArtifactReader.read(probeId, path, clock.instant()),
        why -> new Artifact(probeId, path, clock.instant(), Access.denied(why), null, null));
  }

  /** Known errors in the last 64 KiB of a service's own log. */
  public Future<ServiceLog> serviceLog(String probeId, String path) {
    return look(
        files,
        FILE_LIMIT_MILLIS,
        () -> ServiceLogReader.read(probeId, path, clock.instant()),
        why -> new ServiceLog(probeId, path, clock.instant(), Access.denied(why), null, List.of()));
  }

  /**
   * Addresses of this host's interfaces, without ports, scopes and brackets; empty if not known.
   */
  public Future<List<String>> localAddresses() {
    return look(files, FILE_LIMIT_MILLIS, Namespaces::localAddresses, why -> List.of());
  }

  /** "host" when we share the host's network, "own" when we have another, null when not known. */
  public Future<@Nullable String> networkNamespace() {
    return look(files, FILE_LIMIT_MILLIS, () -> new Told(Namespaces.network(proc)), why -> NOTHING)
        .map(Told::text);
  }

  /** Ends the worker threads. */
  public Future<Void> close() {
    return Future.join(files.close(), asks.close()).mapEmpty();
  }

  private static final Told NOTHING = new Told(null);

  private record Told(@Nullable String text) {}

  private <T> Future<T> look(
      WorkerExecutor worker, long limitMillis, Callable<T> reading, Function<String, T> denied) {
    if (looks.incrementAndGet() > MAX_LOOKS) {
      looks.decrementAndGet();
      return Future.succeededFuture(denied.apply("too many looks at this host at once"));
    }
    // A look that hangs (a dead network file system) keeps its place until it ends.
    return worker
        .executeBlocking(reading, false)
        .onComplete(ended -> looks.decrementAndGet())
        .timeout(limitMillis, TimeUnit.MILLISECONDS)
        .otherwise(
            failure ->
                denied.apply(
                    failure instanceof java.util.concurrent.TimeoutException
                        ? "the look took longer than " + limitMillis + " ms"
                        : "the look failed: " + failure.getClass().getSimpleName()));
  }
}
