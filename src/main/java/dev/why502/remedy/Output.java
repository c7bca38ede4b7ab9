package dev.why502.remedy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** What a program says: its beginning and its end, since what went wrong stands mostly there. */
final class Output {
  static final int MAX_BYTES = 64 * 1024;

  /** A little less than half: what is escaped grows, and the cut is told. */
  private static final int HALF = MAX_BYTES / 2 - 256;

  private final ByteArrayOutputStream head = new ByteArrayOutputStream();
  private final byte[] tail = new byte[HALF];
  private long past;

  void add(byte[] bytes, int length) {
    int first = Math.min(length, HALF - head.size());
    head.write(bytes, 0, first);
    for (int i = first; i < length; i++) {
      tail[(int) (past++ % HALF)] = bytes[i];
    }
  }

  /**
   * Lines that hide nothing and steer nothing. What is left out is left out by whole lines: half of
   * a secret would not be known for one.
   */
  String text(UnaryOperator<String> mask) {
    String start = head.toString(StandardCharsets.UTF_8);
    if (past == 0) {
      return bounded(safe(mask.apply(start)));
    }
    int kept = (int) Math.min(past, HALF);
    byte[] last = new byte[kept];
    for (int i = 0; i < kept; i++) {
      last[i] = tail[(int) ((past - kept + i) % HALF)];
    }
    String end = new String(last, StandardCharsets.UTF_8);
    if (past <= HALF) {
      return bounded(safe(mask.apply(start + end)));
    }
    return bounded(
        safe(mask.apply(start.substring(0, start.lastIndexOf('\n') + 1)))
            + "... "
            + (past - kept)
            + " bytes and more are left out ...\n"
            + safe(mask.apply(end.substring(end.indexOf('\n') + 1))));
  }

  private static String bounded(String text) {
    return text.length() <= MAX_BYTES ? text : text.substring(0, MAX_BYTES);
  }

  /** Line feeds and tabs stay; what controls, reorders or hides is shown by its number. */
  private static String safe(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (c == '\n' || c == '\t' || shown(c)) {
                out.appendCodePoint(c);
              } else {
                out.append(String.format(Locale.ROOT, c < 0x100 ? "\\x%02x" : "\\u{%x}", c));
              }
            });
    return out.toString();
  }

  private static boolean shown(int codePoint) {
    return codePoint < 0xe0000
        && switch (Character.getType(codePoint)) {
          case Character.CONTROL,
              Character.FORMAT,
              Character.SURROGATE,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR,
              Character.PRIVATE_USE,
              Character.UNASSIGNED ->
              false;
          default -> true;
        };
  }
}
