package dev.why502.host;

import dev.why502.evidence.Access;
import dev.why502.evidence.Listeners;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The listening TCP sockets of our network namespace, with their holders as far as we may see them.
 * Blocks. One read serves all who ask within {@value #FRESH_MILLIS} ms, since an outage makes many
 * probes ask at once.
 */
final class ListenerReader {
  static final long FRESH_MILLIS = 250;

  /** For finding the holders: the walk over descriptors is the only part that can grow long. */
  static final long WALK_MILLIS = 200;

  private static final int MAX_TABLE_BYTES = 32 * 1024 * 1024;

  private final ProcFs proc;
  private final InstantSource clock;
  private final SocketQueues queues;
  private @Nullable Listeners last;
  private long lastNanos;

  /** Whoever held a socket at the last look is looked at first. */
  private Set<Integer> lastHolders = Set.of();

  ListenerReader(ProcFs proc, InstantSource clock, SocketQueues queues) {
    this.proc = proc;
    this.clock = clock;
    this.queues = queues;
  }

  synchronized Listeners read() {
    long now = System.nanoTime();
    if (last != null && now - lastNanos < TimeUnit.MILLISECONDS.toNanos(FRESH_MILLIS)) {
      return last;
    }
    Listeners read = readNow();
    last = read;
    lastNanos = now;
    return read;
  }

  /** Not older than a moment, however fresh the last one is. */
  synchronized Listeners read(Instant notBefore) {
    Listeners known = last;
    if (known != null && !known.at().isBefore(notBefore)) {
      return known;
    }
    Listeners read = readNow();
    last = read;
    lastNanos = System.nanoTime();
    return read;
  }

  private Listeners readNow() {
    List<SocketTable.Row> sockets = new ArrayList<>();
    try {
      sockets.addAll(table("net/tcp"));
      // Absent where IPv6 is switched off.
      if (Files.exists(proc.path("net/tcp6"))) {
        sockets.addAll(table("net/tcp6"));
      }
    } catch (IOException denied) {
      return new Listeners(
          clock.instant(), Access.denied("/proc/net/tcp: " + Reasons.of(denied)), List.of());
    }
    // Neither IPV6_V6ONLY nor the backlog stands in /proc.
    Map<Long, SocketQueues.Queue> limits = queues.read();
    Map<Long, Integer> holders = holders(sockets);
    lastHolders = Set.copyOf(holders.values());
    Map<Integer, String> names = new HashMap<>();
    List<Listeners.Row> rows = new ArrayList<>();
    for (SocketTable.Row socket : sockets) {
      int pid = holders.getOrDefault(socket.inode(), 0);
      String name = null;
      if (pid > 0) {
        name = names.get(pid);
        if (name == null) {
          name = proc.shortName(pid);
          if (name != null) {
            names.put(pid, name);
          }
        }
      }
      SocketQueues.Queue limit = limits.getOrDefault(socket.inode(), SocketQueues.Queue.NOT_KNOWN);
      rows.add(
          new Listeners.Row(
              socket.address(),
              socket.port(),
              limit.both(),
              socket.queue(),
              limit.backlog(),
              socket.uid(),
              pid,
              name));
    }
    rows.sort(
        Comparator.comparingInt(Listeners.Row::port)
            .thenComparing(Listeners.Row::address)
            .thenComparingInt(Listeners.Row::pid));
    return new Listeners(clock.instant(), Access.GRANTED, rows);
  }

  private List<SocketTable.Row> table(String name) throws IOException {
    return SocketTable.listening(proc.text(name, MAX_TABLE_BYTES), ByteOrder.nativeOrder());
  }

  private Map<Long, Integer> holders(List<SocketTable.Row> sockets) {
    Map<String, Long> wanted = new HashMap<>();
    for (SocketTable.Row socket : sockets) {
      wanted.put("socket:[" + socket.inode() + "]", socket.inode());
    }
    Map<Long, Integer> holders = new HashMap<>();
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WALK_MILLIS);
    Set<Integer> pids = new LinkedHashSet<>(new java.util.TreeSet<>(lastHolders));
    pids.addAll(proc.pids());
    Set<String> missing = new HashSet<>(wanted.keySet());
    for (int pid : pids) {
      if (missing.isEmpty() || System.nanoTime() - deadline > 0) {
        break;
      }
      for (String target : descriptors(pid, deadline)) {
        Long inode = wanted.get(target);
        if (inode != null && missing.remove(target)) {
          holders.put(inode, pid);
        }
      }
    }
    return holders;
  }

  /** What a process has open, as far as time allows; empty where it is not ours to see. */
  private List<String> descriptors(int pid, long deadline) {
    List<String> targets = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(proc.path(pid + "/fd"))) {
      for (Path entry : entries) {
        String target = target(entry);
        if (target != null && target.startsWith("socket:")) {
          targets.add(target);
        }
        if (System.nanoTime() - deadline > 0) {
          break;
        }
      }
    } catch (IOException | DirectoryIteratorException notOurs) {
      return targets;
    }
    return targets;
  }

  private static @Nullable String target(Path entry) {
    try {
      return Files.readSymbolicLink(entry).toString();
    } catch (IOException closedMeanwhile) {
      return null;
    }
  }
}
