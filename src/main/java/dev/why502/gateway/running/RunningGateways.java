package dev.why502.gateway.running;

import dev.why502.definition.Gateway.Kind;
import dev.why502.evidence.Listeners;
import dev.why502.gateway.ProcFiles;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The gateways that run on this host, by /proc (proc(5)): who holds a listening socket, and which
 * processes are a gateway's. No future of it fails.
 */
public final class RunningGateways {
  /** Gateways of one host that are looked at. */
  static final int MAX_GATEWAYS = 64;

  private static final int MAX_ANCESTORS = 16;
  private static final long TIMEOUT_MILLIS = 1_000;

  private final Vertx vertx;
  private final ProcFiles proc;
  private final StartFiles files;

  public RunningGateways(Vertx vertx) {
    this(vertx, new ProcFiles(Path.of("/proc")));
  }

  RunningGateways(Vertx vertx, ProcFiles proc) {
    this.vertx = vertx;
    this.proc = proc;
    this.files = new StartFiles(proc);
  }

  /**
   * Who takes connections at an address of this host.
   *
   * @param host numeric, without brackets
   */
  public Future<Holder> at(String host, int port, Listeners listeners) {
    return vertx
        .executeBlocking(() -> look(host, port, listeners), false)
        .timeout(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
        .otherwise(new Holder(Holder.State.NOT_KNOWN, List.of(), null));
  }

  private Holder look(String host, int port, Listeners listeners) {
    if (!listeners.access().readable()) {
      return new Holder(Holder.State.NOT_KNOWN, all(), null);
    }
    List<Listeners.Row> rows = taking(host, port, listeners);
    if (rows.isEmpty()) {
      return new Holder(Holder.State.NOBODY, all(), null);
    }
    Set<Integer> gateways = new LinkedHashSet<>();
    String other = null;
    for (Listeners.Row row : rows) {
      // The first process opens sockets for others, and is none of them.
      int pid = row.pid() == 1 ? 0 : row.pid();
      Kind kind = pid == 0 ? null : kind(pid);
      if (kind != null) {
        gateways.add(first(pid, kind));
      } else if (pid != 0) {
        other = row.holder();
      }
    }
    if (!gateways.isEmpty()) {
      return new Holder(Holder.State.GATEWAY, told(gateways), null);
    }
    return other == null
        ? new Holder(Holder.State.HIDDEN, all(), null)
        : new Holder(Holder.State.OTHER, List.of(), other);
  }

  /** A socket that is bound to the very address takes its connections; else one bound to any. */
  private static List<Listeners.Row> taking(String host, int port, Listeners listeners) {
    List<Listeners.Row> rows = listeners.rows().stream().filter(row -> row.port() == port).toList();
    boolean six = host.indexOf(':') >= 0;
    for (String bound : six ? List.of(host, "::") : List.of(host, "0.0.0.0", "::")) {
      List<Listeners.Row> taking =
          rows.stream()
              .filter(row -> row.address().equals(bound))
              .filter(row -> six || !bound.equals("::") || !Boolean.FALSE.equals(row.both()))
              .toList();
      if (!taking.isEmpty()) {
        return taking;
      }
    }
    return List.of();
  }

  /** Every gateway that runs and shows. */
  private List<RunningGateway> all() {
    Set<Integer> firsts = new LinkedHashSet<>();
    List<Integer> pids = proc.pids();
    for (int pid : pids == null ? List.<Integer>of() : pids) {
      Kind kind = kind(pid);
      if (kind != null) {
        firsts.add(first(pid, kind));
      }
    }
    return told(firsts);
  }

  private List<RunningGateway> told(Set<Integer> pids) {
    List<RunningGateway> all = new ArrayList<>();
    for (int pid : pids) {
      Kind kind = kind(pid);
      RunningGateway gateway = kind == null ? null : files.told(kind, pid);
      if (gateway != null && all.size() < MAX_GATEWAYS) {
        all.add(gateway);
      }
    }
    return all;
  }

  /** The name of a process is what its program calls itself; its executable tells better. */
  private @Nullable Kind kind(int pid) {
    ProcFiles.Stat stat = proc.stat(pid);
    if (stat == null || "ZX".indexOf(stat.state()) >= 0) {
      return null;
    }
    Kind byName = Programs.kind(stat.name());
    if (byName == null) {
      return null;
    }
    String program = proc.link(pid, "exe");
    // The executable of another user's process does not show.
    return program == null ? byName : Programs.kind(StartFiles.standing(program));
  }

  /** The oldest ancestor of the same kind: a master above its workers. */
  private int first(int pid, Kind kind) {
    int first = pid;
    for (int i = 0; i < MAX_ANCESTORS; i++) {
      ProcFiles.Stat stat = proc.stat(first);
      if (stat == null || stat.parent() <= 1 || kind(stat.parent()) != kind) {
        return first;
      }
      first = stat.parent();
    }
    return first;
  }
}
