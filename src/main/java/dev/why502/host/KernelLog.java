package dev.why502.host;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.why502.evidence.Access;
import dev.why502.evidence.MemoryKills;
import dev.why502.evidence.MemoryKills.Kill;
import dev.why502.evidence.ProcessState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds in the kernel's log whom it ended for want of memory (mm/oom_kill.c), with dmesg(1), or
 * with journalctl(1) where that is forbidden; and how often it did so in a control group. Blocks.
 * /dev/kmsg itself is not opened: reading it waits for the next line, and Java cannot but wait.
 */
final class KernelLog {
  static final long LIMIT_MILLIS = 1_500;
  static final int MAX_KILLS = 16;
  private static final int MAX_FILE_BYTES = 8192;

  private static final Pattern KILLED =
      Pattern.compile("\\bKilled process (\\d{1,10}) \\((.{1,32}?)\\)");
  private static final Pattern GROUP =
      Pattern.compile("oom-kill:.*task_memcg=([^,]{1,512}),.*\\bpid=(\\d{1,10})\\b");

  /** "[13911.179367] ..." and, of journalctl's short-unix, "1795377262.179367 ...". */
  private static final Pattern TIME = Pattern.compile("^\\[? *(\\d{1,10})\\.(\\d{6})[\\] ]");

  private final ProcFs proc;
  private final CommandRunner runner;
  private final Map<String, String> environment;
  private final Path groups;
  private final InstantSource clock;

  /**
   * @param groups where control groups are mounted
   */
  KernelLog(
      ProcFs proc,
      CommandRunner runner,
      Map<String, String> environment,
      Path groups,
      InstantSource clock) {
    this.proc = proc;
    this.runner = runner;
    this.environment = environment;
    this.groups = groups;
    this.clock = clock;
  }

  MemoryKills read(String probe, ProcessState process, int managerPid) {
    Instant now = clock.instant();
    List<String> lines = lines("dmesg");
    boolean sinceStart = lines != null;
    if (lines == null) {
      lines = lines("journalctl", "-k", "-n", "5000", "-o", "short-unix", "--no-pager");
    }
    Group group = group(process.pid() > 0 ? process.pid() : managerPid);
    return new MemoryKills(
        probe,
        now,
        lines == null
            ? Access.denied("neither dmesg nor journalctl shows it to this user")
            : Access.GRANTED,
        lines == null ? List.of() : kills(lines, sinceStart, now),
        group == null ? null : group.path(),
        group == null ? -1 : group.kills());
  }

  private @Nullable List<String> lines(String program, String... arguments) {
    String searchPath = environment.getOrDefault("PATH", "");
    Path file = CommandRunner.find(program, searchPath);
    if (file == null) {
      return null;
    }
    List<String> command = new ArrayList<>(List.of(file.toString()));
    command.addAll(List.of(arguments));
    CommandRunner.Output output =
        runner.run(command, Map.of("PATH", searchPath, "LC_ALL", "C"), LIMIT_MILLIS);
    if (output.end() != CommandRunner.End.EXITED
        || output.status() != 0
        || output.output().length == 0) {
      return null;
    }
    return List.of(new String(output.output(), StandardCharsets.UTF_8).split("\n"));
  }

  /**
   * @param sinceStart whether times count from the system's start; else from 1970
   */
  List<Kill> kills(List<String> lines, boolean sinceStart, Instant now) {
    List<Kill> kills = new ArrayList<>();
    String group = null;
    int groupPid = 0;
    for (String line : lines) {
      if (line.contains("oom-kill:")) {
        Matcher matcher = GROUP.matcher(line);
        if (matcher.find()) {
          group = matcher.group(1);
          groupPid = (int) Math.min(Integer.MAX_VALUE, Long.parseLong(matcher.group(2)));
        }
      }
      Matcher killed = line.contains("Killed process ") ? KILLED.matcher(line) : null;
      if (killed == null || !killed.find()) {
        continue;
      }
      int pid = (int) Math.min(Integer.MAX_VALUE, Long.parseLong(killed.group(1)));
      Instant at = time(line, sinceStart, now);
      if (at != null) {
        kills.add(
            new Kill(
                at,
                pid,
                LogText.shown(killed.group(2)),
                pid == groupPid ? group : null,
                LogText.shown(line)));
      }
    }
    return kills.size() > MAX_KILLS ? kills.subList(kills.size() - MAX_KILLS, kills.size()) : kills;
  }

  private @Nullable Instant time(String line, boolean sinceStart, Instant now) {
    Matcher matcher = TIME.matcher(line);
    if (!matcher.find()) {
      return null;
    }
    long seconds = Long.parseLong(matcher.group(1));
    long micros = Long.parseLong(matcher.group(2));
    return sinceStart
        ? proc.since(seconds * 1000 + micros / 1000, now)
        : Instant.ofEpochSecond(seconds, micros * 1000);
  }

  /**
   * A control group and its count.
   *
   * @param kills -1 when not known
   */
  private record Group(String path, long kills) {}

  /** Of version 2 memory.events tells (cgroups(7)), of version 1 memory.oom_control. */
  private @Nullable Group group(int pid) {
    if (pid <= 0) {
      return null;
    }
    try {
      String whole = null;
      for (String line : proc.text(pid + "/cgroup", MAX_FILE_BYTES).split("\n")) {
        String[] fields = line.split(":", 3);
        if (fields.length == 3 && List.of(fields[1].split(",")).contains("memory")) {
          return new Group(fields[2], count("memory" + fields[2] + "/memory.oom_control"));
        }
        if (fields.length == 3 && fields[0].equals("0")) {
          whole = fields[2];
        }
      }
      return whole == null ? null : new Group(whole, count("." + whole + "/memory.events"));
    } catch (IOException gone) {
      return null;
    }
  }

  private long count(String name) {
    Path file = groups.resolve(name).normalize();
    if (!file.startsWith(groups) || !Files.isRegularFile(file)) {
      return -1;
    }
    try {
      for (String line :
          new String(Pm2Source.head(file, MAX_FILE_BYTES), StandardCharsets.US_ASCII).split("\n")) {
        if (line.startsWith("oom_kill ")) {
          return Long.parseLong(line.substring("oom_kill ".length()).trim());
        }
      }
    } catch (IOException | NumberFormatException notKnown) {
      return -1;
    }
    return -1;
  }
}
