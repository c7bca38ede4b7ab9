package dev.why502.gateway.nginx;

import dev.why502.definition.Request.Header;
import dev.why502.gateway.ByteText;
import dev.why502.gateway.Pcre;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The request while it goes through nginx's phases: what ngx_http_request_t holds of it. Changed by
 * one router only.
 */
final class NginxRequest {
  /** nginx's NGX_HTTP_MAX_URI_CHANGES. */
  static final int MAX_URI_CHANGES = 10;

  final boolean tls;
  final String unparsedUri;
  final String authority;

  /** The host by which the server is chosen: no port, lower case. */
  final String host;

  final List<Header> headers;

  /** Address of the client as nginx sees it, or null when not known. */
  final @Nullable String client;

  final @Nullable String serverAddress;
  final int serverPort;

  String method;
  String uri;
  String args;
  boolean quoted;
  boolean validUnparsedUri = true;
  boolean validLocation = true;
  boolean internal;
  boolean uriChanged;
  boolean errorPage;
  int uriChanges = MAX_URI_CHANGES + 1;
  Pcre.@Nullable Match captures;
  final Map<String, String> named = new HashMap<>();

  /** Values of "set"; null where it could not be followed. */
  final Map<String, @Nullable String> set = new HashMap<>();

  NginxRequest(
      String method,
      boolean tls,
      NginxUri uri,
      String unparsedUri,
      String authority,
      List<Header> headers,
      @Nullable String client,
      @Nullable String serverAddress,
      int serverPort) {
    this.method = method;
    this.tls = tls;
    this.uri = uri.path();
    this.args = uri.args();
    this.quoted = uri.quoted();
    this.unparsedUri = unparsedUri;
    this.authority = authority;
    this.host = hostOf(authority);
    this.headers = List.copyOf(headers);
    this.client = client;
    this.serverAddress = serverAddress;
    this.serverPort = serverPort;
  }

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

  void matched(Pcre.@Nullable Match match) {
    if (match != null) {
      captures = match;
      named.putAll(match.named());
    }
  }

  /** The client's header, "" when it sends none. */
  String header(String name) {
    StringBuilder all = new StringBuilder();
    String separator = name.equalsIgnoreCase("cookie") ? "; " : ", ";
    for (Header header : headers) {
      if (header.name().equalsIgnoreCase(name)) {
        all.append(all.length() == 0 ? "" : separator).append(ByteText.bytes(header.value()));
      }
    }
    return all.toString();
  }

  /** {@code $http_NAME}: dashes of the header's name are underscores there. */
  String headerByVariable(String variable) {
    StringBuilder all = new StringBuilder();
    String separator = variable.equals("cookie") ? "; " : ", ";
    for (Header header : headers) {
      if (ByteText.lower(header.name()).replace('-', '_').equals(variable)) {
        all.append(all.length() == 0 ? "" : separator).append(ByteText.bytes(header.value()));
      }
    }
    return all.toString();
  }
}
