package dev.why502.host;

import dev.why502.definition.ProcessSelector;
import dev.why502.evidence.Access;
import dev.why502.evidence.ProcessState;
import dev.why502.evidence.ProcessState.Condition;
import dev.why502.host.Pm2List.Entry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The state of a process that PM2 keeps. Blocks. */
final class Pm2 {
  /** Time between two looks that tell a restarting process from a restarted one. */
  static final long SECOND_LOOK_MILLIS = 400;

  static final long YOUNG_MILLIS = 30_000;
  static final int MANY_RESTARTS = 3;

  /** Of several instances, the one in the first of these states stands for all. */
  private static final List<Condition> TELLING =
      List.of(
          Condition.RUNNING,
          Condition.FROZEN,
          Condition.CRASH_LOOP,
          Condition.NOT_KNOWN,
          Condition.STOPPED);

  private final ProcFs proc;
  private final Pm2Source source;
  private final Pm2History history = new Pm2History();
  private final InstantSource clock;

  Pm2(ProcFs proc, CommandRunner runner, Map<String, String> environment, InstantSource clock) {
    this.proc = proc;
    this.source = new Pm2Source(runner, new Pm2Daemon(proc, environment), environment);
    this.clock = clock;
  }

  ProcessState state(String probe, ProcessSelector selector) {
    Pm2Source.Answer answer = source.answer(false);
    List<Entry> mine = named(answer, selector.name());
    if (answer.nowhere() && !mine.isEmpty()) {
      return unmanaged(probe, selector, mine.get(0));
    }
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
      Pm2Source.Answer second = source.answer(true);
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
      boolean grew = history.grew(selector.name() + "/" + i, entry.restarts(), now);
      Condition condition = condition(entry, i < before.size() ? before.get(i) : null, grew);
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
    ProcessState.End end = source.lastEnd(selector.name());
    boolean signalled = end != null && end.signal() != null;
    // Of what a signal ended, the list says that it ended with status 0.
    Integer exit = signalled && Objects.equals(entry.exitCode(), 0) ? null : entry.exitCode();
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
        entry.errorLog(),
        end);
  }

  /** As after a restart of the host for which nobody called {@code pm2 startup}. */
  private ProcessState unmanaged(String probe, ProcessSelector selector, Entry entry) {
    return new ProcessState(
        probe,
        selector,
        clock.instant(),
        Access.GRANTED,
        true,
        "kept in dump.pm2, and no PM2 daemon runs",
        Condition.UNMANAGED,
        0,
        -1,
        -1,
        null,
        null,
        List.copyOf(entry.ports()),
        entry.directory(),
        entry.errorLog(),
        source.lastEnd(selector.name()));
  }

  private static List<Entry> named(Pm2Source.Answer answer, String name) {
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

  /**
   * @param before the same process some 400 ms ago, or null
   * @param grewLately whether it restarted more than once since the looks of the last minutes
   */
  private Condition condition(Entry entry, @Nullable Entry before, boolean grewLately) {
    return switch (word(entry)) {
      case "errored", "waiting restart" -> Condition.CRASH_LOOP;
      case "stopped", "stopping" -> Condition.STOPPED;
      case "online" -> {
        boolean grew =
            before != null
                && (entry.restarts() > before.restarts()
                    || entry.startedMillis() > before.startedMillis());
        if (grew || (suspect(entry, clock.instant()) && (entry.unstable() > 0 || grewLately))) {
          yield Condition.CRASH_LOOP;
        }
        Condition condition = alive(entry.pid());
        // Said to be online, started many times, a moment ago too, and dead: between two deaths.
        yield condition == Condition.NOT_KNOWN && before != null && dead(entry.pid())
            ? Condition.CRASH_LOOP
            : condition;
      }
      case "launching" -> alive(entry.pid());
      default -> Condition.NOT_KNOWN;
    };
  }

  private boolean dead(int pid) {
    return pid <= 0 || Life.of(proc, pid) == Life.DEAD;
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
}
