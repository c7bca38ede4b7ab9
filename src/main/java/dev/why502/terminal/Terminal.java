package dev.why502.terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What standard output is: a person's terminal, or something that reads. */
public final class Terminal {
  static final int DEFAULT_WIDTH = 100;
  private static final int NARROWEST = 40;
  private static final int WIDEST = 160;

  private Terminal() {}

  /** Colour only on a terminal, and not where NO_COLOR asks for none (no-color.org). */
  public static boolean colour() {
    String no = System.getenv("NO_COLOR");
    String type = System.getenv("TERM");
    return terminal() && (no == null || no.isEmpty()) && type != null && !type.equals("dumb");
  }

  /** System.console() is there from JDK 22 on even where nobody looks: the descriptor tells. */
  private static boolean terminal() {
    try {
      String out = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
      return out.startsWith("/dev/pts/") || out.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException unknown) {
      return false;
    }
  }

  /** Columns: what the shell exports, else a width that mail and tickets take. */
  public static int width() {
    String columns = System.getenv("COLUMNS");
    try {
      return columns == null
          ? DEFAULT_WIDTH
          : Math.max(NARROWEST, Math.min(WIDEST, Integer.parseInt(columns)));
    } catch (NumberFormatException odd) {
      return DEFAULT_WIDTH;
    }
  }
}
