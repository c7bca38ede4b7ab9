package dev.why502.remedy;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Runs one program with an argument vector, in a session of its own. One that ends by itself may
 * leave something running, which is what starting a service means; of one that takes too long
 * nothing is left. Blocks for its timeout and the grace.
 */
final class Program {
  static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  static final long POLL_MILLIS = 5;

  /** In the environment of all that it starts, however far it goes from its session. */
  static final String MARK = "WHY502_RUN";

  private final long graceMillis;
  private volatile @Nullable Family running;

  /**
   * @param graceMillis from the request to end until the end
   */
  Program(long graceMillis) {
    this.graceMillis = graceMillis;
  }

  /**
   * How a program ended.
   *
   * @param exit null where it did not end by itself
   * @param failure in words; null where it exited with 0
   */
  record Ended(@Nullable Integer exit, @Nullable String failure, String output) {}

  Ended run(
      String id,
      Command command,
      String directory,
      long timeoutMillis,
      UnaryOperator<String> mask) {
    Path program = find(command.argv().get(0));
    if (program == null) {
      return new Ended(null, "is not there: no such executable file", "");
    }
    List<String> argv = new ArrayList<>();
    Path ownSession = find("setsid");
    if (ownSession != null) {
      argv.add(ownSession.toString());
    }
    argv.add(program.toString());
    argv.addAll(command.argv().subList(1, command.argv().size()));
    ProcessBuilder builder = new ProcessBuilder(argv);
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("PATH", PATH);
    environment.put("HOME", System.getProperty("user.home", "/"));
    environment.put("LC_ALL", "C");
    environment.putAll(command.environment());
    environment.put(MARK, id);
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder.redirectErrorStream(true);
    builder.directory(new File(directory));
    Process process;
    try {
      process = builder.start();
    } catch (IOException | IllegalArgumentException refused) {
      return new Ended(null, "could not be started in " + directory, "");
    }
    Family family = new Family(process.toHandle(), MARK + "=" + id);
    running = family;
    try {
      return follow(process, family, timeoutMillis, mask);
    } finally {
      running = null;
      close(process);
    }
  }

  /** Ends what runs now, if anything does. Callable anywhere; blocks for the grace. */
  void stop() {
    Family family = running;
    if (family != null) {
      family.end(graceMillis);
    }
  }

  /**
   * Reads what is there and waits for no more: what a program leaves running may keep the pipe open
   * for ever.
   */
  private Ended follow(
      Process process, Family family, long timeoutMillis, UnaryOperator<String> mask) {
    Output output = new Output();
    InputStream in = process.getInputStream();
    byte[] buffer = new byte[16 * 1024];
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    try {
      while (true) {
        boolean exited = !process.isAlive();
        int read = take(in, buffer, output);
        if (read == 0 && exited) {
          int status = process.exitValue();
          String failure = status == 0 ? null : "exited with " + status;
          return new Ended(status, failure, output.text(mask));
        }
        if (System.nanoTime() - deadline > 0) {
          family.end(graceMillis);
          // What it said while it cleaned up after itself is worth most.
          int late = take(in, buffer, output);
          while (late > 0) {
            late = take(in, buffer, output);
          }
          return new Ended(null, "was ended after " + timeoutMillis + " ms", output.text(mask));
        }
        if (read == 0) {
          process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
        }
      }
    } catch (IOException broken) {
      family.end(graceMillis);
      return new Ended(null, "could not be followed", output.text(mask));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      family.end(0);
      return new Ended(null, "was ended with the service", output.text(mask));
    }
  }

  private static int take(InputStream in, byte[] buffer, Output output) throws IOException {
    int ready = in.available();
    if (ready <= 0) {
      return 0;
    }
    int read = in.read(buffer, 0, Math.min(ready, buffer.length));
    if (read > 0) {
      output.add(buffer, read);
    }
    return Math.max(0, read);
  }

  private static void close(Process process) {
    try {
      process.getInputStream().close();
      process.getOutputStream().close();
    } catch (IOException closed) {
      // They are of no more use either way.
      return;
    }
  }

  /** An absolute path, or a name on the fixed PATH; null where there is no such program. */
  static @Nullable Path find(String program) {
    if (program.startsWith("/")) {
      return executable(Path.of(program));
    }
    for (String folder : PATH.split(":", -1)) {
      Path found = executable(Path.of(folder, program));
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static @Nullable Path executable(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file) ? file : null;
  }
}
