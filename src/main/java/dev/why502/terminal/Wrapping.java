package dev.why502.terminal;

import java.util.ArrayList;
import java.util.List;

/**
 * Breaks safe text into lines that fit a terminal: at blanks, and between the characters of
 * Chinese, Japanese and Korean, which have none. A word longer than the line is left whole: half a
 * path or half an address is worse than a line that runs on.
 *
 * @param columns of the terminal; 0 for a line without end, as a file or a pipe has
 */
public record Wrapping(int columns) {
  /** Narrower than this nothing readable fits, so that it is taken as the least. */
  private static final int MIN_ROOM = 24;

  /** What no line may begin with, and what none may end with (JLReq 3.1, CLReq 3.1). */
  private static final String NOT_FIRST = "、。，．：；？！）］｝」』】》〉〕〗〙…‥—～·”’％‰々ー";

  private static final String NOT_LAST = "（［｛「『【《〈〔〖〘“‘￥＄";

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
      boolean blank = true;
      for (String piece : pieces(word)) {
        int wide = width(piece);
        int before = blank ? 1 : 0;
        if (used > 0 && used + before + wide > room) {
          lines.add(line.toString());
          line.setLength(0);
          used = 0;
          room = Math.max(MIN_ROOM, columns - further);
        }
        if (used > 0 && blank) {
          line.append(' ');
          used++;
        }
        line.append(piece);
        used += wide;
        blank = false;
      }
    }
    lines.add(line.toString());
    return lines;
  }

  /** Parts of a word between which a line may be broken. */
  private static List<String> pieces(String word) {
    if (word.chars().allMatch(c -> c < 0x1100)) {
      return List.of(word);
    }
    List<String> pieces = new ArrayList<>();
    int from = 0;
    int before = -1;
    for (int i = 0; i < word.length(); ) {
      int codePoint = word.codePointAt(i);
      if (before >= 0 && parted(before, codePoint)) {
        pieces.add(word.substring(from, i));
        from = i;
      }
      if (!Columns.marks(codePoint)) {
        before = codePoint;
      }
      i += Character.charCount(codePoint);
    }
    pieces.add(word.substring(from));
    return pieces;
  }

  private static boolean parted(int before, int after) {
    return (Columns.wide(before) || Columns.wide(after))
        && !Columns.marks(after)
        && NOT_FIRST.indexOf(after) < 0
        && NOT_LAST.indexOf(before) < 0
        // A mark of Latin text behind a Chinese word: nothing begins with one.
        && ",.;:!?)]}%".indexOf(after) < 0
        && "([{".indexOf(before) < 0;
  }

  /** Columns that safe text takes: Chinese, Japanese and Korean characters are two wide. */
  public static int width(String text) {
    return text.codePoints().map(Columns::of).sum();
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
      used += Columns.of(codePoint);
      if (used > columns) {
        break;
      }
      out.appendCodePoint(codePoint);
      i += Character.charCount(codePoint);
    }
    return out.append('…').toString();
  }
}
