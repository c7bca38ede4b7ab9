package dev.why502.diagnosis;

import dev.why502.observation.Response;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which program an answer speaks of, by its Server header or by a page that only one program has.
 * That it is named does not say that it made the answer: nginx puts its name on what it passes on.
 */
final class Speaker {
  private static final List<String> GATEWAYS =
      List.of(
          "nginx",
          "openresty",
          "tengine",
          "angie",
          "haproxy",
          "caddy",
          "envoy",
          "istio-envoy",
          "varnish",
          "traefik",
          "cloudflare",
          "awselb",
          "google frontend",
          "akamaighost",
          "squid");

  private Speaker() {}

  /** A program's name and version as it tells them, or null. */
  static @Nullable String name(@Nullable Response response) {
    if (response == null) {
      return null;
    }
    String server = response.header("Server");
    return server != null && !server.isBlank() ? server : page(response);
  }

  /** Whether the answer is that of a gateway, as far as it says itself. */
  static boolean gateway(@Nullable Response response) {
    if (response == null) {
      return false;
    }
    String server = response.header("Server");
    String lower = server == null ? "" : server.toLowerCase(Locale.ROOT);
    return GATEWAYS.stream().anyMatch(lower::startsWith) || page(response) != null;
  }

  /**
   * The page that httpd makes of a status of its own: mostly for a service that it cannot reach,
   * but a rule of its own may give it too.
   */
  static boolean unavailable(@Nullable Response response) {
    return response != null
        && response.body().contains("<title>503 Service Unavailable</title>")
        && response.body().contains("<p>The server is temporarily unable to service your\n");
  }

  /** A gateway's own page for its own failure: HAProxy's, httpd's, Varnish's. */
  private static @Nullable String page(Response response) {
    String body = response.body();
    if (body.startsWith("<html><body><h1>5")
        && (body.contains("\nNo server is available to handle this request.")
            || body.contains("\nThe server returned an invalid or incomplete response.")
            || body.contains("\nThe server didn't respond in time."))) {
      return "HAProxy";
    }
    if (body.contains("<title>502 Proxy Error</title>")
        && body.contains("The proxy server received an invalid")) {
      return "Apache httpd";
    }
    if (body.contains("<p>Guru Meditation:</p>")) {
      return "Varnish";
    }
    return null;
  }
}
