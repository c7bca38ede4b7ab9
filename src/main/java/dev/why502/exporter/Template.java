package dev.why502.exporter;

import com.google.re2j.Matcher;
import com.google.re2j.PatternSyntaxException;

/**
 * A text in which {@code ${1}}, {@code $1} and {@code ${name}} stand for what a pattern captured,
 * and {@code $$} for a dollar (Go's regexp.Expand, whose templates blackbox_exporter takes).
 */
final class Template {
  private Template() {}

  static String fill(String template, Matcher match) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (at < template.length()) {
      char c = template.charAt(at);
      if (c != '$' || at + 1 == template.length()) {
        out.append(c);
        at++;
        continue;
      }
      if (template.charAt(at + 1) == '$') {
        out.append('$');
        at += 2;
        continue;
      }
      boolean braced = template.charAt(at + 1) == '{';
      int from = at + (braced ? 2 : 1);
      int to = from;
      while (to < template.length() && word(template.charAt(to))) {
        to++;
      }
      boolean closed = !braced || (to < template.length() && template.charAt(to) == '}');
      if (to == from || !closed) {
        out.append('$');
        at++;
        continue;
      }
      out.append(group(match, template.substring(from, to)));
      at = braced ? to + 1 : to;
    }
    return out.toString();
  }

  private static boolean word(char c) {
    return c == '_' || Character.isLetterOrDigit(c);
  }

  private static String group(Matcher match, String name) {
    try {
      boolean number = name.length() <= 4 && name.chars().allMatch(c -> c >= '0' && c <= '9');
      String value =
          !number
              ? match.group(name)
              : Integer.parseInt(name) <= match.groupCount()
                  ? match.group(Integer.parseInt(name))
                  : null;
      return value == null ? "" : value;
    } catch (PatternSyntaxException | IllegalArgumentException noSuchGroup) {
      return "";
    }
  }
}
