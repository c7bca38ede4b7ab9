package dev.why502.gateway.caddy;

import com.google.re2j.Pattern;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The rewrite handler (modules/caddyhttp/rewrite/rewrite.go). */
final class CaddyRewrite {
  private final CaddyRequest request;
  private final CaddyPlaceholders placeholders;

  CaddyRewrite(CaddyRequest request) {
    this.request = request;
    this.placeholders = new CaddyPlaceholders(request);
  }

  /** What could not be followed, in words; null when everything could. */
  @Nullable String apply(CaddyNode rewrite) {
    String method = rewrite.text("method");
    if (method != null) {
      String value = placeholders.text(method);
      if (value == null) {
        return placeholders.missing() + " is not known";
      }
      request.method = value.toUpperCase(Locale.ROOT);
    }
    String uri = rewrite.text("uri");
    if (uri != null && !uri.isEmpty() && !uri(uri)) {
      return placeholders.missing() + " is not known";
    }
    String prefix = rewrite.text("strip_path_prefix");
    if (prefix != null) {
      String value = placeholders.text(prefix);
      if (value == null) {
        return placeholders.missing() + " is not known";
      }
      strip(value.startsWith("/") ? value : "/" + value, false);
    }
    String suffix = rewrite.text("strip_path_suffix");
    if (suffix != null) {
      String value = placeholders.text(suffix);
      if (value == null) {
        return placeholders.missing() + " is not known";
      }
      strip(value, true);
    }
    return replacements(rewrite);
  }

  private boolean uri(String uri) {
    int fragment = uri.indexOf('#');
    String rest = fragment < 0 ? uri : uri.substring(0, fragment);
    int mark = rest.indexOf('?');
    String path = mark < 0 ? rest : rest.substring(0, mark);
    String query = mark < 0 ? "" : rest.substring(mark + 1);
    String newPath =
        placeholders.text(path.replace("{http.request.uri.path}", request.escapedPath()));
    if (newPath == null) {
      return false;
    }
    int injected = newPath.indexOf('?');
    boolean hasQuery = mark >= 0;
    if (injected >= 0) {
      if (query.isEmpty()) {
        query = newPath.substring(injected + 1);
        hasQuery = true;
      }
      newPath = newPath.substring(0, injected);
    }
    String newQuery = query(query);
    if (newQuery == null) {
      return false;
    }
    if (!path.isEmpty()) {
      String decoded = CaddyUri.decoded(newPath);
      request.path = decoded == null ? newPath : decoded;
    }
    if (hasQuery) {
      request.query = newQuery;
    }
    return true;
  }

  private @Nullable String query(String query) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    boolean key = true;
    while (at < query.length()) {
      int end = at;
      int depth = 0;
      while (end < query.length() && (depth > 0 || "=&".indexOf(query.charAt(end)) < 0)) {
        depth += query.charAt(end) == '{' ? 1 : query.charAt(end) == '}' ? -1 : 0;
        end++;
      }
      String part = placeholders.queryText(query.substring(at, end));
      if (part == null) {
        return null;
      }
      if (key) {
        out.append(out.length() > 0 && !part.isEmpty() ? "&" : "");
      } else {
        out.append('=');
      }
      out.append(part);
      key = end >= query.length() || query.charAt(end) == '&';
      at = end + 1;
    }
    return out.toString();
  }

  private void strip(String part, boolean suffix) {
    String escaped = CaddyUri.cleaned(request.escapedPath(), !part.contains("//"));
    String stripped = suffix ? withoutSuffix(escaped, part) : withoutPrefix(escaped, part);
    request.escapedPath(stripped);
  }

  /** Character by character, an escape of the path against the character it stands for. */
  private static String withoutPrefix(String escaped, String prefix) {
    int p = 0;
    int i = 0;
    while (i < escaped.length() && p < prefix.length()) {
      boolean escape = escaped.charAt(i) == '%' && prefix.charAt(p) != '%';
      int end = escape && i + 3 <= escaped.length() ? i + 3 : i + 1;
      String decoded = CaddyUri.decoded(escaped.substring(i, end));
      String given = decoded == null || end == i + 1 ? escaped.substring(i, end) : decoded;
      if (!given.equalsIgnoreCase(prefix.substring(p, p + 1))) {
        return escaped;
      }
      i = end;
      p++;
    }
    return p >= prefix.length() ? escaped.substring(i) : escaped;
  }

  private static String withoutSuffix(String escaped, String suffix) {
    boolean ends =
        escaped.regionMatches(true, escaped.length() - suffix.length(), suffix, 0, suffix.length());
    return ends ? escaped.substring(0, escaped.length() - suffix.length()) : escaped;
  }

  private @Nullable String replacements(CaddyNode rewrite) {
    for (CaddyNode each : rewrite.nodes("uri_substring")) {
      String find = placeholders.text(each.text("find", ""));
      String with = placeholders.text(each.text("replace", ""));
      if (find == null || with == null) {
        return placeholders.missing() + " is not known";
      }
      if (!find.isEmpty()) {
        long limit = each.number("limit", 0);
        request.escapedPath(replaced(request.escapedPath(), find, with, limit));
        request.query = replaced(request.query, find, with, limit);
      }
    }
    for (CaddyNode each : rewrite.nodes("path_regexp")) {
      Pattern pattern = CaddyRegexp.compile(each.text("find", ""));
      if (pattern == null) {
        return "the pattern " + each.text("find") + " could not be followed";
      }
      String with = each.text("replace", "").replace("${", "$\u0000{");
      if (with.indexOf('\u0000') >= 0) {
        return "the replacement " + each.text("replace") + " could not be followed";
      }
      request.escapedPath(pattern.matcher(request.escapedPath()).replaceAll(with));
    }
    return rewrite.has("query") ? "what becomes of the query is not followed" : null;
  }

  private static String replaced(String text, String find, String with, long limit) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    long done = 0;
    while (limit <= 0 || done < limit) {
      int hit = text.indexOf(find, at);
      if (hit < 0) {
        break;
      }
      out.append(text, at, hit).append(with);
      at = hit + find.length();
      done++;
    }
    return out.append(text, at, text.length()).toString();
  }
}
