package dev.why502.diagnosis;

import java.util.regex.Pattern;

/**
 * Words for a POSIX shell, and for sed(1): what is inserted into a step can do nothing of its own.
 */
final class Quote {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._:/@%+=,-]+");

  private Quote() {}

  static String shell(String word) {
    if (PLAIN.matcher(word).matches() && !word.startsWith("-")) {
      return word;
    }
    return "'" + word.replace("'", "'\\''") + "'";
  }

  /** Whether a text from outside may stand in a step at all. */
  static boolean printable(String word) {
    return word.chars().allMatch(c -> c >= 0x20 && c < 0x7f);
  }

  static String sedPattern(String literal) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < literal.length(); i++) {
      char c = literal.charAt(i);
      if ("\\.*[]^$|/".indexOf(c) >= 0) {
        out.append('\\');
      }
      out.append(c);
    }
    return out.toString();
  }

  static String sedReplacement(String literal) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < literal.length(); i++) {
      char c = literal.charAt(i);
      if ("\\&|".indexOf(c) >= 0) {
        out.append('\\');
      }
      out.append(c);
    }
    return out.toString();
  }
}
