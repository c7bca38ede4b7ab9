package dev.why502.gateway.running;

import dev.why502.definition.Gateway.Kind;
import java.util.ArrayList;
import java.util.List;

/** Where distributions and the projects' own builds put a gateway's main configuration file. */
public final class StandardPlaces {
  private StandardPlaces() {}

  /** A file in a standard place. */
  public record Standard(Kind kind, String config) {}

  /** Every standard place of every kind, the most usual first. */
  public static List<Standard> all() {
    List<Standard> all = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      of(kind).forEach(config -> all.add(new Standard(kind, config)));
    }
    return List.copyOf(all);
  }

  static List<String> of(Kind kind) {
    return switch (kind) {
      case NGINX ->
          List.of(
              "/etc/nginx/nginx.conf",
              "/usr/local/nginx/conf/nginx.conf",
              "/usr/local/openresty/nginx/conf/nginx.conf",
              "/usr/local/etc/nginx/nginx.conf");
      case HAPROXY -> List.of("/etc/haproxy/haproxy.cfg", "/usr/local/etc/haproxy/haproxy.cfg");
      case APACHE ->
          List.of(
              "/etc/apache2/apache2.conf",
              "/etc/httpd/conf/httpd.conf",
              "/etc/apache2/httpd.conf",
              "/usr/local/apache2/conf/httpd.conf");
      case CADDY -> List.of("/etc/caddy/Caddyfile");
      case OTHER -> List.of();
    };
  }

  /**
   * What a program that was given no file takes: compiled in, and so told only by where it stands.
   *
   * @param program path of its executable, empty when not known
   */
  static List<String> compiled(Kind kind, String program) {
    int bin = program.lastIndexOf('/');
    int above = bin < 0 ? -1 : program.lastIndexOf('/', bin - 1);
    String prefix = above < 0 ? "" : program.substring(0, above);
    boolean own = !prefix.isEmpty() && !prefix.equals("/usr") && !prefix.equals("/usr/local");
    return switch (kind) {
      case NGINX -> own ? List.of(prefix + "/conf/nginx.conf") : of(kind);
      case APACHE -> own ? List.of(prefix + "/conf/httpd.conf") : of(kind);
      case HAPROXY, CADDY, OTHER -> List.of();
    };
  }
}
