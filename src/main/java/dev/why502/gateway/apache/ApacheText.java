package dev.why502.gateway.apache;

import dev.why502.gateway.ByteText;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Words of httpd's configuration: how they are cut, and how they are shown. */
final class ApacheText {
  static final String MASK = "***";

  private ApacheText() {}

  static @Nullable String shownOrNull(@Nullable String bytes) {
    return bytes == null ? null : ByteText.shown(bytes);
  }

  static boolean blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == 0x0b;
  }

  /** A time as ap_timeout_parameter_parse reads it, in milliseconds; -1 where it is none. */
  static long millis(String text, long defaultUnitMillis) {
    int end = 0;
    while (end < text.length() && Character.isDigit(text.charAt(end))) {
      end++;
    }
    long number = ByteText.number(text.substring(0, end));
    if (number < 0 || number > Integer.MAX_VALUE) {
      return -1;
    }
    String unit = ByteText.lower(text.substring(end));
    if (unit.isEmpty()) {
      return number * defaultUnitMillis;
    }
    if (unit.startsWith("ms")) {
      return number;
    }
    return switch (unit.charAt(0)) {
      case 's' -> number * 1_000;
      case 'm' -> number * 60_000;
      case 'h' -> number * 3_600_000;
      default -> -1;
    };
  }

  /** The words of a line as ap_getword_conf cuts them. */
  static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    int at = 0;
    while (true) {
      while (at < line.length() && blank(line.charAt(at))) {
        at++;
      }
      if (at >= line.length()) {
        return words;
      }
      char quote = line.charAt(at);
      int from = at;
      if (quote == '"' || quote == '\'') {
        from++;
        at++;
        while (at < line.length() && line.charAt(at) != quote) {
          at += escaped(line, at, quote) ? 2 : 1;
        }
      } else {
        quote = 0;
        while (at < line.length() && !blank(line.charAt(at))) {
          at++;
        }
      }
      words.add(unescaped(line, from, Math.min(at, line.length()), quote));
      if (quote != 0) {
        at++;
      }
    }
  }

  private static boolean escaped(String line, int at, char quote) {
    return line.charAt(at) == '\\'
        && at + 1 < line.length()
        && (line.charAt(at + 1) == '\\' || (quote != 0 && line.charAt(at + 1) == quote));
  }

  private static String unescaped(String line, int from, int to, char quote) {
    StringBuilder out = new StringBuilder();
    for (int i = from; i < to; i++) {
      if (escaped(line, i, quote) && i + 1 < to) {
        i++;
      }
      out.append(line.charAt(i));
    }
    return out.toString();
  }

  /** The words of a line as mod_rewrite cuts them: a backslash escapes only a blank. */
  static List<String> rewriteWords(String line) {
    List<String> words = new ArrayList<>();
    int at = 0;
    while (true) {
      while (at < line.length() && blank(line.charAt(at))) {
        at++;
      }
      if (at >= line.length()) {
        return words;
      }
      char quote = line.charAt(at) == '"' || line.charAt(at) == '\'' ? line.charAt(at) : 0;
      int from = quote != 0 ? ++at : at;
      while (at < line.length()
          && (quote != 0 ? line.charAt(at) != quote : !blank(line.charAt(at)))) {
        boolean escape =
            line.charAt(at) == '\\' && at + 1 < line.length() && blank(line.charAt(at + 1));
        at += escape ? 2 : 1;
      }
      words.add(line.substring(from, Math.min(at, line.length())));
      if (quote != 0) {
        at++;
      }
    }
  }

  /** A directive as it is written, blanks collapsed, secrets masked, bounded. */
  static String directive(String name, String rest) {
    String lower = ByteText.lower(name);
    List<String> words = words(rest);
    String args = collapsed(rest);
    boolean header = lower.equals("requestheader") || lower.equals("header");
    for (int i = 0; i + 1 < words.size() && header; i++) {
      if (ByteText.secretHeader(words.get(i))) {
        args = String.join(" ", words.subList(0, i + 1)) + " " + MASK;
      }
    }
    boolean variable = lower.equals("setenv") || lower.equals("define");
    if (words.size() > 1 && variable && ByteText.secretHeader(words.get(0).replace('_', '-'))) {
      args = words.get(0) + " " + MASK;
    }
    if (lower.contains("password") || lower.contains("passphrase")) {
      args = MASK;
    }
    int secret = ByteText.lower(args).indexOf("secret=");
    if (secret >= 0) {
      int end = args.indexOf(' ', secret);
      args = args.substring(0, secret + 7) + MASK + (end < 0 ? "" : args.substring(end));
    }
    String text = ByteText.shown(args.isEmpty() ? name : name + " " + withoutUserInfo(args));
    return ByteText.bounded(text);
  }

  private static String withoutUserInfo(String text) {
    int scheme = text.indexOf("://");
    if (scheme < 0) {
      return text;
    }
    int end = scheme + 3;
    while (end < text.length() && "/?# \"".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    int at = text.lastIndexOf('@', end - 1);
    return at < scheme + 3 ? text : text.substring(0, scheme + 3) + MASK + text.substring(at);
  }

  private static String collapsed(String raw) {
    StringBuilder out = new StringBuilder();
    boolean gap = false;
    for (int i = 0; i < raw.length() && out.length() <= ByteText.MAX_SHOWN; i++) {
      char c = raw.charAt(i);
      if (blank(c)) {
        gap = true;
        continue;
      }
      if (gap && out.length() > 0) {
        out.append(' ');
      }
      gap = false;
      out.append(c);
    }
    return out.toString();
  }
}
