package dev.why502.gateway.apache;

import dev.why502.definition.Request.Header;
import dev.why502.gateway.ByteText;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The request while it goes through httpd's hooks. Changed by one router only. */
final class ApacheRequest {
  final String method;
  final boolean tls;
  final String unparsed;
  final String authority;
  final String host;
  final List<Header> headers;

  /** Address of the client as httpd sees it, or null when not known. */
  final @Nullable String client;

  final int port;
  String uri;
  String query;

  /** Variables that rewrite rules set. */
  final Map<String, String> env = new HashMap<>();

  ApacheRequest(
      String method,
      boolean tls,
      String unparsed,
      ApacheUri uri,
      String authority,
      List<Header> headers,
      @Nullable String client,
      int port) {
    this.method = method;
    this.tls = tls;
    this.unparsed = unparsed;
    this.uri = uri.path();
    this.query = uri.query();
    this.authority = authority;
    this.host = hostOf(authority);
    this.headers = List.copyOf(headers);
    this.client = client;
    this.port = port;
  }

  /** The host by which the server is chosen: no port, no last dot, lower case. */
  static String hostOf(String authority) {
    int end;
    if (authority.startsWith("[")) {
      int close = authority.indexOf(']');
      end = close < 0 ? authority.length() : close + 1;
    } else {
      int colon = authority.indexOf(':');
      end = colon < 0 ? authority.length() : colon;
    }
    String host = ByteText.lower(authority.substring(0, end));
    return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
  }

  /** The client's header, "" when it sends none. */
  String header(String name) {
    if (name.equalsIgnoreCase("host")) {
      return authority;
    }
    StringBuilder all = new StringBuilder();
    for (Header header : headers) {
      if (header.name().equalsIgnoreCase(name)) {
        all.append(all.length() == 0 ? "" : ", ").append(ByteText.bytes(header.value()));
      }
    }
    return all.toString();
  }

  boolean upgradesTo(String protocol) {
    for (String each : header("upgrade").split(",")) {
      if (each.strip().equalsIgnoreCase(protocol)) {
        return true;
      }
    }
    return false;
  }
}
