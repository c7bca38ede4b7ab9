package dev.why502.gateway.nginx;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request target as nginx takes it apart (ngx_http_parse_complex_uri): percent signs decoded, dot
 * segments resolved, slashes merged.
 *
 * @param path normalised, one character per byte
 * @param args without the question mark; "" when there are none
 * @param quoted whether the client's path holds percent signs
 */
record NginxUri(String path, String args, boolean quoted) {

  /** Null when nginx answers 400 to it. */
  static @Nullable NginxUri parse(String target, boolean mergeSlashes) {
    int hash = target.indexOf('#');
    String rest = hash < 0 ? target : target.substring(0, hash);
    int mark = rest.indexOf('?');
    String args = mark < 0 ? "" : rest.substring(mark + 1);
    String raw = mark < 0 ? rest : rest.substring(0, mark);
    if (raw.isEmpty()) {
      raw = "/";
    }
    if (raw.charAt(0) != '/') {
      return null;
    }
    String decoded = decoded(raw);
    if (decoded == null || decoded.indexOf('\0') >= 0) {
      return null;
    }
    String path = normalised(decoded, mergeSlashes);
    return path == null ? null : new NginxUri(path, args, raw.indexOf('%') >= 0);
  }

  private static @Nullable String decoded(String raw) {
    if (raw.indexOf('%') < 0) {
      return raw;
    }
    StringBuilder out = new StringBuilder(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c != '%') {
        out.append(c);
        continue;
      }
      if (i + 2 >= raw.length()) {
        return null;
      }
      int high = Character.digit(raw.charAt(i + 1), 16);
      int low = Character.digit(raw.charAt(i + 2), 16);
      if (high < 0 || low < 0) {
        return null;
      }
      out.append((char) (high * 16 + low));
      i += 2;
    }
    return out.toString();
  }

  private static @Nullable String normalised(String path, boolean mergeSlashes) {
    List<String> kept = new ArrayList<>();
    boolean slash = false;
    int from = 1;
    while (from <= path.length()) {
      int end = path.indexOf('/', from);
      boolean last = end < 0;
      String segment = last ? path.substring(from) : path.substring(from, end);
      slash = !last;
      if (segment.equals("..")) {
        if (kept.isEmpty()) {
          return null;
        }
        kept.remove(kept.size() - 1);
        slash = true;
      } else if (segment.equals(".")) {
        slash = true;
      } else if (segment.isEmpty()) {
        if (last) {
          slash = true;
        } else if (!mergeSlashes) {
          kept.add("");
        }
      } else {
        kept.add(segment);
      }
      if (last) {
        break;
      }
      from = end + 1;
    }
    StringBuilder out = new StringBuilder();
    for (String segment : kept) {
      out.append('/').append(segment);
    }
    if (slash || out.length() == 0) {
      out.append('/');
    }
    return out.toString();
  }

  /** As nginx writes a changed path back into a request (NGX_ESCAPE_URI). */
  static String escapedPath(String path) {
    return escaped(path, " #%?\"<>\\^`{|}");
  }

  /** As nginx writes a captured part into arguments (NGX_ESCAPE_ARGS). */
  static String escapedArgs(String text) {
    return escaped(text, " #%?&+;\"<>\\^`{|}");
  }

  private static String escaped(String text, String special) {
    StringBuilder out = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean turn = c <= 0x1f || c >= 0x7f || special.indexOf(c) >= 0;
      if (turn && out == null) {
        out = new StringBuilder(text.length() + 16).append(text, 0, i);
      }
      if (out != null) {
        if (turn) {
          out.append('%');
          out.append(Character.toUpperCase(Character.forDigit((c >> 4) & 15, 16)));
          out.append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
        } else {
          out.append(c);
        }
      }
    }
    return out == null ? text : out.toString();
  }
}
