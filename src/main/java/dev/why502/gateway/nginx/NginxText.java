package dev.why502.gateway.nginx;

import dev.why502.gateway.ByteText;
import java.util.List;

/** Directives as they are shown. */
final class NginxText {
  private static final String MASK = "***";

  private NginxText() {}

  /** A directive as it is written, blanks collapsed, secrets masked, bounded. */
  static String directive(List<String> raw, List<String> values, boolean block) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < raw.size() && out.length() <= ByteText.MAX_SHOWN; i++) {
      if (i > 0) {
        out.append(' ');
      }
      out.append(secret(values, i) ? MASK : withoutUserInfo(collapsed(raw.get(i))));
    }
    out.append(block ? " {" : ";");
    String text = ByteText.shown(out.toString());
    return ByteText.bounded(text);
  }

  private static boolean secret(List<String> values, int index) {
    String name = values.get(0);
    if (index == 2 && (name.endsWith("_set_header") || name.equals("add_header"))) {
      return ByteText.secretHeader(values.get(1)) && !onlyVariable(values.get(2));
    }
    if (index == 2 && (name.equals("fastcgi_param") || name.equals("uwsgi_param"))) {
      return ByteText.secretHeader(values.get(1).replace('_', '-')) && !onlyVariable(values.get(2));
    }
    if (index == 2 && name.equals("set")) {
      return ByteText.secretHeader(values.get(1).replace('_', '-')) && !onlyVariable(values.get(2));
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
    for (int i = 0; i < raw.length() && out.length() <= ByteText.MAX_SHOWN; i++) {
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
