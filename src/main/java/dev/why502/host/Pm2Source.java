package dev.why502.host;

import dev.why502.evidence.Access;
import dev.why502.evidence.ProcessState;
import dev.why502.host.Pm2List.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs {@code pm2 jlist}. Blocks. That starts a daemon where none runs, and a prober must not: PM2
 * itself is asked only while its daemon takes connections, and a program that may or may not be PM2
 * is asked with a PM2_HOME that no daemon could live in, as PM2 opens its log there before it
 * starts one (lib/Client.js, launchDaemon).
 */
final class Pm2Source {
  /** One answer serves all who ask within this time after it came. */
  static final long FRESH_MILLIS = 500;

  private static final int MAX_DUMP_BYTES = 4 * 1024 * 1024;
  private static final String NO_HOME = "/dev/null/pm2";

  private final CommandRunner runner;
  private final Pm2Daemon daemon;
  private final Map<String, String> environment;
  private @Nullable Answer last;
  private long lastStartedNanos;
  private long lastEndedNanos;

  Pm2Source(CommandRunner runner, Pm2Daemon daemon, Map<String, String> environment) {
    this.runner = runner;
    this.daemon = daemon;
    this.environment = environment;
  }

  /**
   * Entries when the access is granted; else what the dump file says should run.
   *
   * @param nowhere whether it is sure that no daemon of PM2 runs on this host
   */
  record Answer(Access access, List<Entry> entries, boolean nowhere) {
    Answer(Access access, List<Entry> entries) {
      this(access, entries, false);
    }
  }

  /**
   * @param anew whether the answer must have been asked for after this call
   */
  Answer answer(boolean anew) {
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
      boolean nowhere = !daemon.lives() && daemon.nowhere();
      return new Answer(Access.denied("pm2 is not installed or not on PATH"), dump(), nowhere);
    }
    boolean lives = daemon.lives();
    if (!lives && Pm2Daemon.itself(program)) {
      return new Answer(Access.denied(daemon.absence()), dump(), daemon.nowhere());
    }
    Map<String, String> clean = new TreeMap<>();
    clean.put("PATH", environment.getOrDefault("PATH", ""));
    clean.put("HOME", environment.getOrDefault("HOME", "/"));
    clean.put("PM2_HOME", lives ? daemon.home() : NO_HOME);
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
              case EXITED ->
                  "pm2 jlist ended with status "
                      + output.status()
                      + " and no list"
                      + (lives ? "" : "; " + daemon.absence());
              case TOO_SLOW -> "pm2 jlist took longer than " + CommandRunner.LIMIT_MILLIS + " ms";
              case TOO_MUCH -> "pm2 jlist printed more than 4 MiB";
              case NOT_STARTED -> "pm2 could not be started";
            }),
        dump());
  }

  /** What {@code pm2 save} wrote down: it tells what should run, not what does. */
  private List<Entry> dump() {
    try {
      List<Entry> entries = Pm2List.parse(head(Path.of(daemon.home(), "dump.pm2"), MAX_DUMP_BYTES));
      return entries == null ? List.of() : entries;
    } catch (IOException | InvalidPathException none) {
      return List.of();
    }
  }

  /** How a process ended last, as the daemon's own log says it; null when it does not. */
  ProcessState.@Nullable End lastEnd(String name) {
    return Pm2Log.lastEnd(Path.of(daemon.home(), "pm2.log"), name);
  }

  static byte[] head(Path file, int limit) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("not a regular file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(limit);
    }
  }
}
