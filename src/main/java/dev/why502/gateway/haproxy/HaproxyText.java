package dev.why502.gateway.haproxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.why502.gateway.ByteText;
import org.jspecify.annotations.Nullable;

/** Words of a configuration, of which some are known only while HAProxy runs. */
final class HaproxyText {
  /** Stands in a word for what only the running process knows, a variable of its environment. */
  static final char UNKNOWN = '\uE000';

  private static final String MASK = "***";

  private HaproxyText() {}

  static String shown(String bytes) {
    for (int i = 0; i < bytes.length(); i++) {
      if (bytes.charAt(i) > 127 && bytes.charAt(i) < 256) {
        return new String(bytes.replace(UNKNOWN, '?').getBytes(ISO_8859_1), UTF_8);
      }
    }
    return bytes.replace(UNKNOWN, '?');
  }

  static @Nullable String shownOrNull(@Nullable String bytes) {
    return bytes == null ? null : shown(bytes);
  }

  static boolean known(String word) {
    return word.indexOf(UNKNOWN) < 0;
  }

  /** "5s", "500ms", "1m"; a bare number is milliseconds; -1 for what is no time. */
  static long millis(String text) {
    int digits = 0;
    while (digits < text.length() && Character.digit(text.charAt(digits), 10) >= 0) {
      digits++;
    }
    long value = ByteText.number(text.substring(0, digits));
    if (value < 0) {
      return -1;
    }
    return switch (text.substring(digits)) {
      case "", "ms" -> value;
      case "us" -> (value + 999) / 1000;
      case "s" -> value * 1000;
      case "m" -> value * 60_000;
      case "h" -> value * 3_600_000;
      case "d" -> value * 86_400_000;
      default -> -1;
    };
  }

  /**
   * A line as it is written, blanks collapsed, secrets masked, bounded.
   *
   * @param raw without its comment
   */
  static String line(String raw, java.util.List<String> words) {
    StringBuilder out = new StringBuilder();
    boolean blank = false;
    for (int i = 0; i < raw.length() && out.length() <= ByteText.MAX_SHOWN; i++) {
      char c = raw.charAt(i);
      if (c == ' ' || c == '\t' || c == '\r') {
        blank = true;
        continue;
      }
      if (blank && out.length() > 0) {
        out.append(' ');
      }
      blank = false;
      out.append(c);
    }
    String text = out.toString();
    for (int i = 1; i < words.size(); i++) {
      String word = words.get(i);
      if (secret(words, i) && !word.isEmpty()) {
        text = text.replace(word, MASK);
      }
    }
    text = shown(text);
    return ByteText.bounded(text);
  }

  private static boolean secret(java.util.List<String> words, int i) {
    String first = words.get(0);
    String before = words.get(i - 1);
    if (first.equals("user") && (before.equals("password") || before.equals("insecure-password"))) {
      return true;
    }
    if (first.equals("stats") && before.equals("auth")) {
      return true;
    }
    boolean header =
        i >= 2
            && (words.get(i - 2).equals("set-header")
                || words.get(i - 2).equals("add-header")
                || words.get(i - 2).equals("hdr"));
    return (header && ByteText.secretHeader(before) && !words.get(i).startsWith("%["))
        || ((first.equals("setenv") || first.equals("presetenv"))
            && i == 2
            && ByteText.secretHeader(before.replace('_', '-')));
  }
}
