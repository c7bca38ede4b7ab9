package dev.why502.gateway.apache;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/**
 * A request target as httpd takes it apart (ap_normalize_path, ap_unescape_url).
 *
 * @param path decoded, without dots and doubled slashes
 * @param query "" when there is none
 * @param status 0, or what httpd answers to such a target
 */
record ApacheUri(String path, String query, int status) {
  private static final String PATH_ALLOWED = "~$-_.+!*'(),;:@&=/";

  static ApacheUri parse(String target, boolean mergeSlashes, String encodedSlashes) {
    String written = target;
    int scheme = written.indexOf("://");
    if (!written.startsWith("/") && scheme > 0) {
      int slash = written.indexOf('/', scheme + 3);
      written = slash < 0 ? "/" : written.substring(slash);
    }
    int mark = written.indexOf('?');
    String query = mark < 0 ? "" : written.substring(mark + 1);
    String raw = mark < 0 ? written : written.substring(0, mark);
    if (!raw.startsWith("/")) {
      return new ApacheUri("/", query, 400);
    }
    String normal = normal(dotsDecoded(raw), mergeSlashes);
    if (normal == null) {
      return new ApacheUri("/", query, 400);
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < normal.length(); i++) {
      char c = normal.charAt(i);
      if (c != '%') {
        out.append(c);
        continue;
      }
      int value = hex(normal, i + 1);
      if (value < 0) {
        return new ApacheUri("/", query, 400);
      }
      if (value == 0 || (value == '/' && encodedSlashes.equals("off"))) {
        return new ApacheUri("/", query, 404);
      }
      if (value == '/' && encodedSlashes.equals("nodecode")) {
        out.append(normal, i, i + 3);
      } else {
        out.append((char) value);
      }
      i += 2;
    }
    return new ApacheUri(out.toString(), query, 0);
  }

  private static String dotsDecoded(String raw) {
    return raw.replace("%2e", ".").replace("%2E", ".");
  }

  /** Null when it leads above the root. */
  private static @org.jspecify.annotations.Nullable String normal(String raw, boolean merge) {
    Deque<String> parts = new ArrayDeque<>();
    String[] all = raw.substring(1).split("/", -1);
    for (int i = 0; i < all.length; i++) {
      boolean last = i == all.length - 1;
      String part = all[i];
      if (part.equals("..")) {
        if (parts.isEmpty()) {
          return null;
        }
        parts.removeLast();
        if (last) {
          parts.addLast("");
        }
      } else if (part.equals(".") || (part.isEmpty() && merge && !last)) {
        if (last) {
          parts.addLast("");
        }
      } else {
        parts.addLast(part);
      }
    }
    return "/" + String.join("/", parts);
  }

  static int hex(String text, int at) {
    if (at + 2 > text.length()) {
      return -1;
    }
    int high = Character.digit(text.charAt(at), 16);
    int low = Character.digit(text.charAt(at + 1), 16);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
  }

  /** As ap_proxy_canonenc writes a path. */
  static String encoded(String path) {
    StringBuilder out = new StringBuilder();
    for (byte b : path.getBytes(StandardCharsets.ISO_8859_1)) {
      char c = (char) (b & 0xff);
      boolean plain = c < 128 && (Character.isLetterOrDigit(c) || PATH_ALLOWED.indexOf(c) >= 0);
      out.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "%%%02X", (int) c));
    }
    return out.toString();
  }
}
