package dev.why502.gateway.nginx;

import dev.why502.gateway.ByteText;
import java.util.List;
import java.util.Set;

/** The directives that pass a request on, and the URLs they take. */
final class NginxPass {
  static final Set<String> DIRECTIVES =
      Set.of(
          "proxy_pass", "fastcgi_pass", "uwsgi_pass", "scgi_pass", "grpc_pass", "memcached_pass");

  /** The same in a fixed order. */
  static final List<String> ORDER =
      List.of(
          "proxy_pass", "fastcgi_pass", "uwsgi_pass", "scgi_pass", "grpc_pass", "memcached_pass");

  private NginxPass() {}

  /**
   * A URL of such a directive.
   *
   * @param protocol as {@link dev.why502.evidence.Route.Pass#protocol()}
   * @param fault nginx's complaint, or null
   */
  record Url(
      String protocol,
      NginxAddress address,
      int defaultPort,
      @org.jspecify.annotations.Nullable String fault) {}

  static Url url(String directive, String text) {
    String lower = ByteText.lower(text.substring(0, Math.min(text.length(), 10)));
    return switch (directive) {
      case "proxy_pass" ->
          lower.startsWith("http://")
              ? of("http", text.substring(7), 80)
              : lower.startsWith("https://")
                  ? of("https", text.substring(8), 443)
                  : refused("http", "invalid URL prefix");
      case "grpc_pass" ->
          lower.startsWith("grpcs://")
              ? of("grpcs", text.substring(8), 443)
              : of("grpc", lower.startsWith("grpc://") ? text.substring(7) : text, 80);
      case "uwsgi_pass" ->
          of(
              "uwsgi",
              lower.startsWith("uwsgi://") || lower.startsWith("suwsgi://")
                  ? text.substring(text.indexOf("//") + 2)
                  : text,
              80);
      case "fastcgi_pass" -> of("fastcgi", text, 80);
      case "scgi_pass" -> of("scgi", text, 80);
      default -> of("memcached", text, 80);
    };
  }

  private static Url of(String protocol, String rest, int defaultPort) {
    NginxAddress address = NginxAddress.parse(rest, defaultPort);
    return new Url(protocol, address, defaultPort, address.fault());
  }

  private static Url refused(String protocol, String fault) {
    return new Url(protocol, NginxAddress.parse("-", 80), 80, fault);
  }

  /** The prefix of a directive's settings: "proxy", "fastcgi", ... */
  static String family(String directive) {
    return directive.substring(0, directive.indexOf('_'));
  }
}
