package dev.why502.gateway.running;

import dev.why502.definition.Gateway.Kind;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Names of gateways' programs. */
final class Programs {
  private Programs() {}

  /**
   * The kind of a program by its name, its directory left out; null for any other program. Builds
   * beside the usual one carry a suffix: {@code nginx-debug}, {@code httpd.worker}.
   */
  static @Nullable Kind kind(String program) {
    String name = program.substring(program.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    int end = 0;
    while (end < name.length() && Character.isLetterOrDigit(name.charAt(end))) {
      end++;
    }
    boolean suffix = end < name.length() && "-.".indexOf(name.charAt(end)) < 0;
    if (suffix) {
      return null;
    }
    return switch (name.substring(0, end)) {
      case "nginx", "openresty" -> Kind.NGINX;
      case "haproxy" -> Kind.HAPROXY;
      case "apache2", "httpd" -> Kind.APACHE;
      case "caddy" -> Kind.CADDY;
      default -> null;
    };
  }
}
