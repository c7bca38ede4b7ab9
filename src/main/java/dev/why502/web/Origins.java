package dev.why502.web;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which hosts we are called by and which pages may talk to us (RFC 6454; against DNS rebinding and
 * cross-site reading). {@code localhost}, {@code 127.0.0.1} and {@code [::1]} are one host.
 */
final class Origins {
  private final Set<String> allowed = new HashSet<>();
  private final @Nullable String publicHost;

  Origins(List<String> allowOrigins, @Nullable String publicUrl) {
    for (String origin : allowOrigins) {
      Authority authority = Authority.ofOrigin(origin);
      if (authority != null) {
        allowed.add(authority.text());
      }
    }
    Authority own = publicUrl == null ? null : Authority.ofOrigin(publicUrl);
    publicHost = own == null ? null : own.host();
    if (own != null) {
      allowed.add(own.text());
    }
  }

  /** Whether a service bound to loopback may answer a request for this Host. */
  boolean hostAllowed(@Nullable String host) {
    if (host == null) {
      return false;
    }
    String name = Authority.hostOf(host);
    return loopback(name) || name.equals(publicHost);
  }

  /**
   * @param origin value of the Origin header; null when the client is no browser page
   * @param host value of the Host header
   */
  boolean originAllowed(@Nullable String origin, @Nullable String host) {
    if (origin == null) {
      return true;
    }
    Authority asking = Authority.ofOrigin(origin);
    return asking != null && (allowed.contains(asking.text()) || asking.isFor(host));
  }

  /** Whether it is one of those that were allowed besides our own. */
  boolean listed(String origin) {
    Authority asking = Authority.ofOrigin(origin);
    return asking != null && allowed.contains(asking.text());
  }

  /** Whether a host name or address means this machine itself, whatever a resolver says. */
  static boolean loopback(String host) {
    String name =
        host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    return name.equalsIgnoreCase("localhost")
        || name.equals("::1")
        || name.matches("127(\\.[0-9]{1,3}){3}");
  }

  /** Scheme, host and port; the port is always there, every loopback host is "localhost". */
  private record Authority(String scheme, String host, int port) {
    static @Nullable Authority ofOrigin(String origin) {
      try {
        URI uri = new URI(origin);
        String scheme = uri.getScheme();
        String host = uri.getHost();
        if (scheme == null || host == null || uri.getUserInfo() != null) {
          return null;
        }
        int port = uri.getPort() > 0 ? uri.getPort() : defaultPort(scheme);
        return port < 0 ? null : new Authority(scheme.toLowerCase(Locale.ROOT), one(host), port);
      } catch (URISyntaxException e) {
        return null;
      }
    }

    static String hostOf(String header) {
      int colon = header.lastIndexOf(':');
      boolean port =
          colon > header.lastIndexOf(']')
              && colon == (header.startsWith("[") ? colon : header.indexOf(':'));
      return one(port ? header.substring(0, colon) : header);
    }

    /** The Host header may leave out what is the default port of the page's own scheme. */
    boolean isFor(@Nullable String header) {
      if (header == null || !hostOf(header).equals(host)) {
        return false;
      }
      int colon = header.lastIndexOf(':');
      boolean named = colon > header.lastIndexOf(']');
      return named
          ? header.substring(colon + 1).equals(String.valueOf(port))
          : port == defaultPort(scheme);
    }

    String text() {
      return scheme + "://" + host + ":" + port;
    }

    private static String one(String host) {
      return loopback(host) ? "localhost" : host.toLowerCase(Locale.ROOT);
    }

    private static int defaultPort(String scheme) {
      return switch (scheme.toLowerCase(Locale.ROOT)) {
        case "http", "ws" -> 80;
        case "https", "wss" -> 443;
        default -> -1;
      };
    }
  }
}
