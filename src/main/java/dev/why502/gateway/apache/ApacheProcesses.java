package dev.why502.gateway.apache;

import dev.why502.definition.Gateway;
import dev.why502.gateway.ConfigFiles;
import dev.why502.gateway.PidFile;
import dev.why502.gateway.ProcFiles;
import dev.why502.gateway.ProcessSearch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which processes are the httpd of a gateway. A parent says by its arguments which file it was
 * started with ({@code -f FILE}, relative to {@code -d ROOT}); without them it is the one of the
 * distribution. Children carry the same arguments, so the parent is the one whose own parent is no
 * httpd. A graceful restart starts new children. Blocking.
 */
public final class ApacheProcesses implements ProcessSearch {
  private static final Set<String> NAMES = Set.of("apache2", "httpd");

  @Override
  public @Nullable Found find(ProcFiles proc, Gateway gateway, ConfigFiles files) {
    String config = gateway.config() == null ? files.config() : gateway.config();
    String pidFile = files.pidFile();
    return new Look(
            proc,
            config == null ? null : Path.of(config),
            pidFile == null ? null : Path.of(pidFile))
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
      int doubtful = 0;
      int newest = 0;
      for (int pid : pids) {
        if (!parent(pid)) {
          continue;
        }
        Boolean ours = startedWithConfig(pid);
        if (pid == named && !Boolean.FALSE.equals(ours)) {
          return found(pid, pids);
        }
        if (Boolean.TRUE.equals(ours)) {
          newest = newest == 0 || proc.startTicks(pid) > proc.startTicks(newest) ? pid : newest;
        } else if (ours == null) {
          doubtful++;
        }
      }
      return newest > 0 ? found(newest, pids) : new Found(0, List.of(), doubtful == 0, false);
    }

    private Found found(int parent, List<Integer> pids) {
      List<Integer> children = new ArrayList<>();
      for (int pid : pids) {
        ProcFiles.Stat stat = proc.stat(pid);
        if (stat != null && stat.parent() == parent && httpd(stat)) {
          children.add(pid);
        }
      }
      // Run with -X it serves by itself.
      return new Found(parent, children.isEmpty() ? List.of(parent) : children, false, true);
    }

    private boolean parent(int pid) {
      ProcFiles.Stat stat = proc.stat(pid);
      if (stat == null || !httpd(stat)) {
        return false;
      }
      ProcFiles.Stat above = proc.stat(stat.parent());
      return above == null || !NAMES.contains(above.name());
    }

    private static boolean httpd(ProcFiles.Stat stat) {
      return NAMES.contains(stat.name()) && stat.state() != 'Z';
    }

    /** Whether it was started with our file; null when that cannot be told. */
    private @Nullable Boolean startedWithConfig(int pid) {
      String title = proc.commandLine(pid);
      Path named = title == null ? null : configOf(title);
      return (config == null || named == null) ? null : proc.sameFile(pid, named, config);
    }

    /** The argument of {@code -f}, or the default; null when it is relative to an unknown root. */
    private static @Nullable Path configOf(String title) {
      String file = null;
      String root = null;
      String option = "";
      for (String word : title.split(" ")) {
        String value = word;
        if (option.isEmpty() && (word.startsWith("-f") || word.startsWith("-d"))) {
          option = word.substring(0, 2);
          value = word.substring(2);
        }
        if (!option.isEmpty() && !value.isEmpty()) {
          file = option.equals("-f") ? value : file;
          root = option.equals("-d") ? value : root;
          option = "";
        }
      }
      if (file == null) {
        return Path.of(ApacheStart.standardConfig());
      }
      String base = root == null ? "/etc/apache2" : root;
      return file.startsWith("/")
          ? Path.of(file)
          : base.startsWith("/") ? Path.of(base).resolve(file) : null;
    }
  }
}
