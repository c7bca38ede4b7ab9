package dev.why502.gateway;

/** Patterns of glob(7): names of files, and with httpd also paths and hosts. */
public final class Glob {
  private Glob() {}

  public static boolean wild(String pattern) {
    return pattern.indexOf('*') >= 0 || pattern.indexOf('?') >= 0 || pattern.indexOf('[') >= 0;
  }

  /** Whether one path component fits; a leading dot must be written out. */
  public static boolean matches(String pattern, String name) {
    return (!name.startsWith(".") || pattern.startsWith(".")) && like(pattern, name);
  }

  /** Whether a URL path fits, where no wildcard takes a slash (FNM_PATHNAME). */
  public static boolean path(String pattern, String path) {
    String[] patterns = pattern.split("/", -1);
    String[] parts = path.split("/", -1);
    if (patterns.length != parts.length) {
      return false;
    }
    for (int i = 0; i < parts.length; i++) {
      if (!like(patterns[i], parts[i])) {
        return false;
      }
    }
    return true;
  }

  /** Whether a text fits as a whole. */
  public static boolean like(String pattern, String name) {
    int p = 0;
    int n = 0;
    int star = -1;
    int mark = 0;
    while (n < name.length()) {
      int next = p < pattern.length() ? one(pattern, p, name.charAt(n)) : -1;
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        mark = n;
      } else if (next > 0) {
        p = next;
        n++;
      } else if (star >= 0) {
        p = star + 1;
        n = ++mark;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  /** Index after the element at {@code p} when it takes the character, else -1. */
  private static int one(String pattern, int p, char c) {
    char e = pattern.charAt(p);
    if (e == '?') {
      return p + 1;
    }
    if (e == '\\' && p + 1 < pattern.length()) {
      return pattern.charAt(p + 1) == c ? p + 2 : -1;
    }
    if (e != '[') {
      return e == c ? p + 1 : -1;
    }
    int i = p + 1;
    boolean not = i < pattern.length() && (pattern.charAt(i) == '!' || pattern.charAt(i) == '^');
    if (not) {
      i++;
    }
    boolean in = false;
    int from = i;
    while (i < pattern.length() && (pattern.charAt(i) != ']' || i == from)) {
      if (i + 2 < pattern.length()
          && pattern.charAt(i + 1) == '-'
          && pattern.charAt(i + 2) != ']') {
        in |= c >= pattern.charAt(i) && c <= pattern.charAt(i + 2);
        i += 3;
      } else {
        in |= pattern.charAt(i) == c;
        i++;
      }
    }
    if (i >= pattern.length()) {
      return c == '[' ? p + 1 : -1;
    }
    return in != not ? i + 1 : -1;
  }
}
