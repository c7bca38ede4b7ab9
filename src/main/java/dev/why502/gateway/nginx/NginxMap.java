package dev.why502.gateway.nginx;

import dev.why502.gateway.ByteText;
import dev.why502.gateway.Pcre;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A {@code map} block (ngx_http_map_module). */
final class NginxMap {
  /** One pattern of it. */
  private record Pattern(Pcre regex, String value) {}

  private final String source;
  private final Map<String, String> exact = new HashMap<>();
  private final Map<String, String> leading = new HashMap<>();
  private final Map<String, String> trailing = new HashMap<>();
  private final List<Pattern> patterns = new ArrayList<>();
  private String otherwise = "";
  private boolean hostnames;

  private NginxMap(String source) {
    this.source = source;
  }

  static NginxMap of(NginxDirective directive) {
    NginxMap map = new NginxMap(directive.arg(0));
    for (NginxDirective entry : directive.children()) {
      if (entry.args().isEmpty() && entry.name().equals("hostnames")) {
        map.hostnames = true;
      }
    }
    for (NginxDirective entry : directive.children()) {
      if (entry.args().size() == 1) {
        map.add(entry.name(), entry.arg(0));
      }
    }
    return map;
  }

  private void add(String key, String value) {
    if (key.equals("default")) {
      otherwise = value;
    } else if (key.startsWith("~")) {
      boolean ignoreCase = key.startsWith("~*");
      patterns.add(new Pattern(Pcre.of(key.substring(ignoreCase ? 2 : 1), ignoreCase), value));
    } else {
      String plain = ByteText.lower(key.startsWith("\\") ? key.substring(1) : key);
      if (hostnames && plain.startsWith("*.")) {
        leading.putIfAbsent(plain.substring(1), value);
      } else if (hostnames && plain.startsWith(".")) {
        exact.putIfAbsent(plain.substring(1), value);
        leading.putIfAbsent(plain, value);
      } else if (hostnames && plain.endsWith(".*")) {
        trailing.putIfAbsent(plain.substring(0, plain.length() - 1), value);
      } else {
        exact.putIfAbsent(plain, value);
      }
    }
  }

  /** The text whose value is looked up. */
  String source() {
    return source;
  }

  /**
   * What a value leads to.
   *
   * @param text may hold variables; null when a pattern could not be followed
   */
  record Found(@Nullable String text, Pcre.@Nullable Match captures) {}

  Found find(String value) {
    String key = ByteText.lower(value);
    if (hostnames && key.endsWith(".")) {
      key = key.substring(0, key.length() - 1);
    }
    String plain = exact.get(key);
    if (plain == null && hostnames) {
      plain = longest(leading, key, true);
    }
    if (plain == null && hostnames) {
      plain = longest(trailing, key, false);
    }
    if (plain != null) {
      return new Found(plain, null);
    }
    for (Pattern pattern : patterns) {
      Pcre.Result result = pattern.regex.find(value);
      if (!result.known()) {
        return new Found(null, null);
      }
      if (result.match() != null) {
        return new Found(pattern.value, result.match());
      }
    }
    return new Found(otherwise, null);
  }

  private static @Nullable String longest(Map<String, String> parts, String key, boolean leading) {
    String value = null;
    int length = 0;
    for (Map.Entry<String, String> part : parts.entrySet()) {
      String fixed = part.getKey();
      boolean fits = leading ? key.endsWith(fixed) : key.startsWith(fixed);
      if (fits && fixed.length() > length && key.length() > fixed.length()) {
        value = part.getValue();
        length = fixed.length();
      }
    }
    return value;
  }
}
