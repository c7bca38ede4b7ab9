package dev.why502.gateway.haproxy;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A pattern of the configuration, in linear time. What RE2 has not (look-around, back references)
 * is not known.
 */
final class HaproxyRegex {
  /** Longest text that is matched. */
  private static final int MAX_TEXT = 16 * 1024;

  private static final int MAX_PATTERN = 4 * 1024;
  private static final int MAX_KEPT = 1024;

  /** Patterns of one route; a thread has its own. */
  private final Map<String, Pattern> kept = new HashMap<>();

  @Nullable Boolean found(String pattern, boolean ignoreCase, String text) {
    Pattern compiled = pattern(pattern, ignoreCase);
    return (compiled == null || text.length() > MAX_TEXT) ? null : compiled.matcher(text).find();
  }

  /**
   * The text with what the pattern matches replaced, {@code \1} in it standing for a group; null
   * when not known.
   *
   * @param whole whether only the first match counts and all of the text gives way to it
   */
  @Nullable String replaced(
      String pattern, boolean ignoreCase, String text, String with, boolean whole, boolean all) {
    Pattern compiled = pattern(pattern, ignoreCase);
    if (compiled == null || text.length() > MAX_TEXT) {
      return null;
    }
    Matcher matcher = compiled.matcher(text);
    StringBuilder out = new StringBuilder();
    int from = 0;
    while (matcher.find() && out.length() < 4 * MAX_TEXT) {
      if (!whole) {
        out.append(text, from, matcher.start());
      }
      out.append(expanded(with, matcher));
      from = matcher.end();
      if (whole) {
        return out.toString();
      }
      if (!all || matcher.end() == matcher.start()) {
        break;
      }
    }
    return whole ? text : out.append(text, from, text.length()).toString();
  }

  private static String expanded(String with, Matcher matcher) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < with.length(); i++) {
      char c = with.charAt(i);
      char next = i + 1 < with.length() ? with.charAt(i + 1) : ' ';
      if (c == '\\' && next >= '0' && next <= '9') {
        String group = next - '0' <= matcher.groupCount() ? matcher.group(next - '0') : null;
        out.append(group == null ? "" : group);
        i++;
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  private @Nullable Pattern pattern(String pattern, boolean ignoreCase) {
    if (pattern.length() > MAX_PATTERN || !HaproxyText.known(pattern)) {
      return null;
    }
    String key = ignoreCase + pattern;
    Pattern known = kept.get(key);
    if (known == null && kept.size() < MAX_KEPT) {
      try {
        known =
            Pattern.compile(
                pattern.replace("(?<", "(?P<"), ignoreCase ? Pattern.CASE_INSENSITIVE : 0);
        kept.put(key, known);
      } catch (PatternSyntaxException e) {
        return null;
      }
    }
    return known;
  }
}
