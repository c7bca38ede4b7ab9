package dev.why502.gateway;

import dev.why502.definition.Gateway;
import dev.why502.evidence.Access;
import dev.why502.evidence.GatewayState;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a running gateway: its processes in /proc and the times of its files. No future of it
 * fails.
 *
 * <p>Most gateways start new workers when they load their configuration, so the oldest worker that
 * is not shutting down is as old as what runs. (Where every worker died and was started again, what
 * runs is older than that; nothing tells.)
 */
public final class GatewayProcesses implements StateReader {
  /** USER_HZ: the unit of times in /proc, the same on every Linux. */
  private static final long TICK_MILLIS = 10;

  /** Start times are good to 20 ms, times of files to 10: what is nearer is the same moment. */
  private static final Duration SAME_MOMENT = Duration.ofMillis(50);

  /** A look at a disk is over by then; a process that is still in it hangs. */
  private static final long SECOND_LOOK_MILLIS = 30;

  private static final long TIMEOUT_MILLIS = 2_000;

  /** Number of the first process namespace of a kernel (PROC_PID_INIT_INO). */
  private static final String HOST_PROCESSES = "pid:[4026531836]";

  private final Vertx vertx;
  private final InstantSource clock;
  private final ProcessSearch search;
  private final ProcFiles proc;

  public GatewayProcesses(Vertx vertx, InstantSource clock, ProcessSearch search) {
    this(vertx, clock, search, new ProcFiles(Path.of("/proc")));
  }

  public GatewayProcesses(Vertx vertx, InstantSource clock, ProcessSearch search, ProcFiles proc) {
    this.vertx = vertx;
    this.clock = clock;
    this.search = search;
    this.proc = proc;
  }

  @Override
  public Future<GatewayState> state(Gateway gateway, ConfigFiles files) {
    return vertx
        .executeBlocking(() -> look(gateway, files), false)
        .timeout(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
        .otherwise(failure -> unknown(gateway, files, String.valueOf(failure.getMessage())));
  }

  private GatewayState look(Gateway gateway, ConfigFiles files) {
    ProcessSearch.Found found = search.find(proc, gateway, files);
    if (found == null) {
      return unknown(gateway, files, "/proc cannot be read");
    }
    if (found.master() == 0) {
      return unseen(gateway, files, found.absent());
    }
    int master = found.master();
    List<Integer> workers = found.workers();
    Instant loadedAt = found.startTells() ? loadedAt(workers) : null;
    int fullest = fullest(workers);
    Edit newest = Edit.newest(files);
    return new GatewayState(
        gateway.id(),
        clock.instant(),
        Access.GRANTED,
        true,
        master,
        loadedAt,
        newest.at(loadedAt),
        newest.file(),
        frozen(workers),
        sameNetwork(master),
        user(workers, files),
        fullest == 0 ? -1 : proc.openFiles(fullest),
        fullest == 0 ? -1 : proc.openFilesLimit(fullest),
        List.of());
  }

  /** That no process shows means that none runs only where all of them would show. */
  private GatewayState unseen(Gateway gateway, ConfigFiles files, boolean absent) {
    if (!HOST_PROCESSES.equals(proc.link(0, "ns/pid"))) {
      return unknown(gateway, files, "only the processes of our own container show here");
    }
    if (proc.commandLine(1) == null) {
      return unknown(gateway, files, "processes of other users do not show here");
    }
    GatewayState state = unknown(gateway, files, "");
    return new GatewayState(
        state.gateway(),
        state.at(),
        Access.GRANTED,
        absent ? Boolean.FALSE : null,
        0,
        null,
        state.editedAt(),
        state.editedFile(),
        false,
        null,
        absent ? null : state.user(),
        -1,
        -1,
        List.of());
  }

  private GatewayState unknown(Gateway gateway, ConfigFiles files, String why) {
    Edit newest = Edit.newest(files);
    return new GatewayState(
        gateway.id(),
        clock.instant(),
        Access.denied(why),
        null,
        0,
        null,
        newest.at(),
        newest.file(),
        false,
        null,
        files.user(),
        -1,
        -1,
        List.of());
  }

  /** The file that was changed last, and when. */
  private record Edit(@Nullable String file, @Nullable Instant at) {
    static Edit newest(ConfigFiles files) {
      ConfigFiles.Seen newest = files.newest();
      return newest == null ? new Edit(null, null) : new Edit(newest.path(), newest.modifiedAt());
    }

    /** Not later than the load if it is the same moment. */
    @Nullable Instant at(@Nullable Instant loadedAt) {
      boolean same =
          at != null
              && loadedAt != null
              && at.isAfter(loadedAt)
              && at.isBefore(loadedAt.plus(SAME_MOMENT));
      return same ? loadedAt : at;
    }
  }

  /** By the uptime, which has hundredths of a second; the time of boot in /proc/stat has none. */
  private @Nullable Instant loadedAt(List<Integer> workers) {
    long oldest = Long.MAX_VALUE;
    for (int worker : workers) {
      ProcFiles.Stat stat = proc.stat(worker);
      oldest = stat == null ? oldest : Math.min(oldest, stat.startTicks());
    }
    double uptime = proc.uptimeSeconds();
    Instant now = clock.instant();
    if (oldest == Long.MAX_VALUE || Double.isNaN(uptime)) {
      return null;
    }
    long ageMillis = Math.round(uptime * 1_000) - oldest * TICK_MILLIS;
    return now.minusMillis(Math.max(0, ageMillis));
  }

  private boolean frozen(List<Integer> workers) {
    boolean stopped = stopped(workers);
    boolean waiting = stopped && workers.stream().anyMatch(pid -> state(pid) == 'D');
    if (waiting) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(SECOND_LOOK_MILLIS));
      return stopped(workers);
    }
    return stopped;
  }

  private boolean stopped(List<Integer> workers) {
    return !workers.isEmpty() && workers.stream().allMatch(pid -> "TtD".indexOf(state(pid)) >= 0);
  }

  private char state(int pid) {
    ProcFiles.Stat stat = proc.stat(pid);
    return stat == null ? '?' : stat.state();
  }

  private @Nullable Boolean sameNetwork(int pid) {
    String its = proc.link(pid, "ns/net");
    String ours = proc.link(0, "ns/net");
    return (its == null || ours == null) ? null : its.equals(ours);
  }

  private int fullest(List<Integer> workers) {
    int fullest = 0;
    int most = -1;
    for (int worker : workers) {
      int open = proc.openFiles(worker);
      if (open > most) {
        most = open;
        fullest = worker;
      }
    }
    return fullest;
  }

  private @Nullable String user(List<Integer> workers, ConfigFiles files) {
    int id = workers.isEmpty() ? -1 : proc.userId(workers.get(0));
    if (id < 0) {
      return files.user();
    }
    String name = proc.together(workers.get(0)) ? name(id) : null;
    return name == null ? Integer.toString(id) : name;
  }

  private static @Nullable String name(int userId) {
    try (BufferedReader lines =
        Files.newBufferedReader(Path.of("/etc/passwd"), StandardCharsets.ISO_8859_1)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] fields = line.split(":", 4);
        if (fields.length == 4 && fields[2].equals(Integer.toString(userId))) {
          return fields[0];
        }
      }
      return null;
    } catch (IOException e) {
      return null;
    }
  }
}
