package dev.why502.host;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.why502.definition.ProcessSelector;
import dev.why502.evidence.Access;
import dev.why502.evidence.ProcessState;
import dev.why502.evidence.ProcessState.Condition;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Asks systemd for one unit, with {@code systemctl show} (systemctl(1), systemd.service(5)).
 * Blocks.
 */
final class Systemd {
  private static final String PROPERTIES =
      "LoadState,ActiveState,SubState,Result,NRestarts,MainPID,ExecMainStatus,ExecMainCode,"
          + "ExecMainPID,ExecMainExitTimestampMonotonic,WorkingDirectory,ExecStart,Environment";

  private static final int MAX_VALUE = 4096;

  /** CLD_EXITED of waitid(2); the others mean a signal. */
  private static final int EXITED = 1;

  private static final Pattern UNIT = Pattern.compile("[A-Za-z0-9@._:][A-Za-z0-9@._:-]{0,254}");
  private static final Pattern ARGUMENTS = Pattern.compile("argv\\[\\]=([^;]*) ;");

  private final ProcFs proc;
  private final CommandRunner runner;
  private final Map<String, String> environment;
  private final InstantSource clock;

  Systemd(ProcFs proc, CommandRunner runner, Map<String, String> environment, InstantSource clock) {
    this.proc = proc;
    this.runner = runner;
    this.environment = environment;
    this.clock = clock;
  }

  ProcessState state(String probe, ProcessSelector selector) {
    String unit = selector.name();
    if (!UNIT.matches(unit)) {
      return denied(probe, selector, "this is no unit's name");
    }
    String searchPath = environment.getOrDefault("PATH", "");
    Path program = CommandRunner.find("systemctl", searchPath);
    if (program == null) {
      return denied(probe, selector, "systemctl is not installed or not on PATH");
    }
    Map<String, String> clean = new TreeMap<>();
    clean.put("PATH", searchPath);
    clean.put("HOME", environment.getOrDefault("HOME", "/"));
    clean.put("LC_ALL", "C");
    clean.put("SYSTEMD_COLORS", "0");
    CommandRunner.Output output =
        runner.run(
            List.of(program.toString(), "show", "--no-pager", "-p", PROPERTIES, "--", unit), clean);
    Map<String, String> properties = properties(output.output());
    if (output.end() != CommandRunner.End.EXITED || !properties.containsKey("ActiveState")) {
      return denied(
          probe,
          selector,
          switch (output.end()) {
            case EXITED ->
                output.errors().contains("not been booted with systemd")
                    ? "systemd does not run here"
                    : "systemctl show ended with status " + output.status() + " and no state";
            case TOO_SLOW -> "systemctl took longer than " + CommandRunner.LIMIT_MILLIS + " ms";
            case TOO_MUCH -> "systemctl printed too much";
            case NOT_STARTED -> "systemctl could not be started";
          });
    }
    if ("not-found".equals(properties.get("LoadState"))) {
      return States.notThere(probe, selector, clock.instant());
    }
    return state(probe, selector, properties);
  }

  private ProcessState denied(String probe, ProcessSelector selector, String why) {
    return States.denied(probe, selector, clock.instant(), Access.denied(why));
  }

  static Map<String, String> properties(byte[] output) {
    Map<String, String> properties = new HashMap<>();
    for (String line : new String(output, StandardCharsets.UTF_8).split("\n")) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        String value = line.substring(equals + 1).trim();
        properties.putIfAbsent(
            line.substring(0, equals).trim(),
            value.length() > MAX_VALUE ? value.substring(0, MAX_VALUE) : value);
      }
    }
    return properties;
  }

  private ProcessState state(
      String probe, ProcessSelector selector, Map<String, String> properties) {
    Instant now = clock.instant();
    int pid = number(properties, "MainPID", 0);
    int restarts = number(properties, "NRestarts", -1);
    ProcFs.Stat stat = pid > 0 ? proc.stat(pid) : null;
    long uptime = stat == null ? -1 : proc.uptimeMillis(stat);
    String active = properties.getOrDefault("ActiveState", "");
    String sub = properties.getOrDefault("SubState", "");
    String result = properties.getOrDefault("Result", "");
    boolean young = uptime >= 0 && uptime < Pm2.YOUNG_MILLIS;
    Condition condition = condition(active, sub, result, restarts, young, pid);
    int code = number(properties, "ExecMainCode", 0);
    int status = number(properties, "ExecMainStatus", -1);
    boolean signalled = code > EXITED;
    String reason = result.isEmpty() || result.equals("success") ? null : result;
    if (signalled && status > 0) {
      reason = (reason == null ? "signal" : reason) + " (signal " + status + ")";
    }
    boolean ended = status >= 0 && (code == EXITED || (code == 0 && status > 0));
    String directory = properties.get("WorkingDirectory");
    return new ProcessState(
        probe,
        selector,
        now,
        Access.GRANTED,
        true,
        sub.isEmpty() ? active : active + "/" + sub,
        condition,
        pid,
        restarts,
        uptime,
        ended ? status : null,
        reason,
        ports(properties, pid),
        // "!/srv/app" where the folder may be missing (systemd.exec(5)).
        directory == null || directory.indexOf('/') < 0
            ? null
            : directory.substring(directory.indexOf('/')),
        pid > 0 ? proc.errorFile(pid) : null,
        ended || signalled ? end(properties, signalled ? signal(status) : null) : null);
  }

  private ProcessState.End end(Map<String, String> properties, @Nullable String signal) {
    long micros = number(properties.getOrDefault("ExecMainExitTimestampMonotonic", ""));
    return new ProcessState.End(
        micros > 0 ? proc.since(micros / 1000, clock.instant()) : null,
        number(properties, "ExecMainPID", 0),
        signal,
        null);
  }

  /** The names of signal(7) that a service's end is told by. */
  private static @Nullable String signal(int number) {
    return switch (number) {
      case 1 -> "SIGHUP";
      case 2 -> "SIGINT";
      case 4 -> "SIGILL";
      case 6 -> "SIGABRT";
      case 7 -> "SIGBUS";
      case 8 -> "SIGFPE";
      case 9 -> "SIGKILL";
      case 11 -> "SIGSEGV";
      case 13 -> "SIGPIPE";
      case 15 -> "SIGTERM";
      default -> null;
    };
  }

  private Condition condition(
      String active, String sub, String result, int restarts, boolean young, int pid) {
    boolean outOfMemory = result.equals("oom-kill");
    return switch (active) {
      case "active", "reloading", "refreshing" -> {
        if (restarts >= Pm2.MANY_RESTARTS && young) {
          yield outOfMemory ? Condition.KILLED : Condition.CRASH_LOOP;
        }
        yield running(sub, pid);
      }
      case "activating" -> {
        if (outOfMemory) {
          yield Condition.KILLED;
        }
        if (sub.startsWith("auto-restart") || restarts >= Pm2.MANY_RESTARTS) {
          yield Condition.CRASH_LOOP;
        }
        yield pid > 0 ? running(sub, pid) : Condition.NOT_KNOWN;
      }
      case "failed" -> {
        if (outOfMemory) {
          yield Condition.KILLED;
        }
        yield result.equals("start-limit-hit") || restarts > 0
            ? Condition.CRASH_LOOP
            : Condition.FAILED;
      }
      case "inactive", "deactivating" -> outOfMemory ? Condition.KILLED : Condition.STOPPED;
      default -> Condition.NOT_KNOWN;
    };
  }

  private Condition running(String sub, int pid) {
    if (pid <= 0) {
      // A unit that started something and ended ("exited") says nothing of what it started.
      return sub.equals("running") ? Condition.RUNNING : Condition.NOT_KNOWN;
    }
    return switch (Life.of(proc, pid)) {
      case FROZEN -> Condition.FROZEN;
      case ALIVE -> Condition.RUNNING;
      // Its manager sees it; that we do not is a matter of namespaces or of a moment.
      case DEAD, NOT_KNOWN -> sub.equals("running") ? Condition.RUNNING : Condition.NOT_KNOWN;
    };
  }

  /** Of the command line and the environment only their ports are kept. */
  private List<Integer> ports(Map<String, String> properties, int pid) {
    Set<Integer> ports = new LinkedHashSet<>();
    Matcher matcher = ARGUMENTS.matcher(properties.getOrDefault("ExecStart", ""));
    if (matcher.find()) {
      ports.addAll(PortArguments.of(List.of(matcher.group(1).trim().split("\\s+"))));
    }
    ports.addAll(
        PortArguments.ofEnvironment(
            List.of(properties.getOrDefault("Environment", "").split("\\s+"))));
    if (pid > 0) {
      ports.addAll(proc.ports(pid));
    }
    return List.copyOf(ports);
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException none) {
      return -1;
    }
  }

  private static int number(Map<String, String> properties, String name, int otherwise) {
    try {
      return Integer.parseInt(properties.getOrDefault(name, ""));
    } catch (NumberFormatException none) {
      return otherwise;
    }
  }
}
