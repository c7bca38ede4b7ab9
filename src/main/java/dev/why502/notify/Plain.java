package dev.why502.notify;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.IntFunction;

/**
 * Text from outside on its way to people: one line that steers nothing. What controls, reorders or
 * hides is spelt by its number, so that no line of a mail's head, no mention and no second line of
 * a chat can come out of a peer's words.
 */
final class Plain {
  private static final String CUT = "…";

  private Plain() {}

  /** One line of at most so many chars, a cut marked with {@code …}. */
  static String line(String text, int most) {
    return within(text, most, Plain::shown);
  }

  /** The same with each character written as a format wants it, the result no longer than given. */
  static String within(String text, int most, IntFunction<String> writer) {
    StringBuilder out = new StringBuilder(Math.min(text.length(), most));
    int roomForMark = 0;
    for (int i = 0; i < text.length(); ) {
      int codePoint = text.codePointAt(i);
      i += Character.charCount(codePoint);
      out.append(writer.apply(codePoint));
      if (out.length() > most) {
        out.setLength(roomForMark);
        return out.append(CUT).toString();
      }
      if (out.length() < most) {
        roomForMark = out.length();
      }
    }
    return out.toString();
  }

  /** Whole lines of a text, as many as fit into so many bytes of UTF-8. */
  static String lines(Iterable<String> lines, int mostBytes) {
    StringBuilder out = new StringBuilder();
    int left = mostBytes - CUT.getBytes(StandardCharsets.UTF_8).length - 1;
    for (String line : lines) {
      left -= line.getBytes(StandardCharsets.UTF_8).length + 1;
      if (left < 0) {
        return out.append(CUT).toString();
      }
      out.append(line).append('\n');
    }
    return out.toString().stripTrailing();
  }

  static String shown(int codePoint) {
    if (!hidden(codePoint)) {
      return Character.toString(codePoint);
    }
    return switch (codePoint) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default ->
          String.format(
              Locale.ROOT,
              codePoint < 0x100 ? "\\x%02x" : codePoint < 0x10000 ? "\\u%04x" : "\\u{%x}",
              codePoint);
    };
  }

  private static boolean hidden(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          true;
      // Tags and selectors behind all planes in use can carry a text that nobody sees.
      default -> codePoint >= 0xe0000;
    };
  }
}
