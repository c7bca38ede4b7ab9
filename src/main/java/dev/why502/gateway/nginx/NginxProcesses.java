package dev.why502.gateway.nginx;

import dev.why502.definition.Gateway;
import dev.why502.gateway.ConfigFiles;
import dev.why502.gateway.ProcFiles;
import dev.why502.gateway.ProcessSearch;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
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
  private static final int MAX_PID_FILE_BYTES = 32;

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
      int named = pidOfFile();
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
        newest = startTicks(pid) > startTicks(newest) ? pid : newest;
      }
      String title = proc.commandLine(newest);
      return new Found(newest, workers(newest, title == null ? "" : title, pids), false, true);
    }

    private long startTicks(int pid) {
      ProcFiles.Stat stat = proc.stat(pid);
      return stat == null ? 0 : stat.startTicks();
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
      if (config == null) {
        return null;
      }
      Path named = configOf(title);
      if (named == null) {
        return null;
      }
      Path root = proc.process(pid).resolve("root");
      try {
        // As it sees the file: it may live in a container of its own.
        Path seen = root.resolve(named.toString().substring(1));
        boolean same = Files.isSameFile(seen, config);
        // In a container of its own it may run a copy of ours.
        return (same || together(pid)) ? same : null;
      } catch (IOException e) {
        return (together(pid) && !(e instanceof NoSuchFileException))
            ? named.normalize().equals(config.toAbsolutePath().normalize())
            : null;
      }
    }

    /** Whether it sees the same files as we do. */
    private boolean together(int pid) {
      String mounts = proc.link(pid, "ns/mnt");
      return mounts != null && mounts.equals(proc.link(0, "ns/mnt"));
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

    /**
     * The process that the pid file names: 0 when there is no such file, -1 when it is unreadable.
     */
    private int pidOfFile() {
      if (pidFile == null) {
        return -1;
      }
      try {
        if (!Files.readAttributes(pidFile, BasicFileAttributes.class).isRegularFile()) {
          return -1;
        }
        try (InputStream in = Files.newInputStream(pidFile)) {
          byte[] bytes = in.readNBytes(MAX_PID_FILE_BYTES);
          return Integer.parseInt(new String(bytes, StandardCharsets.ISO_8859_1).strip());
        }
      } catch (NoSuchFileException e) {
        return 0;
      } catch (IOException | NumberFormatException e) {
        return -1;
      }
    }
  }
}
