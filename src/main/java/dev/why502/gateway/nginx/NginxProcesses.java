package dev.why502.gateway.nginx;

import dev.why502.definition.Gateway;
import dev.why502.gateway.ConfigFiles;
import dev.why502.gateway.PidFile;
import dev.why502.gateway.ProcFiles;
import dev.why502.gateway.ProcessSearch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which processes are the nginx of a gateway. A master says by its title which file it was started
 * with ({@code nginx: master process /usr/sbin/nginx -c FILE}, ngx_process_cycle.c); without {@code
 * -c} it is the compiled default. Blocking.
 */
public final class NginxProcesses implements ProcessSearch {
  static final String MASTER = "nginx: master process";
  private static final String WORKER = "nginx: worker process";
  private static final String LEAVING = "nginx: worker process is shutting down";
  private static final Path DEFAULT_CONFIG = Path.of("/etc/nginx/nginx.conf");

  @Override
  public @Nullable Found find(ProcFiles proc, Gateway gateway, ConfigFiles files) {
    return new Look(
            proc,
            gateway.config() == null ? null : Path.of(gateway.config()),
            files.pidFile() == null ? null : Path.of(files.pidFile()))
        .find();
  }

  /** One look at all processes. */
  private record Look(ProcFiles proc, @Nullable Path config, @Nullable Path pidFile) {
    @Nullable Found find() {
      List<Integer> pids = proc.pids();
      if (pids == null) {
        return null;
      }
      int named = pidFile == null ? -1 : PidFile.only(pidFile);
      List<Integer> certain = new ArrayList<>();
      int doubtful = 0;
      for (int pid : pids) {
        String title = proc.commandLine(pid);
        if (title == null || !master(pid, title)) {
          continue;
        }
        Boolean ours = startedWithConfig(pid, title);
        if (pid == named && !Boolean.FALSE.equals(ours)) {
          return new Found(pid, workers(pid, title, pids), false, true);
        }
        if (Boolean.TRUE.equals(ours)) {
          certain.add(pid);
        } else if (ours == null || pid == named) {
          doubtful++;
        }
      }
      if (certain.isEmpty()) {
        return new Found(0, List.of(), doubtful == 0 && named >= 0, true);
      }
      // While a new binary takes over, two masters run with one file: the newer one counts.
      int newest = certain.get(0);
      for (int pid : certain) {
        newest = proc.startTicks(pid) > proc.startTicks(newest) ? pid : newest;
      }
      String title = proc.commandLine(newest);
      return new Found(newest, workers(newest, title == null ? "" : title, pids), false, true);
    }

    /** A master, or a process without one ({@code master_process off} leaves the title alone). */
    private boolean master(int pid, String title) {
      if (title.startsWith(MASTER)) {
        return true;
      }
      if (title.startsWith("nginx: ")) {
        return false;
      }
      ProcFiles.Stat stat = proc.stat(pid);
      return stat != null && stat.name().equals("nginx") && stat.state() != 'Z';
    }

    private List<Integer> workers(int master, String title, List<Integer> pids) {
      if (!title.startsWith(MASTER)) {
        return List.of(master);
      }
      List<Integer> workers = new ArrayList<>();
      for (int pid : pids) {
        ProcFiles.Stat stat = proc.stat(pid);
        if (stat != null && stat.parent() == master && stat.state() != 'Z') {
          String worker = proc.commandLine(pid);
          if (worker != null && worker.startsWith(WORKER) && !worker.startsWith(LEAVING)) {
            workers.add(pid);
          }
        }
      }
      return workers;
    }

    /** Whether it was started with our file; null when that cannot be told. */
    private @Nullable Boolean startedWithConfig(int pid, String title) {
      Path named = configOf(title);
      return (config == null || named == null) ? null : proc.sameFile(pid, named, config);
    }

    /**
     * The argument of {@code -c}, or the default; null when it is relative to an unknown prefix.
     */
    private static @Nullable Path configOf(String title) {
      Path named = DEFAULT_CONFIG;
      Path prefix = null;
      String option = "";
      for (String word : title.split(" ")) {
        String value = word;
        if (option.isEmpty() && (word.startsWith("-c") || word.startsWith("-p"))) {
          option = word.substring(0, 2);
          value = word.substring(2);
        }
        if (!option.isEmpty() && !value.isEmpty()) {
          named = option.equals("-c") ? Path.of(value) : named;
          prefix = option.equals("-p") ? Path.of(value) : prefix;
          option = "";
        }
      }
      if (named.isAbsolute()) {
        return named;
      }
      return prefix != null && prefix.isAbsolute() ? prefix.resolve(named) : null;
    }
  }
}
