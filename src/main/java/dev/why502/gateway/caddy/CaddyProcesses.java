package dev.why502.gateway.caddy;

import dev.why502.definition.Gateway;
import dev.why502.gateway.ConfigFiles;
import dev.why502.gateway.ProcFiles;
import dev.why502.gateway.ProcessSearch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which process is the Caddy of a gateway: {@code caddy run --config FILE}, which {@code caddy
 * start} and systemd's unit run too; without {@code --config} it takes the Caddyfile of its folder.
 * Blocking.
 */
final class CaddyProcesses implements ProcessSearch {
  private static final Set<String> SERVING = Set.of("run", "start");

  /**
   * Start times are told on as those of loading, which a reload makes untrue: who asks has to weigh
   * that.
   */
  @Override
  public @Nullable Found find(ProcFiles proc, Gateway gateway, ConfigFiles files) {
    List<Integer> pids = proc.pids();
    if (pids == null) {
      return null;
    }
    Path config = Path.of(CaddyReader.configOf(gateway)).toAbsolutePath().normalize();
    List<Integer> certain = new ArrayList<>();
    int doubtful = 0;
    for (int pid : pids) {
      String[] words = serving(proc, pid);
      if (words == null) {
        continue;
      }
      Boolean ours = startedWith(proc, pid, words, config);
      if (Boolean.TRUE.equals(ours)) {
        certain.add(pid);
      } else if (ours == null) {
        doubtful++;
      }
    }
    if (certain.isEmpty()) {
      return new Found(0, List.of(), doubtful == 0, true);
    }
    int newest = certain.get(0);
    for (int pid : certain) {
      newest = proc.startTicks(pid) > proc.startTicks(newest) ? pid : newest;
    }
    return new Found(newest, List.of(newest), false, true);
  }

  private static boolean named(String name) {
    // FrankenPHP is a Caddy with PHP in it.
    return name.contains("caddy") || name.equals("frankenphp");
  }

  /** The words of its command line; null for what is no Caddy that serves. */
  private static String @Nullable [] serving(ProcFiles proc, int pid) {
    ProcFiles.Stat stat = proc.stat(pid);
    if (stat == null || stat.state() == 'Z' || !named(stat.name())) {
      return null;
    }
    String title = proc.commandLine(pid);
    String[] words = title == null ? new String[0] : title.split(" ");
    return words.length > 1 && SERVING.contains(words[1]) ? words : null;
  }

  /** Whether it was started with our file; null when that cannot be told. */
  private static @Nullable Boolean startedWith(
      ProcFiles proc, int pid, String[] words, Path config) {
    String named = null;
    for (int i = 2; i < words.length; i++) {
      String word = words[i].startsWith("--") ? words[i].substring(1) : words[i];
      if ((word.equals("-config") || word.equals("-c")) && i + 1 < words.length) {
        named = words[i + 1];
      } else if (word.startsWith("-config=") || word.startsWith("-c=")) {
        named = word.substring(word.indexOf('=') + 1);
      } else if (word.equals("-resume")) {
        // What it saved itself, whatever the file says now.
        return null;
      }
    }
    String folder = proc.link(pid, "cwd");
    try {
      Path path = Path.of(named == null ? "Caddyfile" : named);
      if (!path.isAbsolute()) {
        if (folder == null) {
          return null;
        }
        path = Path.of(folder).resolve(path);
      }
      boolean same = Files.isSameFile(proc.seenBy(pid, path), config);
      // In a container of its own it may run a copy of ours.
      return (same || proc.together(pid)) ? (Boolean) same : null;
    } catch (NoSuchFileException e) {
      return proc.together(pid) ? Boolean.FALSE : null;
    } catch (IOException | InvalidPathException e) {
      return null;
    }
  }
}
