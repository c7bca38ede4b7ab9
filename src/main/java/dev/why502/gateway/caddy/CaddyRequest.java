package dev.why502.gateway.caddy;

import dev.why502.definition.Request.Header;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A request on its way through the handlers. */
final class CaddyRequest {
  String method;
  String path;
  private String raw;
  String query;
  List<Header> headers;
  String authority;
  final boolean tls;
  final @Nullable String client;
  final int port;
  final Target original;
  private final List<Header> originalHeaders;

  /** Variables that handlers set; null for one whose value is not known. */
  final Map<String, @Nullable String> variables = new HashMap<>();

  /** What patterns and look-ups of files found, by the names of their placeholders. */
  final Map<String, String> found = new HashMap<>();

  /** Status of the error that is being handled, 0 for none. */
  int errorStatus;

  /** The request as it came. */
  record Target(String method, String path, String raw, String query) {
    String uri() {
      return raw + (query.isEmpty() ? "" : "?" + query);
    }
  }

  CaddyRequest(
      String method,
      String target,
      String authority,
      List<Header> headers,
      boolean tls,
      @Nullable String client,
      int port) {
    int mark = target.indexOf('?');
    this.raw = mark < 0 ? target : target.substring(0, mark);
    this.query = mark < 0 ? "" : target.substring(mark + 1);
    this.path = Objects.requireNonNullElse(CaddyUri.decoded(raw), raw);
    this.method = method;
    this.authority = authority;
    this.headers = new ArrayList<>(headers);
    this.tls = tls;
    this.client = client;
    this.port = port;
    this.original = new Target(method, path, raw, query);
    this.originalHeaders = List.copyOf(headers);
  }

  private CaddyRequest(CaddyRequest other) {
    this.method = other.method;
    this.path = other.path;
    this.raw = other.raw;
    this.query = other.query;
    this.headers = new ArrayList<>(other.headers);
    this.authority = other.authority;
    this.tls = other.tls;
    this.client = other.client;
    this.port = other.port;
    this.original = other.original;
    this.originalHeaders = other.originalHeaders;
    this.errorStatus = other.errorStatus;
    this.variables.putAll(other.variables);
    this.found.putAll(other.found);
  }

  /** As the client sent them. */
  List<Header> originalHeaders() {
    return originalHeaders;
  }

  /** Another view of the same request, whose path, headers and method may be changed. */
  CaddyRequest copy() {
    return new CaddyRequest(this);
  }

  /** As it came: so a request begins its way through the routes for errors. */
  void restore() {
    method = original.method();
    path = original.path();
    raw = original.raw();
    query = original.query();
  }

  /** Go's URL.EscapedPath: the raw form as long as it stands for the path. */
  String escapedPath() {
    return path.equals(CaddyUri.decoded(raw)) ? raw : CaddyUri.escaped(path);
  }

  void escapedPath(String escaped) {
    raw = escaped;
    path = Objects.requireNonNullElse(CaddyUri.decoded(escaped), escaped);
  }

  /** Go's URL.RequestURI. */
  String uri() {
    String escaped = escapedPath();
    return (escaped.isEmpty() ? "/" : escaped) + (query.isEmpty() ? "" : "?" + query);
  }

  /** Host without port and brackets. */
  String host() {
    int close = authority.lastIndexOf(']');
    int colon = authority.lastIndexOf(':');
    if (authority.startsWith("[") && close > 0) {
      return authority.substring(1, close);
    }
    boolean port = colon >= 0 && authority.indexOf(':') == colon;
    return port ? authority.substring(0, colon) : authority;
  }

  List<String> values(String field) {
    List<String> values = new ArrayList<>();
    for (Header header : headers) {
      if (header.name().equalsIgnoreCase(field)) {
        values.add(header.value());
      }
    }
    return values;
  }
}
