package dev.why502.gateway.caddy;

import org.jspecify.annotations.Nullable;

/** The expressions on statuses of errors that the Caddyfile's adapter writes itself. */
final class CaddyStatuses {
  private static final String STATUS = "{http.error.status_code}";

  private CaddyStatuses() {}

  /** Null when the expression is another one. */
  static @Nullable Boolean fits(String expression, int status) {
    if (expression.equals("false")) {
      return false;
    }
    boolean any = false;
    for (String part : expression.split(" \\|\\| ")) {
      Boolean fits = one(part.strip(), status);
      if (fits == null) {
        return null;
      }
      any |= fits;
    }
    return any;
  }

  private static @Nullable Boolean one(String part, int status) {
    if (part.startsWith(STATUS + " in [") && part.endsWith("]")) {
      String codes = part.substring((STATUS + " in [").length(), part.length() - 1);
      for (String code : codes.split(",")) {
        if (CaddyUnits.number(code.strip(), -1) == status) {
          return true;
        }
      }
      return false;
    }
    if (part.startsWith(STATUS + " == ") && part.indexOf("&&") < 0) {
      long wanted = CaddyUnits.number(part.substring((STATUS + " == ").length()).strip(), -1);
      return wanted < 0 ? null : (Boolean) (wanted == status);
    }
    String[] ends = part.split(" && ");
    if (ends.length == 2
        && ends[0].startsWith(STATUS + " >= ")
        && ends[1].startsWith(STATUS + " <= ")) {
      long low = CaddyUnits.number(ends[0].substring((STATUS + " >= ").length()), -1);
      long high = CaddyUnits.number(ends[1].substring((STATUS + " <= ").length()), -1);
      return (low < 0 || high < 0) ? null : (Boolean) (status >= low && status <= high);
    }
    return null;
  }
}
