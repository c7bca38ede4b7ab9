package dev.why502.host;

import java.nio.charset.StandardCharsets;

/** Reads /proc/net/unix (proc(5)). */
final class UnixTable {
  /** __SO_ACCEPTCON of the flags column: the socket listens. */
  private static final long LISTENS = 0x10000;

  private static final int COLUMNS_BEFORE_PATH = 7;

  private UnixTable() {}

  /** Whether a listening socket was bound with this path. */
  static boolean listens(String table, String path) {
    // The table was read byte by byte, so the path is compared byte by byte.
    String wanted = new String(path.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    int at = table.indexOf(wanted);
    while (at >= 0) {
      int end = at + wanted.length();
      if (end == table.length() || table.charAt(end) == '\n') {
        int line = table.lastIndexOf('\n', at) + 1;
        String[] columns = table.substring(line, at).trim().split(" +");
        if (columns.length == COLUMNS_BEFORE_PATH && (flags(columns[3]) & LISTENS) != 0) {
          return true;
        }
      }
      at = table.indexOf(wanted, at + 1);
    }
    return false;
  }

  private static long flags(String hex) {
    try {
      return Long.parseLong(hex, 16);
    } catch (NumberFormatException notFlags) {
      return 0;
    }
  }
}
