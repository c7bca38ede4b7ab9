package dev.why502.gateway.haproxy;

import dev.why502.gateway.ByteText;
import dev.why502.gateway.Ip;
import org.jspecify.annotations.Nullable;

/** How a value is held against a pattern ({@code -m METHOD}). */
final class HaproxyMatch {
  /** What {@code -m} names. */
  enum Method {
    STR,
    BEG,
    END,
    SUB,
    DIR,
    DOM,
    REG,
    INT,
    IP,
    LEN,
    BOOL,
    FOUND
  }

  /**
   * A pattern.
   *
   * @param value what a map has beside it, "" else
   */
  record Pattern(String key, String value) {}

  private final Method method;
  private final boolean ignoreCase;
  private final HaproxyRegex regex;

  HaproxyMatch(Method method, boolean ignoreCase, HaproxyRegex regex) {
    this.method = method;
    this.ignoreCase = ignoreCase;
    this.regex = regex;
  }

  /** Null for a method that is not known. */
  static @Nullable Method method(String name) {
    for (Method method : Method.values()) {
      if (ByteText.lower(method.name()).equals(name)) {
        return method;
      }
    }
    return null;
  }

  /** Null when it cannot be told. */
  @Nullable Boolean fits(String pattern, String value) {
    if (!HaproxyText.known(pattern) || !HaproxyText.known(value)) {
      return null;
    }
    String key = ignoreCase && method != Method.REG ? ByteText.lower(pattern) : pattern;
    String text = ignoreCase && method != Method.REG ? ByteText.lower(value) : value;
    return switch (method) {
      case STR -> text.equals(key);
      case BEG -> text.startsWith(key);
      case END -> text.endsWith(key);
      case SUB -> text.contains(key);
      case DIR -> word(text, key, "/?");
      case DOM -> word(text, key, "/?.:");
      case REG -> regex.found(pattern, ignoreCase, value);
      case LEN -> number(key, text.length());
      case INT -> {
        long number = ByteText.number(text.startsWith("-") ? text.substring(1) : text);
        yield number < 0 ? Boolean.FALSE : number(key, text.startsWith("-") ? -number : number);
      }
      case IP -> !Ip.literal(text) ? Boolean.FALSE : Ip.in(pattern, value);
      case BOOL -> !text.equals("0");
      case FOUND -> true;
    };
  }

  /** Whether a part between delimiters is the pattern, whose own outer delimiters do not count. */
  private static boolean word(String text, String pattern, String delimiters) {
    int from = 0;
    int to = pattern.length();
    while (from < to && delimiters.indexOf(pattern.charAt(from)) >= 0) {
      from++;
    }
    while (to > from && delimiters.indexOf(pattern.charAt(to - 1)) >= 0) {
      to--;
    }
    String sought = pattern.substring(from, to);
    if (sought.isEmpty()) {
      return false;
    }
    for (int at = text.indexOf(sought); at >= 0; at = text.indexOf(sought, at + 1)) {
      int end = at + sought.length();
      boolean before = at == 0 || delimiters.indexOf(text.charAt(at - 1)) >= 0;
      boolean after = end == text.length() || delimiters.indexOf(text.charAt(end)) >= 0;
      if (before && after) {
        return true;
      }
    }
    return false;
  }

  /** "80", "1024:65535", ":1023"; null for what is no number. */
  private static @Nullable Boolean number(String pattern, long value) {
    int colon = pattern.indexOf(':');
    if (colon < 0) {
      long only = ByteText.number(pattern);
      return only < 0 ? null : value == only;
    }
    String low = pattern.substring(0, colon);
    String high = pattern.substring(colon + 1);
    long from = low.isEmpty() ? Long.MIN_VALUE : ByteText.number(low);
    long to = high.isEmpty() ? Long.MAX_VALUE : ByteText.number(high);
    return (from == -1 || to == -1) ? null : value >= from && value <= to;
  }
}
