package dev.why502.host;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.why502.definition.ProcessSelector;
import dev.why502.evidence.Access;
import dev.why502.evidence.Listeners;
import dev.why502.evidence.ProcessState;
import dev.why502.evidence.ProcessState.Condition;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds a process by a pattern in its command line, as pgrep(1) with -f does. Blocks. */
final class CommandSearch {
  private static final int MAX_ANCESTORS = 64;

  /** Of a command line only so much is searched. */
  private static final int MAX_CHARACTERS = 4096;

  private final ProcFs proc;
  private final CommandRunner runner;
  private final ListenerReader listeners;
  private final InstantSource clock;

  CommandSearch(ProcFs proc, CommandRunner runner, ListenerReader listeners, InstantSource clock) {
    this.proc = proc;
    this.runner = runner;
    this.listeners = listeners;
    this.clock = clock;
  }

  ProcessState state(String probe, ProcessSelector selector) {
    Pattern pattern;
    try {
      pattern = Pattern.compile(selector.name());
    } catch (PatternSyntaxException wrong) {
      return denied(probe, selector, "the pattern is not in RE2 syntax");
    }
    List<Integer> pids = proc.pids();
    if (pids.isEmpty()) {
      return denied(probe, selector, "/proc cannot be listed");
    }
    Set<Integer> own = ownAncestry();
    List<Integer> found = new ArrayList<>();
    for (int pid : pids) {
      String line = String.join(" ", proc.arguments(pid));
      if (line.isEmpty() || own.contains(pid)) {
        continue;
      }
      if (line.length() > MAX_CHARACTERS) {
        line = line.substring(0, MAX_CHARACTERS);
      }
      if (pattern.matcher(line).find()) {
        ProcFs.Stat stat = proc.stat(pid);
        if (stat != null && !stat.dead() && !runner.owns(pid, stat.session())) {
          found.add(pid);
        }
      }
    }
    return found.isEmpty() ? none(probe, selector, pids.size()) : found(probe, selector, found);
  }

  private ProcessState none(String probe, ProcessSelector selector, int seen) {
    if (seen >= ProcFs.MAX_PROCESSES) {
      return denied(probe, selector, "more processes run than are looked at");
    }
    if (!proc.showsOthers()) {
      return denied(probe, selector, "processes of other users are hidden from this one");
    }
    if (!proc.showsHost()) {
      return denied(probe, selector, "only the processes of this container are visible");
    }
    return States.notThere(probe, selector, clock.instant());
  }

  private ProcessState found(String probe, ProcessSelector selector, List<Integer> found) {
    int pid = found.get(0);
    if (found.size() > 1) {
      Set<Integer> listening = new HashSet<>();
      for (Listeners.Row row : listeners.read().rows()) {
        listening.add(row.pid());
      }
      // A shell or a supervisor that names the service in its arguments matches as well.
      pid = found.stream().filter(listening::contains).findFirst().orElse(pid);
    }
    ProcFs.Stat stat = proc.stat(pid);
    Life life = Life.of(proc, pid);
    Condition condition =
        switch (life) {
          case ALIVE -> Condition.RUNNING;
          case FROZEN -> Condition.FROZEN;
          case DEAD, NOT_KNOWN -> Condition.NOT_KNOWN;
        };
    return new ProcessState(
        probe,
        selector,
        clock.instant(),
        Access.GRANTED,
        true,
        (life == Life.FROZEN ? "stopped by a signal, or stuck" : "running")
            + (found.size() > 1 ? " (one of " + found.size() + " that match)" : ""),
        condition,
        pid,
        -1,
        stat == null ? -1 : proc.uptimeMillis(stat),
        null,
        null,
        proc.ports(pid),
        proc.link(pid + "/cwd"),
        proc.errorFile(pid));
  }

  /** We and whoever started us: our own command line holds what we look for. */
  private Set<Integer> ownAncestry() {
    Set<Integer> own = new HashSet<>();
    int pid = (int) ProcessHandle.current().pid();
    while (pid > 0 && own.size() < MAX_ANCESTORS && own.add(pid)) {
      ProcFs.Stat stat = proc.stat(pid);
      pid = stat == null ? 0 : stat.parent();
    }
    return own;
  }

  private ProcessState denied(String probe, ProcessSelector selector, String why) {
    return States.denied(probe, selector, clock.instant(), Access.denied(why));
  }
}
