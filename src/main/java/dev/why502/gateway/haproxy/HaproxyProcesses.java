package dev.why502.gateway.haproxy;

import dev.why502.definition.Gateway;
import dev.why502.gateway.ByteText;
import dev.why502.gateway.ConfigFiles;
import dev.why502.gateway.PidFile;
import dev.why502.gateway.ProcFiles;
import dev.why502.gateway.ProcessSearch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which processes are the HAProxy of a gateway: those whose command line names its configuration
 * ({@code haproxy -Ws -f FILE ...}; each {@code -f} may be a file or a directory). A master that
 * was started with {@code -W} or {@code -Ws} has workers; every other one works itself. A reload
 * starts a new worker with the same words behind {@code -sf}, so that the newest worker serves and
 * is as old as its configuration. Blocking.
 */
public final class HaproxyProcesses implements ProcessSearch {
  @Override
  public @Nullable Found find(ProcFiles proc, Gateway gateway, ConfigFiles files) {
    return new Look(
            proc,
            Path.of(HaproxyReader.configOf(gateway)).toAbsolutePath().normalize(),
            files.pidFile() == null ? null : Path.of(files.pidFile()))
        .find();
  }

  /** One look at all processes. */
  private record Look(ProcFiles proc, Path config, @Nullable Path pidFile) {
    @Nullable Found find() {
      List<Integer> pids = proc.pids();
      if (pids == null) {
        return null;
      }
      List<Integer> ours = new ArrayList<>();
      boolean doubtful = false;
      for (int pid : pids) {
        ProcFiles.Stat stat = proc.stat(pid);
        if (stat == null || !stat.name().startsWith("haproxy") || stat.state() == 'Z') {
          continue;
        }
        Boolean started = startedWithConfig(pid);
        if (Boolean.TRUE.equals(started)) {
          ours.add(pid);
        } else {
          doubtful |= started == null;
        }
      }
      if (ours.isEmpty()) {
        return new Found(
            0, List.of(), !doubtful && (pidFile == null || PidFile.first(pidFile) >= 0), true);
      }
      int master = 0;
      for (int pid : ours) {
        ProcFiles.Stat stat = proc.stat(pid);
        boolean child = stat != null && ours.contains(stat.parent());
        if (!child && (master == 0 || proc.startTicks(pid) > proc.startTicks(master))) {
          master = pid;
        }
      }
      int found = master;
      List<Integer> children = new ArrayList<>();
      for (int pid : ours) {
        ProcFiles.Stat stat = proc.stat(pid);
        if (stat != null && stat.parent() == found) {
          children.add(pid);
        }
      }
      if (children.isEmpty()) {
        return new Found(master, List.of(master), false, true);
      }
      // Those that a reload told to finish still serve what they have; they are the older ones.
      int newest = children.get(0);
      for (int pid : children) {
        newest = proc.startTicks(pid) > proc.startTicks(newest) ? pid : newest;
      }
      return new Found(master, List.of(newest), false, true);
    }

    /** Whether it was started with our file; null when that cannot be told. */
    private @Nullable Boolean startedWithConfig(int pid) {
      String line = proc.commandLine(pid);
      if (line == null) {
        return null;
      }
      List<String> named = configs(line);
      if (named.isEmpty()) {
        return null;
      }
      boolean together = proc.together(pid);
      String directory = proc.link(pid, "cwd");
      Boolean found = Boolean.FALSE;
      for (String each : named) {
        Boolean same = same(pid, each, directory, together);
        if (Boolean.TRUE.equals(same)) {
          return true;
        }
        found = same == null ? null : found;
      }
      return found;
    }

    private @Nullable Boolean same(
        int pid, String named, @Nullable String directory, boolean together) {
      try {
        Path path = Path.of(named);
        if (!path.isAbsolute()) {
          if (directory == null) {
            return null;
          }
          path = Path.of(directory).resolve(path);
        }
        path = path.normalize();
        boolean same =
            Files.isSameFile(proc.seenBy(pid, path), config)
                || (together && config.startsWith(path));
        // In a container of its own it may run a copy of ours.
        return (same || together) ? same : null;
      } catch (IOException | InvalidPathException e) {
        return together ? Path.of(named).normalize().equals(config) : null;
      }
    }
  }

  /** Values of each {@code -f}, and of {@code --} which takes all words behind it. */
  static List<String> configs(String commandLine) {
    List<String> configs = new ArrayList<>();
    String[] words = commandLine.split(" ");
    for (int i = 1; i < words.length; i++) {
      if (words[i].equals("--")) {
        for (int j = i + 1; j < words.length; j++) {
          configs.add(words[j]);
        }
        break;
      }
      if (words[i].equals("-sf") || words[i].equals("-st")) {
        while (i + 1 < words.length && ByteText.number(words[i + 1]) >= 0) {
          i++;
        }
      } else if (words[i].equals("-f") && i + 1 < words.length) {
        configs.add(words[++i]);
      }
    }
    return configs;
  }
}
