package dev.why502.gateway.apache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Text of httpd's configuration and of requests. httpd works on bytes, so everything is held with
 * one character per byte (ISO 8859-1) until it is shown.
 */
final class ApacheText {
  /** Most characters of a directive that are shown. */
  static final int MAX_SHOWN = 512;

  static final String MASK = "***";
  private static final Set<String> SECRET_HEADERS =
      Set.of("authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "apikey");

  private ApacheText() {}

  static String bytes(String text) {
    return new String(text.getBytes(UTF_8), ISO_8859_1);
  }

  static String shown(String bytes) {
    for (int i = 0; i < bytes.length(); i++) {
      if (bytes.charAt(i) > 127) {
        return new String(bytes.getBytes(ISO_8859_1), UTF_8);
      }
    }
    return bytes;
  }

  static @Nullable String shownOrNull(@Nullable String bytes) {
    return bytes == null ? null : shown(bytes);
  }

  static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  static boolean blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == 0x0b;
  }

  /** A number without sign, -1 where it is none. */
  static long number(String text) {
    if (text.isEmpty() || text.length() > 18) {
      return -1;
    }
    long number = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      number = number * 10 + (c - '0');
    }
    return number;
  }

  /** A time as ap_timeout_parameter_parse reads it, in milliseconds; -1 where it is none. */
  static long millis(String text, long defaultUnitMillis) {
    int end = 0;
    while (end < text.length() && Character.isDigit(text.charAt(end))) {
      end++;
    }
    long number = number(text.substring(0, end));
    if (number < 0 || number > Integer.MAX_VALUE) {
      return -1;
    }
    String unit = lower(text.substring(end));
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

  static boolean secretHeader(String name) {
    String lower = lower(name);
    return SECRET_HEADERS.contains(lower)
        || lower.contains("token")
        || lower.contains("secret")
        || lower.contains("password")
        || lower.contains("api-key")
        || lower.contains("apikey");
  }

  /** A directive as it is written, blanks collapsed, secrets masked, bounded. */
  static String directive(String name, String rest) {
    String lower = lower(name);
    List<String> words = words(rest);
    String args = collapsed(rest);
    boolean header = lower.equals("requestheader") || lower.equals("header");
    for (int i = 0; i + 1 < words.size() && header; i++) {
      if (secretHeader(words.get(i))) {
        args = String.join(" ", words.subList(0, i + 1)) + " " + MASK;
      }
    }
    boolean variable = lower.equals("setenv") || lower.equals("define");
    if (words.size() > 1 && variable && secretHeader(words.get(0).replace('_', '-'))) {
      args = words.get(0) + " " + MASK;
    }
    if (lower.contains("password") || lower.contains("passphrase")) {
      args = MASK;
    }
    int secret = lower(args).indexOf("secret=");
    if (secret >= 0) {
      int end = args.indexOf(' ', secret);
      args = args.substring(0, secret + 7) + MASK + (end < 0 ? "" : args.substring(end));
    }
    String text = shown(args.isEmpty() ? name : name + " " + withoutUserInfo(args));
    return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN);
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
    for (int i = 0; i < raw.length() && out.length() <= MAX_SHOWN; i++) {
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
