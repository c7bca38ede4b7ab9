package dev.why502.gateway.caddy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values of placeholders such as {@code {http.request.uri}} (modules/caddyhttp/replacer.go). */
final class CaddyPlaceholders {
  private final CaddyRequest request;
  private @Nullable String missing;

  CaddyPlaceholders(CaddyRequest request) {
    this.request = request;
  }

  /** The placeholder that was last not known. */
  String missing() {
    return "{" + missing + "}";
  }

  /** With every placeholder replaced; null when the value of one is not known. */
  @Nullable String text(String text) {
    return text(text, false);
  }

  /** The same for a part of a query, where values are escaped. */
  @Nullable String queryText(String text) {
    return text(text, true);
  }

  private @Nullable String text(String text, boolean escaped) {
    if (text.indexOf('{') < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (true) {
      int open = text.indexOf('{', at);
      int close = open < 0 ? -1 : text.indexOf('}', open);
      if (close < 0) {
        return out.append(text, at, text.length()).toString();
      }
      if (open > 0 && text.charAt(open - 1) == '\\') {
        out.append(text, at, open - 1).append('{');
        at = open + 1;
        continue;
      }
      String name = text.substring(open + 1, close);
      String value = value(name);
      if (value == null) {
        missing = name;
        return null;
      }
      boolean whole = name.equals("http.request.uri.query");
      out.append(text, at, open).append(escaped && !whole ? CaddyUri.queryEscaped(value) : value);
      at = close + 1;
    }
  }

  private @Nullable String value(String name) {
    String found = request.found.get(name);
    if (found != null) {
      return found;
    }
    if (name.startsWith("http.request.")) {
      return ofRequest(name.substring("http.request.".length()));
    }
    if (name.startsWith("http.vars.")) {
      String variable = name.substring("http.vars.".length());
      return request.variables.containsKey(variable)
          ? request.variables.get(variable)
          : variable.equals("client_ip") ? request.client : "";
    }
    if (name.equals("http.error.status_code") && request.errorStatus > 0) {
      return Integer.toString(request.errorStatus);
    }
    return null;
  }

  private @Nullable String ofRequest(String name) {
    CaddyRequest.Target first = request.original;
    return switch (name) {
      case "host" -> request.host();
      case "hostport" -> request.authority;
      case "port" -> port();
      case "method" -> request.method;
      case "scheme" -> request.tls ? "https" : "http";
      case "uri" -> request.uri();
      case "uri.path" -> request.path;
      case "uri.query" -> request.query;
      case "uri.prefixed_query" -> request.query.isEmpty() ? "" : "?" + request.query;
      case "uri.path.file" -> request.path.substring(request.path.lastIndexOf('/') + 1);
      case "uri.path.dir" -> request.path.substring(0, request.path.lastIndexOf('/') + 1);
      case "orig_method" -> first.method();
      case "orig_uri" -> first.uri();
      case "orig_uri.path" -> first.path();
      case "orig_uri.query" -> first.query();
      case "orig_uri.prefixed_query" -> first.query().isEmpty() ? "" : "?" + first.query();
      case "remote.host" -> request.client;
      default -> part(name);
    };
  }

  private @Nullable String part(String name) {
    if (name.startsWith("header.")) {
      List<String> values = request.values(name.substring("header.".length()));
      return String.join(",", values);
    }
    if (name.startsWith("uri.query.")) {
      return query(name.substring("uri.query.".length()));
    }
    if (name.startsWith("uri.path.")) {
      int index = (int) CaddyUnits.number(name.substring("uri.path.".length()), -1);
      String[] parts = request.path.split("/", -1);
      return index < 0 ? null : index + 1 < parts.length ? parts[index + 1] : "";
    }
    if (name.startsWith("host.labels.")) {
      int index = (int) CaddyUnits.number(name.substring("host.labels.".length()), -1);
      String[] labels = request.host().split("\\.", -1);
      return index < 0 ? null : index < labels.length ? labels[labels.length - 1 - index] : "";
    }
    return null;
  }

  private String query(String key) {
    for (String pair : request.query.split("&")) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      if (name.equals(key)) {
        String value = CaddyUri.decoded(pair.substring(equals + 1).replace('+', ' '));
        return equals < 0 || value == null ? "" : value;
      }
    }
    return "";
  }

  private @Nullable String port() {
    int colon = request.authority.lastIndexOf(':');
    int close = request.authority.lastIndexOf(']');
    if (colon > close) {
      return request.authority.substring(colon + 1);
    }
    return request.tls ? "443" : "80";
  }
}
