package dev.why502.gateway.caddy;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The path matcher: without regard to case, {@code *} at either end, else as a glob. */
final class CaddyPathMatch {
  private final CaddyRequest request;
  private final CaddyPlaceholders placeholders;

  CaddyPathMatch(CaddyRequest request, CaddyPlaceholders placeholders) {
    this.request = request;
    this.placeholders = placeholders;
  }

  @Nullable Boolean any(List<String> patterns) {
    boolean unknown = false;
    for (String written : patterns) {
      String pattern = placeholders.text(written.toLowerCase(Locale.ROOT));
      if (pattern == null) {
        // Names of placeholders keep their case.
        pattern = placeholders.text(written);
      }
      if (pattern == null) {
        unknown = true;
      } else if (fits(pattern.toLowerCase(Locale.ROOT))) {
        return true;
      }
    }
    return unknown ? null : Boolean.FALSE;
  }

  private boolean fits(String pattern) {
    if (pattern.equals("*")) {
      return true;
    }
    boolean merge = !pattern.contains("//");
    if (pattern.indexOf('%') >= 0) {
      return escapedFits(CaddyUri.cleaned(request.escapedPath(), merge), pattern);
    }
    String path = CaddyUri.cleaned(request.path.toLowerCase(Locale.ROOT), merge);
    long stars = pattern.chars().filter(c -> c == '*').count();
    boolean front = pattern.startsWith("*");
    boolean back = pattern.endsWith("*");
    if (stars == 2 && front && back) {
      return path.contains(pattern.substring(1, pattern.length() - 1));
    }
    if (stars == 1 && front) {
      return path.endsWith(pattern.substring(1));
    }
    if (stars == 1 && back) {
      return path.startsWith(pattern.substring(0, pattern.length() - 1));
    }
    return CaddyGlob.matches(pattern, path);
  }

  /** Where the pattern has an escape, the path must have it too; elsewhere it is decoded. */
  private static boolean escapedFits(String escaped, String pattern) {
    StringBuilder given = new StringBuilder();
    int p = 0;
    int i = 0;
    while (p < pattern.length() && i < escaped.length()) {
      boolean escape = escaped.charAt(i) == '%' && i + 3 <= escaped.length();
      int end = escape ? i + 3 : i + 1;
      String part = escaped.substring(i, end);
      boolean asWritten = pattern.charAt(p) == '%';
      String decoded = CaddyUri.decoded(part);
      given.append((asWritten || decoded == null ? part : decoded).toLowerCase(Locale.ROOT));
      p += asWritten && escape ? 3 : 1;
      i = end;
      if (p > 0 && p <= pattern.length() && pattern.charAt(p - 1) == '*') {
        break;
      }
    }
    given.append(escaped.substring(Math.min(i, escaped.length())).toLowerCase(Locale.ROOT));
    return CaddyGlob.matches(pattern, given.toString());
  }
}
