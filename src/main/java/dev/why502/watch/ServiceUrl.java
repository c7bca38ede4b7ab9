package dev.why502.watch;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a running service is, and where its bridge.
 *
 * @param shown the base as people write it, without a slash at its end
 * @param host as it is connected to; an IPv6 address without brackets
 * @param path of the bridge's WebSocket
 */
public record ServiceUrl(String shown, boolean tls, String host, int port, String path) {
  public static final String DEFAULT = "http://127.0.0.1:8502/";

  static final String BRIDGE = "/eventbus/websocket";
  private static final int MAX_LENGTH = 2000;

  /**
   * What was read.
   *
   * @param problem what is wrong with the text, or null
   */
  public record Read(@Nullable ServiceUrl url, @Nullable String problem) {}

  /**
   * Reads {@code http}, {@code https}, {@code ws} or {@code wss}, with the path of a service behind
   * a proxy; what has no scheme is taken as {@code http}.
   */
  public static Read of(String text) {
    String whole = text.contains("://") ? text : "http://" + text;
    URI uri;
    try {
      uri = new URI(whole);
    } catch (URISyntaxException unreadable) {
      return problem(text, "is not a URL");
    }
    String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    boolean tls = scheme.equals("https") || scheme.equals("wss");
    if (!tls && !scheme.equals("http") && !scheme.equals("ws")) {
      return problem(text, "must begin with http, https, ws or wss");
    }
    if (text.length() > MAX_LENGTH || uri.getHost() == null || uri.getHost().isEmpty()) {
      return problem(text, "names no host");
    }
    if (uri.getRawUserInfo() != null || uri.getRawQuery() != null) {
      return problem("the URL", "may hold no user and no query; a token goes into WHY502_TOKEN");
    }
    int port = uri.getPort() < 0 ? (tls ? 443 : 80) : uri.getPort();
    if (port == 0 || port > 65535) {
      return problem(text, "has no such port");
    }
    String base = uri.getRawPath() == null ? "" : uri.getRawPath();
    base = withoutEnd(withoutEnd(withoutEnd(base, "/"), "/websocket"), "/eventbus");
    base = withoutEnd(base, "/");
    String host = uri.getHost();
    String shown = (tls ? "https://" : "http://") + uri.getRawAuthority() + base;
    return new Read(
        new ServiceUrl(
            shown,
            tls,
            host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
            port,
            base + BRIDGE),
        null);
  }

  private static String withoutEnd(String text, String end) {
    return text.endsWith(end) ? text.substring(0, text.length() - end.length()) : text;
  }

  private static Read problem(String text, String problem) {
    return new Read(null, text + " " + problem);
  }
}
