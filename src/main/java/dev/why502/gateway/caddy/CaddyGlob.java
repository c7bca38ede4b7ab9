package dev.why502.gateway.caddy;

/**
 * Go's {@code path.Match}: {@code *} and {@code ?} do not pass a slash, {@code [a-z]} and {@code
 * [^a]} are classes, a backslash takes the next character as it is.
 */
final class CaddyGlob {
  private CaddyGlob() {}

  static boolean matches(String pattern, String name) {
    int p = 0;
    int n = 0;
    int star = -1;
    int starName = 0;
    while (n < name.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        starName = n;
        continue;
      }
      int next = p < pattern.length() ? step(pattern, p, name.charAt(n)) : -1;
      if (next >= 0) {
        p = next;
        n++;
      } else if (star >= 0 && name.charAt(starName) != '/') {
        p = star + 1;
        n = ++starName;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  /** Where the pattern goes on if its next element takes this character, else -1. */
  private static int step(String pattern, int at, char c) {
    char element = pattern.charAt(at);
    if (element == '?') {
      return c == '/' ? -1 : at + 1;
    }
    if (element == '\\' && at + 1 < pattern.length()) {
      return pattern.charAt(at + 1) == c ? at + 2 : -1;
    }
    if (element != '[') {
      return element == c ? at + 1 : -1;
    }
    int i = at + 1;
    boolean negated = i < pattern.length() && pattern.charAt(i) == '^';
    if (negated) {
      i++;
    }
    boolean hit = false;
    boolean first = true;
    while (i < pattern.length() && (first || pattern.charAt(i) != ']')) {
      first = false;
      char low = pattern.charAt(i++);
      char high = low;
      if (i + 1 < pattern.length() && pattern.charAt(i) == '-' && pattern.charAt(i + 1) != ']') {
        high = pattern.charAt(i + 1);
        i += 2;
      }
      hit |= c >= low && c <= high;
    }
    return i < pattern.length() && hit != negated ? i + 1 : -1;
  }
}
