package dev.why502.conf;

import java.util.Locale;

/** Text from a definitions file, made fit for one line of a log or a terminal. */
final class Printable {
  static final int LONGEST = 512;
  private static final int LONGEST_QUOTE = 64;

  private Printable() {}

  /** One line of at most {@value #LONGEST} characters; control and bidi characters are spelt. */
  static String of(String text) {
    return of(text, LONGEST);
  }

  /** In double quotes, short enough to stand inside a message. */
  static String quoted(String text) {
    return '"' + of(text, LONGEST_QUOTE) + '"';
  }

  private static String of(String text, int longest) {
    StringBuilder out = new StringBuilder(Math.min(text.length(), longest));
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      String shown = spelt(c);
      if (out.length() + shown.length() > longest - 1) {
        return out.append('…').toString();
      }
      out.append(shown);
      i += Character.charCount(c);
    }
    return out.toString();
  }

  private static String spelt(int c) {
    int type = Character.getType(c);
    if (type == Character.CONTROL && c < 0x100) {
      return String.format(Locale.ROOT, "\\x%02x", c);
    }
    // FORMAT holds the bidi controls, the zero-width characters and the byte order mark.
    if (type == Character.FORMAT
        || type == Character.SURROGATE
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR) {
      return String.format(Locale.ROOT, "\\u%04x", c);
    }
    return Character.toString(c);
  }
}
