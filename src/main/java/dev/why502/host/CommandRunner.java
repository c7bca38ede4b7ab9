package dev.why502.host;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs a fixed program with an argument vector, never through a shell, in a session of its own, and
 * ends everything of that session afterwards. Blocks, for at most {@value #LIMIT_MILLIS} ms.
 */
final class CommandRunner {
  static final long LIMIT_MILLIS = 3000;
  static final int MAX_OUTPUT_BYTES = 4 * 1024 * 1024;
  static final int MAX_ERROR_BYTES = 16 * 1024;
  private static final long POLL_MILLIS = 2;

  private final ProcFs proc;
  private final Set<Integer> sessions = ConcurrentHashMap.newKeySet();

  CommandRunner(ProcFs proc) {
    this.proc = proc;
  }

  /** How a run ended. */
  enum End {
    EXITED,
    TOO_SLOW,
    TOO_MUCH,
    NOT_STARTED
  }

  /** What a run gave. No record: its text may hold secrets, and a record would print them. */
  static final class Output {
    private final End end;
    private final int status;
    private final byte[] output;
    private final String errors;

    Output(End end, int status, byte[] output, String errors) {
      this.end = end;
      this.status = status;
      this.output = output;
      this.errors = errors;
    }

    End end() {
      return end;
    }

    /** Exit status, -1 unless it exited. */
    int status() {
      return status;
    }

    byte[] output() {
      return output;
    }

    /** The start of its error output. */
    String errors() {
      return errors;
    }
  }

  /** A program on a PATH; entries that are not absolute are skipped. Null when there is none. */
  static @Nullable Path find(String program, String searchPath) {
    for (String folder : searchPath.split(":", -1)) {
      if (folder.startsWith("/") && folder.indexOf('\0') < 0) {
        Path file = Path.of(folder, program);
        if (Files.isRegularFile(file) && Files.isExecutable(file)) {
          return file;
        }
      }
    }
    return null;
  }

  /** Whether a process belongs to a run of ours. */
  boolean owns(int pid, int session) {
    return sessions.contains(pid) || sessions.contains(session);
  }

  Output run(List<String> command, Map<String, String> environment) {
    return run(command, environment, LIMIT_MILLIS);
  }

  /**
   * @param limitMillis for what must be known sooner than {@value #LIMIT_MILLIS} ms
   */
  Output run(List<String> command, Map<String, String> environment, long limitMillis) {
    List<String> arguments = new ArrayList<>();
    Path ownSession = find("setsid", "/usr/bin:/bin");
    if (ownSession != null) {
      arguments.add(ownSession.toString());
    }
    arguments.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(arguments);
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder.directory(new File("/"));
    Process process;
    try {
      process = builder.start();
    } catch (IOException failed) {
      return new Output(End.NOT_STARTED, -1, new byte[0], command.get(0) + " cannot be started");
    }
    int pid = (int) process.pid();
    sessions.add(pid);
    try {
      return follow(process, limitMillis);
    } finally {
      end(process);
      sessions.remove(pid);
    }
  }

  /**
   * Reads what is there and never waits for more than a moment: a grandchild that keeps the pipe
   * open would hold a blocking reader long after the program's end.
   */
  private static Output follow(Process process, long limitMillis) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    InputStream standard = process.getInputStream();
    InputStream error = process.getErrorStream();
    byte[] buffer = new byte[64 * 1024];
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMillis);
    try {
      while (true) {
        boolean exited = !process.isAlive();
        int read = take(standard, buffer, output, MAX_OUTPUT_BYTES + 1);
        read += take(error, buffer, errors, MAX_ERROR_BYTES);
        if (output.size() > MAX_OUTPUT_BYTES) {
          return output(End.TOO_MUCH, -1, output, errors);
        }
        if (read == 0 && exited) {
          return output(End.EXITED, process.exitValue(), output, errors);
        }
        if (System.nanoTime() - deadline > 0) {
          return output(End.TOO_SLOW, -1, output, errors);
        }
        if (read == 0) {
          process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
        }
      }
    } catch (IOException broken) {
      return output(End.NOT_STARTED, -1, output, errors);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return output(End.TOO_SLOW, -1, output, errors);
    }
  }

  private static Output output(
      End end, int status, ByteArrayOutputStream output, ByteArrayOutputStream errors) {
    return new Output(
        end,
        status,
        output.toByteArray(),
        errors.toString(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static int take(InputStream in, byte[] buffer, ByteArrayOutputStream kept, int limit)
      throws IOException {
    int ready = in.available();
    if (ready <= 0) {
      return 0;
    }
    int read = in.read(buffer, 0, Math.min(ready, buffer.length));
    kept.write(buffer, 0, Math.min(Math.max(read, 0), limit - kept.size()));
    return Math.max(read, 0);
  }

  private void end(Process process) {
    int session = (int) process.pid();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    // Orphans have another parent by now; their session still names them.
    for (int pid : proc.pids()) {
      ProcFs.Stat stat = proc.stat(pid);
      if (stat != null && stat.session() == session) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
      }
    }
    try {
      process.getInputStream().close();
      process.getErrorStream().close();
      process.getOutputStream().close();
    } catch (IOException closed) {
      // They are of no more use either way.
      return;
    }
  }
}
