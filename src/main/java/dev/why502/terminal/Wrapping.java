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

  private static final String CLOSING = "，。、；：！？）》”’,.;:!?)";
  private static final String OPENING = "（《“‘(";

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
      String space = used > 0 ? " " : "";
      for (String part : parts(word)) {
        int wide = width(part);
        if (used > 0 && used + space.length() + wide > room) {
          lines.add(line.toString());
          line.setLength(0);
          used = 0;
          space = "";
          room = Math.max(MIN_ROOM, columns - further);
        }
        line.append(space).append(part);
        used += space.length() + wide;
        space = "";
      }
    }
    lines.add(line.toString());
    return lines;
  }

  /**
   * Where a word may be broken: Chinese has no spaces, and may be broken before each character but
   * for what closes (Unicode Standard Annex 14, classes ID and CL).
   */
  private static List<String> parts(String word) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    for (int i = 1; i < word.length(); i++) {
      char before = word.charAt(i - 1);
      char after = word.charAt(i);
      boolean breaks =
          (chinese(before) || chinese(after))
              && CLOSING.indexOf(after) < 0
              && OPENING.indexOf(before) < 0;
      if (breaks) {
        parts.add(word.substring(from, i));
        from = i;
      }
    }
    parts.add(word.substring(from));
    return parts;
  }

  private static boolean chinese(char c) {
    return c >= '\u3000' && c <= '\u303f'
        || c >= '\u4e00' && c <= '\u9fff'
        || c >= '\uff00' && c <= '\uff65';
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
