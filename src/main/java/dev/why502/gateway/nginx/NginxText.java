package dev.why502.gateway.nginx;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Text of nginx's configuration and of requests. nginx works on bytes, so everything is held with
 * one character per byte (ISO 8859-1) until it is shown.
 */
final class NginxText {
  /** Most characters of a directive that are shown. */
  static final int MAX_SHOWN = 512;

  private static final String MASK = "***";
  private static final Set<String> SECRET_HEADERS =
      Set.of("authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "apikey");

  private NginxText() {}

  static String bytes(String text) {
    return new String(text.getBytes(UTF_8), ISO_8859_1);
  }

  static String shown(String bytes) {
    for (int i = 0; i < bytes.length(); i++) {
      if (bytes.charAt(i) > 127) {
        return new String(bytes.getBytes(ISO_8859_1), UTF_8);
      }
    }
    return bytes;
  }

  static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  static boolean secretHeader(String name) {
    String lower = lower(name);
    return SECRET_HEADERS.contains(lower)
        || lower.contains("token")
        || lower.contains("secret")
        || lower.contains("password")
        || lower.contains("api-key")
        || lower.contains("apikey");
  }

  /** A directive as it is written, blanks collapsed, secrets masked, bounded. */
  static String directive(List<String> raw, List<String> values, boolean block) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < raw.size() && out.length() <= MAX_SHOWN; i++) {
      if (i > 0) {
        out.append(' ');
      }
      out.append(secret(values, i) ? MASK : withoutUserInfo(collapsed(raw.get(i))));
    }
    out.append(block ? " {" : ";");
    String text = shown(out.toString());
    return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN);
  }

  private static boolean secret(List<String> values, int index) {
    String name = values.get(0);
    if (index == 2 && (name.endsWith("_set_header") || name.equals("add_header"))) {
      return secretHeader(values.get(1)) && !onlyVariable(values.get(2));
    }
    if (index == 2 && (name.equals("fastcgi_param") || name.equals("uwsgi_param"))) {
      return secretHeader(values.get(1).replace('_', '-')) && !onlyVariable(values.get(2));
    }
    if (index == 2 && name.equals("set")) {
      return secretHeader(values.get(1).replace('_', '-')) && !onlyVariable(values.get(2));
    }
    return index == 1 && name.equals("secure_link_secret");
  }

  /** {@code $http_authorization}: names where a secret comes from, and is none itself. */
  static boolean onlyVariable(String value) {
    return value.isEmpty() || value.matches("\\$\\{?[A-Za-z0-9_]{1,64}}?");
  }

  private static String withoutUserInfo(String text) {
    int scheme = text.indexOf("://");
    if (scheme < 0) {
      return text;
    }
    int end = scheme + 3;
    while (end < text.length() && "/?#".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    int at = text.lastIndexOf('@', end - 1);
    return at < scheme + 3 ? text : text.substring(0, scheme + 3) + MASK + text.substring(at);
  }

  private static String collapsed(String raw) {
    StringBuilder out = new StringBuilder();
    boolean blank = false;
    for (int i = 0; i < raw.length() && out.length() <= MAX_SHOWN; i++) {
      char c = raw.charAt(i);
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        blank = true;
        continue;
      }
      if (blank && out.length() > 0) {
        out.append(' ');
      }
      blank = false;
      out.append(c);
    }
    return out.toString();
  }
}
