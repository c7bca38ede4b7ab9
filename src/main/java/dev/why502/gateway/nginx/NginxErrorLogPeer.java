package dev.why502.gateway.nginx;

import org.jspecify.annotations.Nullable;

/**
 * Whom nginx speaks to, as its {@code upstream} field says: {@code http://127.0.0.1:3001/api/x},
 * {@code http://unix:/run/app.sock:/api}, {@code fastcgi://unix:/run/app.sock:}, {@code
 * http://[::1]:3001/}, a group's name in place of the address, or in a stream an address alone.
 */
record NginxErrorLogPeer(
    @Nullable String protocol, @Nullable String address, @Nullable String uri) {
  private static final String CONNECT_TO = "connect() to ";

  static NginxErrorLogPeer of(NginxErrorLogFields fields) {
    String upstream = fields.upstream();
    if (upstream == null) {
      return new NginxErrorLogPeer(null, tried(fields.message()), null);
    }
    int scheme = upstream.indexOf("://");
    String protocol = scheme < 0 ? null : upstream.substring(0, scheme);
    String rest = scheme < 0 ? upstream : upstream.substring(scheme + 3);
    int end = addressEnd(rest);
    if (!fields.upstreamWhole() && (scheme < 0 || end == rest.length())) {
      // Half a port is another port.
      return new NginxErrorLogPeer(protocol, tried(fields.message()), null);
    }
    String plain = withoutUri(rest, fields.request());
    if (plain != null) {
      return new NginxErrorLogPeer(protocol, plain, rest.substring(plain.length()));
    }
    String address = rest.substring(0, end);
    int uriStart = address.startsWith("unix:") ? Math.min(end + 1, rest.length()) : end;
    String uri = rest.substring(uriStart);
    boolean noUri = uri.isEmpty() || !fields.upstreamWhole();
    return new NginxErrorLogPeer(protocol, address.isEmpty() ? null : address, noUri ? null : uri);
  }

  /**
   * Where proxy_pass names a socket and no URI, nginx writes the socket's path and the request's
   * URI without anything between them: the request tells where one ends.
   */
  private static @Nullable String withoutUri(String rest, @Nullable String request) {
    if (request == null || !rest.startsWith("unix:") || rest.indexOf(':', 5) >= 0) {
      return null;
    }
    int from = request.indexOf(' ') + 1;
    int to = request.lastIndexOf(' ');
    if (from <= 0 || to <= from) {
      return null;
    }
    String uri = request.substring(from, to);
    return uri.startsWith("/")
            && rest.endsWith(uri)
            && rest.length() > "unix:".length() + uri.length()
        ? rest.substring(0, rest.length() - uri.length())
        : null;
  }

  private static int addressEnd(String rest) {
    if (rest.startsWith("unix:")) {
      int colon = rest.indexOf(':', "unix:".length());
      return colon < 0 ? rest.length() : colon;
    }
    for (int i = 0; i < rest.length(); i++) {
      char c = rest.charAt(i);
      if (c == '/' || c == '?' || c == ' ' || c == '"') {
        return i;
      }
    }
    return rest.length();
  }

  /** The address that the message itself names: {@code connect() to ADDRESS failed (..)}. */
  private static @Nullable String tried(String message) {
    if (!message.startsWith(CONNECT_TO)) {
      return null;
    }
    int end = message.indexOf(" failed (", CONNECT_TO.length());
    return end < 0 ? null : message.substring(CONNECT_TO.length(), end);
  }
}
