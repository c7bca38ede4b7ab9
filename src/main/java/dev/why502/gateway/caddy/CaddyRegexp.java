package dev.why502.gateway.caddy;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Go's regular expressions are RE2's, and so are these: linear in time. */
final class CaddyRegexp {
  private static final int MAX_LENGTH = 4096;

  private CaddyRegexp() {}

  /** Null when it is none, or too long, or holds a placeholder. */
  static @Nullable Pattern compile(String pattern) {
    if (pattern.length() > MAX_LENGTH) {
      return null;
    }
    try {
      return Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      return null;
    }
  }

  /** Surely none: what newer engines may take is not. */
  static boolean broken(String pattern) {
    return pattern.length() <= MAX_LENGTH
        && pattern.indexOf('{') < 0
        && pattern.indexOf("\\p") < 0
        && compile(pattern) == null;
  }
}
