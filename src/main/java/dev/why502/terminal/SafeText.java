package dev.why502.terminal;

import java.util.Locale;

/**
 * Text from outside, made safe to print: one line that cannot steer a terminal, forge a log record
 * or change the order in which the rest of the line is read (CWE-150, CWE-117). nginx writes client
 * bytes raw into its error log, so that even a line of a trusted file is text from outside.
 */
public final class SafeText {
  /** Longest text, in chars, the mark of a cut included. */
  public static final int MAX_CHARS = 512;

  private static final char CUT = '…';

  /** Marks that one character may bear; more of them cover the lines above and below. */
  private static final int MAX_MARKS = 4;

  /**
   * Letters, a mark and a symbol that nobody sees: fillers of Korean, a joiner, an empty Braille.
   */
  private static final String UNSEEN = "\u115f\u1160\u3164\uffa0\u034f\u2800";

  private SafeText() {}

  /**
   * The text on one line of at most {@value #MAX_CHARS} chars; a longer one ends with {@code …}.
   * Characters that control, reorder or hide are shown by their number: a backslash and {@code n},
   * {@code x1b}, {@code u202e} or <code>u{e0041}</code>. No escape and no surrogate pair is cut in
   * two.
   */
  public static String line(String fromOutside) {
    if (plain(fromOutside)) {
      return fromOutside;
    }
    StringBuilder out = new StringBuilder(Math.min(fromOutside.length() + 16, MAX_CHARS));
    int roomBeforeMark = 0;
    // As if full at the start: a mark there would sit on what we write before.
    int marks = MAX_MARKS;
    for (int i = 0; i < fromOutside.length(); ) {
      int codePoint = fromOutside.codePointAt(i);
      i += Character.charCount(codePoint);
      marks = Columns.marks(codePoint) ? marks + 1 : 0;
      append(out, codePoint, marks <= MAX_MARKS);
      if (out.length() < MAX_CHARS) {
        roomBeforeMark = out.length();
      } else if (out.length() > MAX_CHARS || i < fromOutside.length()) {
        out.setLength(roomBeforeMark);
        return out.append(CUT).toString();
      }
    }
    return out.toString();
  }

  /**
   * JSON text with all that {@link #line} would not show as an escape of JSON's own: the same
   * value, and nothing that a terminal obeys. Of any length; line feeds between its tokens are
   * left.
   */
  public static String json(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            codePoint -> {
              if (codePoint == '\n' || shown(codePoint)) {
                out.appendCodePoint(codePoint);
              } else {
                for (char half : Character.toChars(codePoint)) {
                  out.append(String.format(Locale.ROOT, "\\u%04x", (int) half));
                }
              }
            });
    return out.toString();
  }

  /** Whether {@link #line} would change nothing: the common case, without a copy. */
  public static boolean plain(String text) {
    if (text.length() > MAX_CHARS) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x20 || c > 0x7e) {
        return allShown(text);
      }
    }
    return true;
  }

  private static boolean allShown(String text) {
    int marks = MAX_MARKS;
    for (int i = 0; i < text.length(); ) {
      int codePoint = text.codePointAt(i);
      i += Character.charCount(codePoint);
      marks = Columns.marks(codePoint) ? marks + 1 : 0;
      if (!shown(codePoint) || marks > MAX_MARKS) {
        return false;
      }
    }
    return true;
  }

  private static void append(StringBuilder out, int codePoint, boolean fits) {
    if (fits && shown(codePoint)) {
      out.appendCodePoint(codePoint);
      return;
    }
    switch (codePoint) {
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> out.append(escape(codePoint));
    }
  }

  private static String escape(int codePoint) {
    String form = codePoint < 0x100 ? "\\x%02x" : codePoint < 0x10000 ? "\\u%04x" : "\\u{%x}";
    return String.format(Locale.ROOT, form, codePoint);
  }

  /**
   * Letters, marks, digits, punctuation and symbols are shown. What only controls (C0, DEL, C1, all
   * format characters and with them the bidi controls), separates lines, is half a pair, or has no
   * agreed shape is not; nor are spaces that pass for the space and break a configuration unseen.
   */
  private static boolean shown(int codePoint) {
    // Behind all planes in use: tags, and selectors that can carry a hidden text.
    if (codePoint >= 0xe0000 || UNSEEN.indexOf(codePoint) >= 0) {
      return false;
    }
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          false;
      case Character.SPACE_SEPARATOR -> codePoint == ' ' || codePoint == 0x3000;
      default -> true;
    };
  }
}
