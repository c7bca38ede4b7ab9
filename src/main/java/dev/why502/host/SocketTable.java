package dev.why502.host;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads /proc/net/tcp and /proc/net/tcp6 (proc(5)). */
final class SocketTable {
  /** The kernel lists its listening sockets before all others, so this cuts none of them off. */
  static final int MAX_LINES = 200_000;

  private static final String LISTEN = "0A";

  private SocketTable() {}

  /**
   * One socket in state LISTEN.
   *
   * @param queue connections that wait to be accepted (the rx_queue column of a LISTEN socket)
   */
  record Row(String address, int port, int queue, int uid, long inode) {}

  static List<Row> listening(String table, ByteOrder order) {
    List<Row> rows = new ArrayList<>();
    int from = table.indexOf('\n') + 1;
    for (int line = 0; from > 0 && from < table.length() && line < MAX_LINES; line++) {
      int end = table.indexOf('\n', from);
      String text = table.substring(from, end < 0 ? table.length() : end);
      from = end < 0 ? table.length() : end + 1;
      Row row = row(text, order);
      if (row != null) {
        rows.add(row);
      }
    }
    return rows;
  }

  private static @Nullable Row row(String line, ByteOrder order) {
    String[] fields = line.trim().split(" +");
    if (fields.length < 10 || !fields[3].equals(LISTEN)) {
      return null;
    }
    try {
      String local = fields[1];
      int colon = local.indexOf(':');
      String queues = fields[4];
      return new Row(
          address(local.substring(0, colon), order),
          Integer.parseInt(local.substring(colon + 1), 16),
          Integer.parseUnsignedInt(queues.substring(queues.indexOf(':') + 1), 16),
          Integer.parseUnsignedInt(fields[7]),
          Long.parseLong(fields[9]));
    } catch (RuntimeException notARow) {
      return null;
    }
  }

  /**
   * The address as its text. It stands there as 32-bit words in the host's byte order. An IPv4
   * address that is mapped into IPv6 is shown as the IPv4 address, since that is what it takes.
   */
  static String address(String hex, ByteOrder order) {
    byte[] bytes = new byte[hex.length() / 2];
    for (int i = 0; i < bytes.length; i++) {
      int at = order == ByteOrder.LITTLE_ENDIAN ? (i & ~3) + 3 - (i & 3) : i;
      bytes[at] = (byte) Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16);
    }
    return IpText.of(bytes);
  }
}
