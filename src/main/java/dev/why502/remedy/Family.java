package dev.why502.remedy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A program and all that came of it: its descendants, its session, and whoever left both and still
 * has the mark in its environment (proc(5)). Blocks.
 */
final class Family {
  private static final Path PROC = Path.of("/proc");
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** Passes over all processes: who forks faster than that is left to the kernel's own limits. */
  private static final int MAX_PASSES = 200;

  private final ProcessHandle leader;
  private final byte[] mark;

  Family(ProcessHandle leader, String mark) {
    this.leader = leader;
    this.mark = mark.getBytes(StandardCharsets.UTF_8);
  }

  /** Asks all of them to end, and ends those that have not after the grace. */
  void end(long graceMillis) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(graceMillis);
    if (graceMillis > 0) {
      members().forEach(ProcessHandle::destroy);
      while (System.nanoTime() - deadline < 0 && !members().isEmpty()) {
        LockSupport.parkNanos(POLL_NANOS);
      }
    }
    for (int i = 0; i < MAX_PASSES; i++) {
      Set<ProcessHandle> left = members();
      if (left.isEmpty()) {
        return;
      }
      left.forEach(ProcessHandle::destroyForcibly);
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /** Those that live. */
  Set<ProcessHandle> members() {
    Set<ProcessHandle> all = new HashSet<>();
    if (leader.isAlive()) {
      all.add(leader);
      leader.descendants().forEach(all::add);
    }
    long self = ProcessHandle.current().pid();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path entry : entries) {
        long pid = Long.parseLong(entry.getFileName().toString());
        if (pid != self && lives(entry) && (inSession(entry) || marked(entry))) {
          ProcessHandle.of(pid).ifPresent(all::add);
        }
      }
    } catch (IOException | NumberFormatException elsewhere) {
      // Without /proc there are the descendants alone.
      return all;
    }
    return all;
  }

  /** The fields behind the name in parentheses, which may itself hold any. */
  private static String[] fields(Path entry) {
    try {
      String stat = Files.readString(entry.resolve("stat"), StandardCharsets.ISO_8859_1);
      return stat.substring(stat.lastIndexOf(')') + 2).split(" ", 6);
    } catch (IOException | IndexOutOfBoundsException gone) {
      return new String[0];
    }
  }

  private static boolean lives(Path entry) {
    String[] fields = fields(entry);
    return fields.length > 4 && !fields[0].equals("Z") && !fields[0].equals("X");
  }

  private boolean inSession(Path entry) {
    String[] fields = fields(entry);
    return fields.length > 4 && fields[3].equals(Long.toString(leader.pid()));
  }

  private boolean marked(Path entry) {
    byte[] environment;
    try {
      environment = Files.readAllBytes(entry.resolve("environ"));
    } catch (IOException notOurs) {
      return false;
    }
    int at = 0;
    for (int i = 0; i <= environment.length; i++) {
      if (i == environment.length || environment[i] == 0) {
        if (i - at == mark.length
            && java.util.Arrays.equals(environment, at, i, mark, 0, mark.length)) {
          return true;
        }
        at = i + 1;
      }
    }
    return false;
  }
}
