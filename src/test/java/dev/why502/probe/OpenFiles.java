package dev.why502.probe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

/** Counts what is open, from {@code /proc}. */
final class OpenFiles {
  private OpenFiles() {}

  /** Descriptors of this process. */
  static int all() {
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      return (int) files.count();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Sockets of this host that are connected to a port, from the connecting side. */
  static int toPort(int port) {
    String remote = String.format(Locale.ROOT, ":%04X", port);
    int count = 0;
    for (String table : new String[] {"/proc/net/tcp", "/proc/net/tcp6"}) {
      try {
        for (String line : Files.readAllLines(Path.of(table))) {
          String[] words = line.trim().split("\\s+");
          // An inode of 0: nobody holds it any more, as in TIME_WAIT.
          if (words.length > 9 && words[2].endsWith(remote) && !words[9].equals("0")) {
            count++;
          }
        }
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
    return count;
  }

  /** Whether a count comes down to a value within a second. */
  static boolean settlesAt(int value, IntSupplier count) throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    for (int i = 0; i < 200; i++) {
      if (count.getAsInt() <= value) {
        return true;
      }
      if (never.await(5, TimeUnit.MILLISECONDS)) {
        return false;
      }
    }
    return false;
  }
}
