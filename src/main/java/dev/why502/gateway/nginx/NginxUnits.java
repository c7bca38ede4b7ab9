package dev.why502.gateway.nginx;

import dev.why502.gateway.ByteText;

/** Times and sizes as nginx writes them (ngx_parse.c). */
final class NginxUnits {
  /** Not a time or size that nginx takes. */
  static final long INVALID = -1;

  private static final String UNITS = "yMwdhms";
  private static final long[] MILLIS = {
    365L * 86_400_000, 30L * 86_400_000, 7L * 86_400_000, 86_400_000, 3_600_000, 60_000, 1_000
  };

  private NginxUnits() {}

  /** "60", "1m30s", "500ms" in milliseconds; a bare number is seconds. */
  static long millis(String text) {
    if (text.isEmpty() || text.length() > 64) {
      return INVALID;
    }
    long total = 0;
    long value = 0;
    boolean digits = false;
    int above = -1;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= '0' && c <= '9') {
        value = value * 10 + (c - '0');
        digits = true;
        if (value > Integer.MAX_VALUE) {
          return INVALID;
        }
        continue;
      }
      if (c == ' ' && !digits && above >= 0) {
        continue;
      }
      boolean milli = c == 'm' && i + 1 < text.length() && text.charAt(i + 1) == 's';
      int unit = milli ? UNITS.length() : UNITS.indexOf(c);
      if (!digits || unit < 0 || unit <= above) {
        return INVALID;
      }
      total += value * (milli ? 1 : MILLIS[unit]);
      if (total > Long.MAX_VALUE / 4) {
        return INVALID;
      }
      above = unit;
      value = 0;
      digits = false;
      if (milli) {
        i++;
      }
    }
    return digits ? total + value * 1000 : total;
  }

  /** "4096", "8k", "1m", "2g" in bytes. */
  static long bytes(String text) {
    if (text.isEmpty() || text.length() > 20) {
      return INVALID;
    }
    long scale =
        switch (text.charAt(text.length() - 1)) {
          case 'k', 'K' -> 1024;
          case 'm', 'M' -> 1024 * 1024;
          case 'g', 'G' -> 1024 * 1024 * 1024;
          default -> 1;
        };
    String number = scale == 1 ? text : text.substring(0, text.length() - 1);
    long value = ByteText.number(number);
    return value < 0 || value > Long.MAX_VALUE / scale ? INVALID : value * scale;
  }
}
