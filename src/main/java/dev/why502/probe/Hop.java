package dev.why502.probe;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Probe;
import dev.why502.definition.Request;
import dev.why502.definition.Request.Header;
import dev.why502.definition.Scheme;
import dev.why502.definition.Target;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One request of a run: the probe's own, or one that a redirect led to.
 *
 * @param where connected to; the target's endpoint, or what {@code connectTo} says
 * @param headers declared ones that may be sent there
 */
record Hop(
    Target target, Endpoint where, String method, @Nullable String body, List<Header> headers) {
  static Hop first(Probe probe) {
    Request request = probe.request();
    Endpoint to = request.connectTo();
    return new Hop(
        probe.target(),
        to == null ? probe.target().endpoint() : to,
        request.method(),
        request.body(),
        request.headers());
  }

  /** What the hop asks for, to see a loop. */
  String key() {
    return method + " " + url(target);
  }

  static String url(Target target) {
    if (target.endpoint().socket() != null) {
      return target.endpoint().text() + ":" + target.path();
    }
    return target.scheme().name().toLowerCase(Locale.ROOT)
        + "://"
        + target.authority()
        + target.path();
  }

  /**
   * Where a redirect leads (RFC 9110, 15.4), or null where its location is none that HTTP can
   * follow. On another origin no declared header is sent and {@code connectTo} no longer holds,
   * also not when a later redirect leads back.
   */
  @Nullable Hop redirected(int status, String location) {
    Target to = resolve(location);
    if (to == null) {
      return null;
    }
    boolean sameOrigin = to.scheme() == target.scheme() && to.endpoint().equals(target.endpoint());
    boolean get = status == 303 ? !method.equals("HEAD") : status <= 302 && method.equals("POST");
    return new Hop(
        to,
        sameOrigin ? where : to.endpoint(),
        get ? "GET" : method,
        get ? null : body,
        sameOrigin ? headers : List.of());
  }

  private @Nullable Target resolve(String location) {
    String fragmentless = location.split("#", 2)[0].strip();
    if (fragmentless.regionMatches(true, 0, "http:", 0, 5)
        || fragmentless.regionMatches(true, 0, "https:", 0, 6)) {
      return absolute(fragmentless);
    }
    if (fragmentless.startsWith("//")) {
      return absolute((target.scheme().tls() ? "https:" : "http:") + fragmentless);
    }
    String path;
    if (fragmentless.startsWith("/")) {
      path = fragmentless;
    } else {
      try {
        URI base = new URI("http://h" + RequestBytes.encodedPath(target.path()));
        URI resolved = base.resolve(new URI(RequestBytes.encodedPath(fragmentless)));
        if (resolved.isOpaque() || !"h".equals(resolved.getRawAuthority())) {
          return null;
        }
        String query = resolved.getRawQuery();
        path = resolved.getRawPath() + (query == null ? "" : "?" + query);
      } catch (URISyntaxException e) {
        return null;
      }
    }
    Target to = new Target(target.scheme(), target.endpoint(), path, "");
    return new Target(to.scheme(), to.endpoint(), path, url(to));
  }

  private static @Nullable Target absolute(String url) {
    Scheme scheme = url.regionMatches(true, 0, "https:", 0, 6) ? Scheme.HTTPS : Scheme.HTTP;
    int from = url.indexOf("//");
    if (from < 0) {
      return null;
    }
    from += 2;
    int end = from;
    while (end < url.length() && "/?\\".indexOf(url.charAt(end)) < 0) {
      end++;
    }
    String authority = url.substring(from, end);
    authority = authority.substring(authority.lastIndexOf('@') + 1);
    int colon = authority.lastIndexOf(':');
    boolean port = colon >= 0 && authority.indexOf(']', colon) < 0;
    String host = port ? authority.substring(0, colon) : authority;
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    int number = scheme.defaultPort();
    if (port && colon + 1 < authority.length()) {
      String digits = authority.substring(colon + 1);
      if (digits.length() > 5 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return null;
      }
      number = Integer.parseInt(digits);
    }
    if (host.isEmpty() || number < 1 || number > 65535) {
      return null;
    }
    String rest = url.substring(end);
    String path = rest.startsWith("/") ? rest : "/" + rest;
    Target to = new Target(scheme, Endpoint.of(host.toLowerCase(Locale.ROOT), number), path, "");
    return new Target(scheme, to.endpoint(), path, url(to));
  }
}
