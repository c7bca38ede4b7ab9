package dev.why502.gateway.caddy;

import java.util.Locale;
import java.util.Map;

/** Numbers, durations and sizes as Caddy writes them. */
final class CaddyUnits {
  private static final Map<String, Double> NANOS =
      Map.of(
          "ns", 1.0, "us", 1e3, "\u00b5s", 1e3, "\u03bcs", 1e3, "ms", 1e6, "s", 1e9, "m", 60e9, "h",
          3600e9, "d", 86400e9);

  private static final Map<String, Double> BYTES =
      Map.ofEntries(
          Map.entry("", 1.0),
          Map.entry("b", 1.0),
          Map.entry("k", 1e3),
          Map.entry("kb", 1e3),
          Map.entry("ki", 1024.0),
          Map.entry("kib", 1024.0),
          Map.entry("m", 1e6),
          Map.entry("mb", 1e6),
          Map.entry("mi", 1048576.0),
          Map.entry("mib", 1048576.0),
          Map.entry("g", 1e9),
          Map.entry("gb", 1e9),
          Map.entry("gi", 1073741824.0),
          Map.entry("gib", 1073741824.0),
          Map.entry("t", 1e12),
          Map.entry("tb", 1e12),
          Map.entry("ti", 1099511627776.0),
          Map.entry("tib", 1099511627776.0));

  private CaddyUnits() {}

  static long number(String text, long otherwise) {
    int sign = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
    boolean digits =
        text.length() > sign
            && text.length() <= 18
            && text.chars().skip(sign).allMatch(c -> c >= '0' && c <= '9');
    return digits ? Long.parseLong(text) : otherwise;
  }

  /** Go's duration, with days, in nanoseconds; -1 when it is none. */
  static long nanos(String text) {
    boolean negative = text.startsWith("-");
    String rest = negative || text.startsWith("+") ? text.substring(1) : text;
    if (rest.equals("0")) {
      return 0;
    }
    double total = 0;
    int at = 0;
    while (at < rest.length()) {
      int start = at;
      while (at < rest.length() && "0123456789.".indexOf(rest.charAt(at)) >= 0) {
        at++;
      }
      int unit = at;
      while (at < rest.length() && "0123456789.".indexOf(rest.charAt(at)) < 0) {
        at++;
      }
      Double nanos = NANOS.get(rest.substring(unit, at));
      String digits = rest.substring(start, unit);
      if (nanos == null || digits.isEmpty() || digits.length() > 15 || !decimal(digits)) {
        return -1;
      }
      total += Double.parseDouble(digits) * nanos;
    }
    return rest.isEmpty() || total > Long.MAX_VALUE / 2.0
        ? -1
        : negative ? -Math.round(total) : Math.round(total);
  }

  private static boolean decimal(String digits) {
    int point = digits.indexOf('.');
    return !digits.equals(".") && (point < 0 || digits.indexOf('.', point + 1) < 0);
  }

  /** Milliseconds; -1 when it is no duration. */
  static long millis(String text) {
    long nanos = nanos(text);
    return nanos < 0 ? -1 : nanos / 1_000_000;
  }

  /** As go-humanize reads sizes; -1 when it is none. */
  static long bytes(String text) {
    int at = 0;
    while (at < text.length() && "0123456789.,".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    String digits = text.substring(0, at).replace(",", "");
    Double unit = BYTES.get(text.substring(at).strip().toLowerCase(Locale.ROOT));
    if (unit == null || digits.isEmpty() || digits.length() > 15 || !decimal(digits)) {
      return -1;
    }
    return (long) (Double.parseDouble(digits) * unit);
  }
}
