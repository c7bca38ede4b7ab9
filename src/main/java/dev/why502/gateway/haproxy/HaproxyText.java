package dev.why502.gateway.haproxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Text of a configuration and of requests. HAProxy works on bytes, so everything is held with one
 * character per byte (ISO 8859-1) until it is shown.
 */
final class HaproxyText {
  /** Most characters of a line that are shown. */
  static final int MAX_SHOWN = 512;

  /** Stands in a word for what only the running process knows, a variable of its environment. */
  static final char UNKNOWN = '\uE000';

  private static final String MASK = "***";
  private static final Set<String> SECRET_HEADERS =
      Set.of("authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "apikey");

  private HaproxyText() {}

  static String bytes(String text) {
    return new String(text.getBytes(UTF_8), ISO_8859_1);
  }

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

  static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  static boolean secretHeader(String name) {
    String lower = lower(name);
    return SECRET_HEADERS.contains(lower)
        || lower.contains("token")
        || lower.contains("secret")
        || lower.contains("password")
        || lower.contains("api-key")
        || lower.contains("apikey");
  }

  /** A plain decimal number, or -1. */
  static long number(String text) {
    if (text.isEmpty() || text.length() > 18) {
      return -1;
    }
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      value = value * 10 + (c - '0');
    }
    return value;
  }

  /** "5s", "500ms", "1m"; a bare number is milliseconds; -1 for what is no time. */
  static long millis(String text) {
    int digits = 0;
    while (digits < text.length() && Character.digit(text.charAt(digits), 10) >= 0) {
      digits++;
    }
    long value = number(text.substring(0, digits));
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
    for (int i = 0; i < raw.length() && out.length() <= MAX_SHOWN; i++) {
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
    return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN);
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
    return (header && secretHeader(before) && !words.get(i).startsWith("%["))
        || ((first.equals("setenv") || first.equals("presetenv"))
            && i == 2
            && secretHeader(before.replace('_', '-')));
  }
}
