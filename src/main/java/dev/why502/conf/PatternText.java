package dev.why502.conf;

import com.google.re2j.PatternSyntaxException;
import java.util.regex.Pattern;

/** RE2 patterns, which take linear time on any text, and small things of fixed syntax. */
final class PatternText {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9@._:][A-Za-z0-9@._:-]{0,254}");
  private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9._-]*");
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern LOOKAROUND = Pattern.compile("\\(\\?<?[=!]");
  private static final Pattern JSON_PATH =
      Pattern.compile(
          "(\\$|[^.$\\[\\]\"'\\s][^.\\[\\]\"'\\s]*)"
              + "(\\.[^.\\[\\]\"'\\s]+|\\[([0-9]{1,8}|'[^'\"\\[\\]]+'|\"[^'\"\\[\\]]+\")\\])*");

  /** Java's matcher recurses once for each segment. */
  private static final int JSON_PATH_CHARACTERS = 512;

  private PatternText() {}

  /** A pattern that RE2 takes (github.com/google/re2/wiki/Syntax). */
  static Parsed<String> re2(String text) {
    if (text.isEmpty()) {
      return Parsed.not("is empty, and would match anything");
    }
    if (text.length() > Limits.PATTERN_CHARACTERS) {
      return Parsed.not("is longer than " + Limits.PATTERN_CHARACTERS + " characters");
    }
    if (PatternSize.tooLarge(text)) {
      return Parsed.not(
          "is too large: more than "
              + PatternSize.MOST
              + " parts in all, repetitions counted, or "
              + PatternSize.DEEPEST
              + " groups in one another");
    }
    try {
      com.google.re2j.Pattern.compile(text);
      return Parsed.of(text);
    } catch (PatternSyntaxException e) {
      boolean look = LOOKAROUND.matcher(text).find();
      return Parsed.not(
          "is not an RE2 pattern: "
              + e.getDescription()
              + (look ? " (RE2 knows no lookahead and no lookbehind)" : ""));
    }
  }

  static Parsed<String> id(String text) {
    if (text.length() > Limits.ID_CHARACTERS) {
      return Parsed.not("is longer than " + Limits.ID_CHARACTERS + " characters");
    }
    return ID.matcher(text).matches()
        ? Parsed.of(text)
        : Parsed.not(
            "is not an id: lower-case letters, digits, \".\", \"_\" and \"-\","
                + " beginning with a letter or digit");
  }

  /** A name that is safe as an argument of pm2 and systemctl. */
  static Parsed<String> processName(String text) {
    return NAME.matcher(text).matches()
        ? Parsed.of(text)
        : Parsed.not(
            "is not a name of letters, digits and \"@._:-\" (at most 255, not beginning with"
                + " \"-\")");
  }

  /** RFC 9110, 5.6.2. */
  static boolean isToken(String text) {
    return TOKEN.matcher(text).matches();
  }

  /** {@code $.data[0].id}, {@code data.0.id} or {@code $['a b']}. */
  static Parsed<String> jsonPath(String text) {
    return text.length() <= JSON_PATH_CHARACTERS && JSON_PATH.matcher(text).matches()
        ? Parsed.of(text)
        : Parsed.not("is not a path such as \"$.data[0].id\"");
  }
}
