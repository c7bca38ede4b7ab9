package dev.why502.exporter;

import java.util.Locale;

/** What a look met, line by line, for {@code debug=true}. Text from outside is escaped. */
final class Journal {
  static final int MOST_LINES = 500;
  static final int LONGEST = 512;

  private final StringBuilder text = new StringBuilder();
  private int lines;

  void note(String line) {
    if (lines++ < MOST_LINES) {
      text.append(printable(line)).append('\n');
    }
  }

  String text() {
    return lines > MOST_LINES ? text + "... and " + (lines - MOST_LINES) + " more\n" : "" + text;
  }

  /** One line: controls, bidi controls and halves of characters as escapes. */
  static String printable(String line) {
    StringBuilder out = new StringBuilder();
    int end = Math.min(line.length(), LONGEST);
    for (int i = 0; i < end; ) {
      int c = line.codePointAt(i);
      i += Character.charCount(c);
      int type = Character.getType(c);
      boolean hidden =
          type == Character.CONTROL
              || type == Character.FORMAT
              || type == Character.SURROGATE
              || type == Character.LINE_SEPARATOR
              || type == Character.PARAGRAPH_SEPARATOR;
      if (hidden) {
        out.append(String.format(Locale.ROOT, c < 0x100 ? "\\x%02x" : "\\u%04x", c));
      } else {
        out.appendCodePoint(c);
      }
    }
    return end < line.length() ? out + "..." : out.toString();
  }
}
