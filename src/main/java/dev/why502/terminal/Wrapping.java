package dev.why502.terminal;

import java.util.ArrayList;
import java.util.List;

/**
 * Breaks safe text into lines that fit a terminal. A word longer than the line is left whole: half
 * a path or half an address is worse than a line that runs on.
 *
 * @param columns of the terminal; 0 for a line without end, as a file or a pipe has
 */
public record Wrapping(int columns) {
  /** Narrower than this nothing readable fits, so that it is taken as the least. */
  private static final int MIN_ROOM = 24;

  /**
   * The lines of a text.
   *
   * @param first columns that are taken already on the first line
   * @param further columns that are taken on each line after it
   */
  public List<String> lines(String text, int first, int further) {
    if (columns <= 0) {
      return List.of(text);
    }
    int room = Math.max(MIN_ROOM, columns - first);
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    int used = 0;
    for (String word : text.split(" ", -1)) {
      int wide = width(word);
      if (used > 0 && used + 1 + wide > room) {
        lines.add(line.toString());
        line.setLength(0);
        used = 0;
        room = Math.max(MIN_ROOM, columns - further);
      }
      if (used > 0) {
        line.append(' ');
        used++;
      }
      line.append(word);
      used += wide;
    }
    lines.add(line.toString());
    return lines;
  }

  /** Columns that safe text takes: Chinese, Japanese and Korean characters are two wide. */
  public static int width(String text) {
    return text.codePoints().map(Wrapping::width).sum();
  }

  public static String pad(String text, int columns) {
    return text + " ".repeat(Math.max(0, columns - width(text)));
  }

  /** As much of safe text as these columns hold; what is cut ends with {@code …}. */
  public static String cut(String text, int columns) {
    if (width(text) <= columns) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    int used = 1;
    for (int i = 0; i < text.length(); ) {
      int codePoint = text.codePointAt(i);
      used += width(codePoint);
      if (used > columns) {
        break;
      }
      out.appendCodePoint(codePoint);
      i += Character.charCount(codePoint);
    }
    return out.append('…').toString();
  }

  private static int width(int codePoint) {
    if (codePoint < 0x300) {
      return 1;
    }
    int type = Character.getType(codePoint);
    if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
      return 0;
    }
    return wide(codePoint) ? 2 : 1;
  }

  private static boolean wide(int codePoint) {
    return (codePoint >= 0x1100 && codePoint <= 0x115f)
        || (codePoint >= 0x2e80 && codePoint <= 0xa4cf)
        || (codePoint >= 0xac00 && codePoint <= 0xd7a3)
        || (codePoint >= 0xf900 && codePoint <= 0xfaff)
        || (codePoint >= 0xfe30 && codePoint <= 0xfe6f)
        || (codePoint >= 0xff00 && codePoint <= 0xff60)
        || (codePoint >= 0xffe0 && codePoint <= 0xffe6)
        || (codePoint >= 0x1f300 && codePoint <= 0x1faff)
        || (codePoint >= 0x20000 && codePoint <= 0x3fffd);
  }
}
