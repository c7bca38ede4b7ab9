package dev.why502.host;

import dev.why502.definition.ProcessSelector;
import dev.why502.evidence.Access;
import dev.why502.evidence.ProcessState;
import dev.why502.evidence.ProcessState.Condition;
import dev.why502.host.Pm2List.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks PM2 for its processes. Blocks. {@code pm2 jlist} starts a daemon where none runs, and a
 * prober must not: PM2 itself is asked only while its daemon takes connections, and a program that
 * may or may not be PM2 is asked with a PM2_HOME that no daemon could live in, as PM2 opens its log
 * there before it starts one (lib/Client.js, launchDaemon).
 */
final class Pm2 {
  /** One answer serves all who ask within this time after it came. */
  static final long FRESH_MILLIS = 500;

  /** Time between two looks that tell a restarting process from a restarted one. */
  static final long SECOND_LOOK_MILLIS = 400;

  static final long YOUNG_MILLIS = 30_000;
  static final int MANY_RESTARTS = 3;
  private static final int MAX_DUMP_BYTES = 4 * 1024 * 1024;
  private static final String NO_HOME = "/dev/null/pm2";

  /** Of several instances, the one in the first of these states stands for all. */
  private static final List<Condition> TELLING =
      List.of(
          Condition.RUNNING,
          Condition.FROZEN,
          Condition.CRASH_LOOP,
          Condition.NOT_KNOWN,
          Condition.STOPPED);

  private final ProcFs proc;
  private final CommandRunner runner;
  private final Map<String, String> environment;
  private final InstantSource clock;
  private @Nullable Answer last;
  private long lastStartedNanos;
  private long lastEndedNanos;

  Pm2(ProcFs proc, CommandRunner runner, Map<String, String> environment, InstantSource clock) {
    this.proc = proc;
    this.runner = runner;
    this.environment = environment;
    this.clock = clock;
  }

  /** Entries when the access is granted; else what the dump file says should run. */
  private record Answer(Access access, List<Entry> entries) {}

  ProcessState state(String probe, ProcessSelector selector) {
    Answer answer = answer(false);
    List<Entry> mine = named(answer, selector.name());
    if (!answer.access().readable()) {
      return mine.isEmpty()
          ? States.denied(probe, selector, clock.instant(), answer.access())
          : state(probe, selector, answer.access(), mine.get(0), Condition.NOT_KNOWN, 1, 1);
    }
    if (mine.isEmpty()) {
      return States.notThere(probe, selector, clock.instant());
    }
    List<Entry> before = List.of();
    Instant now = clock.instant();
    if (mine.stream().anyMatch(entry -> suspect(entry, now) && entry.unstable() <= 0)) {
      before = mine;
      pause();
      Answer second = answer(true);
      if (second.access().readable() && !named(second, selector.name()).isEmpty()) {
        mine = named(second, selector.name());
      } else {
        before = List.of();
      }
    }
    Entry best = mine.get(0);
    Condition bestCondition = null;
    int online = 0;
    for (int i = 0; i < mine.size(); i++) {
      Entry entry = mine.get(i);
      Condition condition = condition(entry, i < before.size() ? before.get(i) : null);
      online += condition == Condition.RUNNING ? 1 : 0;
      if (bestCondition == null || TELLING.indexOf(condition) < TELLING.indexOf(bestCondition)) {
        best = entry;
        bestCondition = condition;
      }
    }
    return state(
        probe,
        selector,
        Access.GRANTED,
        best,
        bestCondition == null ? Condition.NOT_KNOWN : bestCondition,
        online,
        mine.size());
  }

  private ProcessState state(
      String probe,
      ProcessSelector selector,
      Access access,
      Entry entry,
      Condition condition,
      int online,
      int instances) {
    Instant now = clock.instant();
    boolean runs = condition == Condition.RUNNING || condition == Condition.FROZEN;
    long uptime = now.toEpochMilli() - entry.startedMillis();
    Integer exit = entry.exitCode();
    String status = access.readable() ? entry.status() : null;
    return new ProcessState(
        probe,
        selector,
        now,
        access,
        access.readable() ? true : null,
        status != null && instances > 1
            ? status + " (" + online + " of " + instances + " instances run)"
            : status,
        condition,
        access.readable() ? entry.pid() : 0,
        access.readable() ? entry.restarts() : -1,
        runs && entry.startedMillis() > 0 && uptime >= 0 ? uptime : -1,
        exit,
        // SIGKILL's number and 128: the kernel's killing looks like this, and any other's too.
        exit != null && exit == 137 ? "exit 137" : null,
        List.copyOf(entry.ports()),
        entry.directory(),
        entry.errorLog());
  }

  private static List<Entry> named(Answer answer, String name) {
    return answer.entries().stream().filter(entry -> entry.name().equals(name)).toList();
  }

  /** Online, but perhaps only between two deaths. */
  private static boolean suspect(Entry entry, Instant now) {
    return "online".equals(word(entry))
        && entry.restarts() >= MANY_RESTARTS
        && entry.startedMillis() > 0
        && now.toEpochMilli() - entry.startedMillis() < YOUNG_MILLIS;
  }

  private static String word(Entry entry) {
    return entry.status() == null ? "" : entry.status().toLowerCase(Locale.ROOT);
  }

  private Condition condition(Entry entry, @Nullable Entry before) {
    return switch (word(entry)) {
      case "errored", "waiting restart" -> Condition.CRASH_LOOP;
      case "stopped", "stopping" -> Condition.STOPPED;
      case "online" -> {
        boolean grew =
            before != null
                && (entry.restarts() > before.restarts()
                    || entry.startedMillis() > before.startedMillis());
        boolean unstable = suspect(entry, clock.instant()) && entry.unstable() > 0;
        yield grew || unstable ? Condition.CRASH_LOOP : alive(entry.pid());
      }
      case "launching" -> alive(entry.pid());
      default -> Condition.NOT_KNOWN;
    };
  }

  private Condition alive(int pid) {
    if (pid <= 0) {
      return Condition.NOT_KNOWN;
    }
    return switch (Life.of(proc, pid)) {
      case ALIVE -> Condition.RUNNING;
      case FROZEN -> Condition.FROZEN;
      case DEAD, NOT_KNOWN -> Condition.NOT_KNOWN;
    };
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(SECOND_LOOK_MILLIS);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * @param anew whether the answer must have been asked for after this call
   */
  private Answer answer(boolean anew) {
    long asked = System.nanoTime();
    synchronized (this) {
      long fresh = TimeUnit.MILLISECONDS.toNanos(FRESH_MILLIS);
      if (last != null
          && (anew ? lastStartedNanos - asked > 0 : lastEndedNanos + fresh - asked > 0)) {
        return last;
      }
      lastStartedNanos = System.nanoTime();
      Answer answer = ask();
      last = answer;
      lastEndedNanos = System.nanoTime();
      return answer;
    }
  }

  private Answer ask() {
    Path program = CommandRunner.find("pm2", environment.getOrDefault("PATH", ""));
    if (program == null) {
      return new Answer(Access.denied("pm2 is not installed or not on PATH"), dump());
    }
    boolean daemon = daemonLives();
    if (!daemon && itself(program)) {
      return new Answer(Access.denied("no PM2 daemon runs for this user (" + home() + ")"), dump());
    }
    Map<String, String> clean = new TreeMap<>();
    clean.put("PATH", environment.getOrDefault("PATH", ""));
    clean.put("HOME", environment.getOrDefault("HOME", "/"));
    clean.put("PM2_HOME", daemon ? home() : NO_HOME);
    clean.put("LC_ALL", "C");
    CommandRunner.Output output = runner.run(List.of(program.toString(), "jlist"), clean);
    List<Entry> entries =
        output.end() == CommandRunner.End.EXITED ? Pm2List.parse(output.output()) : null;
    if (entries != null) {
      return new Answer(Access.GRANTED, entries);
    }
    return new Answer(
        Access.denied(
            switch (output.end()) {
              case EXITED -> "pm2 jlist ended with status " + output.status() + " and no list";
              case TOO_SLOW -> "pm2 jlist took longer than " + CommandRunner.LIMIT_MILLIS + " ms";
              case TOO_MUCH -> "pm2 jlist printed more than 4 MiB";
              case NOT_STARTED -> "pm2 could not be started";
            }),
        dump());
  }

  private String home() {
    String named = environment.get("PM2_HOME");
    return named != null && named.startsWith("/")
        ? named
        : environment.getOrDefault("HOME", "/") + "/.pm2";
  }

  /** Whether the program is PM2's own script rather than a wrapper. */
  private static boolean itself(Path program) {
    try {
      return program.toRealPath().toString().contains("/node_modules/pm2/");
    } catch (IOException gone) {
      return true;
    }
  }

  /** What PM2 asks itself before it starts one: whether its socket takes connections. */
  private boolean daemonLives() {
    try {
      Path home = Path.of(home());
      String text = new String(head(home.resolve("pm2.pid"), 32), StandardCharsets.US_ASCII);
      int pid = Integer.parseInt(text.trim());
      ProcFs.Stat stat = proc.stat(pid);
      return stat != null
          && !stat.dead()
          && Boolean.TRUE.equals(SocketFileReader.connects(home.resolve("rpc.sock")));
    } catch (IOException | InvalidPathException | NumberFormatException none) {
      return false;
    }
  }

  /** What {@code pm2 save} wrote down: it tells what should run, not what does. */
  private List<Entry> dump() {
    try {
      List<Entry> entries = Pm2List.parse(head(Path.of(home(), "dump.pm2"), MAX_DUMP_BYTES));
      return entries == null ? List.of() : new ArrayList<>(entries);
    } catch (IOException | InvalidPathException none) {
      return List.of();
    }
  }

  private static byte[] head(Path file, int limit) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("not a regular file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(limit);
    }
  }
}
