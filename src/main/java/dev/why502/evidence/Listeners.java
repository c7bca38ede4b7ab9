package dev.why502.evidence;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The TCP sockets in state LISTEN of our network namespace (proc(5), /proc/net/tcp and tcp6).
 *
 * @param rows ordered by port, then address
 */
public record Listeners(Instant at, Access access, List<Row> rows) implements Evidence {
  /** Rows that the summary names. */
  private static final int SHOWN = 8;

  public Listeners {
    rows = List.copyOf(rows);
  }

  /**
   * One listening socket.
   *
   * @param address without brackets: {@code 127.0.0.1}, {@code ::1}, {@code 0.0.0.0}, {@code ::}
   * @param both whether a {@code ::} socket takes IPv4 too; null when not known
   * @param queue connections that wait to be accepted, -1 when not known
   * @param backlog the accept queue's limit, -1 when not known
   * @param pid of a holder, 0 when not known
   * @param command name of the holder, or null
   */
  public record Row(
      String address,
      int port,
      @Nullable Boolean both,
      int queue,
      int backlog,
      int uid,
      int pid,
      @Nullable String command) {
    public String text() {
      return (address.indexOf(':') >= 0 ? "[" + address + "]" : address) + ":" + port;
    }

    /** "node, pid 4711", or "a process of uid 1000". */
    public String holder() {
      return command == null
          ? "a process of uid " + uid
          : command + (pid > 0 ? ", pid " + pid : "");
    }
  }

  @Override
  public Kind kind() {
    return Kind.LISTENER;
  }

  @Override
  public String summary() {
    if (!access.readable()) {
      return "listeners could not be read: " + access.why();
    }
    if (rows.isEmpty()) {
      return "no TCP socket listens at the ports in question";
    }
    StringBuilder text = new StringBuilder("listening: ");
    for (int i = 0; i < Math.min(rows.size(), SHOWN); i++) {
      Row row = rows.get(i);
      text.append(i == 0 ? "" : ", ").append(row.text());
      if (row.command() != null) {
        text.append(" (").append(row.holder()).append(")");
      }
    }
    return text.append(rows.size() > SHOWN ? ", ..." : "").toString();
  }
}
