package dev.why502.gateway.haproxy;

import dev.why502.definition.Gateway;
import dev.why502.gateway.ByteText;
import dev.why502.gateway.ConfigFiles;
import dev.why502.gateway.ProcFiles;
import dev.why502.gateway.ProcessSearch;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
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
  private static final int MAX_PID_FILE_BYTES = 1024;

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
        return new Found(0, List.of(), !doubtful && pidOfFile() >= 0, true);
      }
      int master = 0;
      for (int pid : ours) {
        ProcFiles.Stat stat = proc.stat(pid);
        boolean child = stat != null && ours.contains(stat.parent());
        if (!child && (master == 0 || startTicks(pid) > startTicks(master))) {
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
        newest = startTicks(pid) > startTicks(newest) ? pid : newest;
      }
      return new Found(master, List.of(newest), false, true);
    }

    private long startTicks(int pid) {
      ProcFiles.Stat stat = proc.stat(pid);
      return stat == null ? 0 : stat.startTicks();
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
      boolean together = together(pid);
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
        // As it sees the file: it may live in a container of its own.
        Path seen = proc.process(pid).resolve("root").resolve(path.toString().substring(1));
        boolean same = Files.isSameFile(seen, config) || (together && config.startsWith(path));
        // In a container of its own it may run a copy of ours.
        return (same || together) ? same : null;
      } catch (IOException | InvalidPathException e) {
        return together ? Path.of(named).normalize().equals(config) : null;
      }
    }

    /** Whether it sees the same files as we do. */
    private boolean together(int pid) {
      String mounts = proc.link(pid, "ns/mnt");
      return mounts != null && mounts.equals(proc.link(0, "ns/mnt"));
    }

    /** 0 when there is no such file or none is named, -1 when it is unreadable. */
    private int pidOfFile() {
      if (pidFile == null) {
        return 0;
      }
      try {
        if (!Files.readAttributes(pidFile, BasicFileAttributes.class).isRegularFile()) {
          return -1;
        }
        try (InputStream in = Files.newInputStream(pidFile)) {
          String text = new String(in.readNBytes(MAX_PID_FILE_BYTES), StandardCharsets.ISO_8859_1);
          return (int) ByteText.number(text.strip().split("\\s+", 2)[0]);
        }
      } catch (NoSuchFileException e) {
        return 0;
      } catch (IOException e) {
        return -1;
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
