package dev.why502.terminal;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What standard output is: a person's terminal, or something that reads.
 *
 * @param interactive whether a person looks at it
 * @param colour whether colours are wanted
 * @param columns that a line may take
 * @param rows of the screen
 */
public record Terminal(boolean interactive, boolean colour, int columns, int rows) {
  /** Where nobody looks: a width that mail and tickets take. */
  static final int DEFAULT_COLUMNS = 100;

  /** Of a terminal that does not tell, as the terminals were that others imitate. */
  static final int USUAL_COLUMNS = 80;

  static final int USUAL_ROWS = 24;
  private static final int NARROWEST = 40;

  /** Longer lines are hard to read, however wide the screen is. */
  private static final int WIDEST = 160;

  private static final int ASKING_MILLIS = 500;

  /** Standard output as it is now; asks the terminal for its size, which takes milliseconds. */
  public static Terminal out() {
    String device = device();
    return of(device != null, System.getenv(), () -> size(String.valueOf(device)));
  }

  /**
   * The same from what was found.
   *
   * @param size asked for rows and columns as {@code stty size} prints them, null where it does not
   *     say; asked only of a terminal
   */
  static Terminal of(
      boolean interactive, Map<String, String> environment, Supplier<@Nullable String> size) {
    int[] told = interactive ? parse(size.get()) : new int[] {0, 0};
    int columns = number(environment.get("COLUMNS"));
    if (columns == 0) {
      columns = told[1] > 0 ? told[1] : interactive ? USUAL_COLUMNS : DEFAULT_COLUMNS;
    }
    return new Terminal(
        interactive,
        colour(interactive, environment),
        Math.max(NARROWEST, Math.min(WIDEST, columns)),
        told[0] > 0 ? told[0] : USUAL_ROWS);
  }

  /**
   * NO_COLOR asks for none (no-color.org) and wins; FORCE_COLOR and CLICOLOR_FORCE ask for some
   * even where nobody looks (force-color.org, bixense.com/clicolors); else a terminal that can.
   */
  private static boolean colour(boolean interactive, Map<String, String> environment) {
    if (!environment.getOrDefault("NO_COLOR", "").isEmpty()) {
      return false;
    }
    String force = environment.getOrDefault("FORCE_COLOR", "");
    if (force.isEmpty()) {
      force = environment.getOrDefault("CLICOLOR_FORCE", "");
    }
    if (!force.isEmpty()) {
      return !force.equals("0") && !force.equals("false");
    }
    String type = environment.getOrDefault("TERM", "");
    return interactive
        && !type.isEmpty()
        && !type.equals("dumb")
        && !"0".equals(environment.get("CLICOLOR"));
  }

  /** The terminal that standard output is; null where it is none. */
  private static @Nullable String device() {
    try {
      String out = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
      boolean terminal =
          out.startsWith("/dev/pts/") || out.startsWith("/dev/tty") || out.equals("/dev/console");
      return terminal ? out : null;
    } catch (IOException | UnsupportedOperationException noProc) {
      return told() ? "/dev/tty" : null;
    }
  }

  /** Without /proc: the standard output that a child inherits is ours. */
  private static boolean told() {
    try {
      Process asked =
          new ProcessBuilder("test", "-t", "1")
              .redirectOutput(ProcessBuilder.Redirect.INHERIT)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        return asked.waitFor(ASKING_MILLIS, TimeUnit.MILLISECONDS) && asked.exitValue() == 0;
      } finally {
        asked.destroyForcibly();
      }
    } catch (IOException unusable) {
      return false;
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static @Nullable String size(String device) {
    try {
      Process asked =
          new ProcessBuilder("stty", "size")
              .redirectInput(new File(device))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        return asked.waitFor(ASKING_MILLIS, TimeUnit.MILLISECONDS)
            ? new String(asked.getInputStream().readNBytes(32), StandardCharsets.US_ASCII)
            : null;
      } finally {
        asked.destroyForcibly();
      }
    } catch (IOException unusable) {
      return null;
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  /** Rows and columns, each 0 where it is not told: a serial line says "0 0". */
  private static int[] parse(@Nullable String size) {
    String[] parts = size == null ? new String[0] : size.strip().split(" ", -1);
    return parts.length == 2 ? new int[] {number(parts[0]), number(parts[1])} : new int[] {0, 0};
  }

  private static int number(@Nullable String text) {
    return text != null && text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
  }
}
