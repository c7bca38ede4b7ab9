package dev.why502.host;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What /proc does not tell of listening TCP sockets: the limit of the accept queue, and whether an
 * IPv6 socket takes IPv4 as well. Only the kernel's sock_diag(7) does, and a Java program cannot
 * speak netlink; so ss(8) of iproute2 is asked where it is installed. Blocks.
 */
final class SocketQueues {
  /** The listeners themselves must not come late for it. */
  static final long LIMIT_MILLIS = 800;

  private static final int MAX_LINES = 20_000;

  private final CommandRunner runner;
  private final Map<String, String> environment;

  SocketQueues(CommandRunner runner, Map<String, String> environment) {
    this.runner = runner;
    this.environment = environment;
  }

  /**
   * One listening socket.
   *
   * @param backlog the accept queue's limit, -1 when not known
   * @param both whether it takes IPv4 and IPv6, null when not known or IPv4
   */
  record Queue(int backlog, @Nullable Boolean both) {
    static final Queue NOT_KNOWN = new Queue(-1, null);
  }

  /** By inode; empty where ss is not there or does not answer. */
  Map<Long, Queue> read() {
    String searchPath = environment.getOrDefault("PATH", "");
    Path program = CommandRunner.find("ss", searchPath);
    if (program == null) {
      return Map.of();
    }
    CommandRunner.Output output =
        runner.run(
            List.of(program.toString(), "-H", "-l", "-t", "-n", "-e"),
            Map.of("PATH", searchPath, "LC_ALL", "C"),
            LIMIT_MILLIS);
    return output.end() == CommandRunner.End.EXITED && output.status() == 0
        ? parse(new String(output.output(), StandardCharsets.ISO_8859_1))
        : Map.of();
  }

  /** Lines of {@code ss -H -l -t -n -e}: state, waiting, limit, address, peer, details. */
  static Map<Long, Queue> parse(String text) {
    Map<Long, Queue> queues = new HashMap<>();
    int lines = 0;
    for (String line : text.split("\n")) {
      if (++lines > MAX_LINES) {
        break;
      }
      String[] fields = line.trim().split("\\s+");
      if (fields.length < 6 || !fields[0].equals("LISTEN")) {
        continue;
      }
      long inode = -1;
      Boolean only = null;
      for (int i = 5; i < fields.length; i++) {
        if (fields[i].startsWith("ino:")) {
          inode = number(fields[i].substring(4));
        } else if (fields[i].startsWith("v6only:")) {
          only = !fields[i].equals("v6only:0");
        }
      }
      long backlog = number(fields[2]);
      if (inode > 0) {
        queues.put(
            inode,
            new Queue(
                backlog >= 0 && backlog <= Integer.MAX_VALUE ? (int) backlog : -1,
                only == null ? null : !only));
      }
    }
    return queues;
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException none) {
      return -1;
    }
  }
}
