package dev.why502.gateway.haproxy;

import org.jspecify.annotations.Nullable;

/** Texts with {@code %[expressions]} in them (log-format, the manual's 8.2.6). */
final class HaproxyFormat {
  private final HaproxyFetches fetches;
  private final HaproxyRequest request;

  HaproxyFormat(HaproxyFetches fetches, HaproxyRequest request) {
    this.fetches = fetches;
    this.request = request;
  }

  /** Null when it is not known what the text comes to. */
  @Nullable String text(String format) {
    if (!HaproxyText.known(format)) {
      return null;
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%') {
        out.append(c);
        continue;
      }
      char next = i + 1 < format.length() ? format.charAt(i + 1) : ' ';
      if (next == '%') {
        out.append('%');
        i++;
        continue;
      }
      if (next == '{') {
        int close = format.indexOf('}', i);
        if (close < 0) {
          return null;
        }
        // How a value is quoted matters in logs only.
        i = close;
        next = i + 1 < format.length() ? format.charAt(i + 1) : ' ';
      }
      if (next == '[') {
        int close = closing(format, i + 2);
        HaproxySample sample =
            close < 0
                ? HaproxySample.UNKNOWN
                : fetches.of(HaproxyExpression.parse(format.substring(i + 2, close)));
        if (!sample.known()) {
          return null;
        }
        String text = sample.text();
        out.append(text == null ? "" : text);
        i = close;
        continue;
      }
      int end = i + 1;
      while (end < format.length() && Character.isLetter(format.charAt(end))) {
        end++;
      }
      String value = alias(format.substring(i + 1, end));
      if (value == null) {
        return null;
      }
      out.append(value);
      i = end - 1;
    }
    return out.toString();
  }

  /** The bracket that ends an expression: those within arguments do not. */
  private static int closing(String text, int from) {
    int depth = 0;
    char quote = 0;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '\\') {
        i++;
      } else if ((c == '"' || c == '\'') && depth > 0) {
        quote = c;
      } else if (c == '(') {
        depth++;
      } else if (c == ')') {
        depth--;
      } else if (c == ']' && depth <= 0) {
        return i;
      }
    }
    return -1;
  }

  private @Nullable String alias(String name) {
    return switch (name) {
      case "ci" -> request.client;
      case "fp" -> request.port > 0 ? Integer.toString(request.port) : null;
      case "fi" -> request.address;
      case "HM" -> request.method;
      case "HP" -> request.path;
      case "HPO" -> request.path;
      case "HU" -> request.target();
      case "HQ" ->
          request.query == null ? null : request.query.isEmpty() ? "" : "?" + request.query;
      case "HV" -> "HTTP/" + request.version;
      default -> null;
    };
  }
}
