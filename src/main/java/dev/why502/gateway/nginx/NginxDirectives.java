package dev.why502.gateway.nginx;

import dev.why502.gateway.ByteText;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where the directives that are followed here may stand, and what they take. */
final class NginxDirectives {
  /** What a single argument must be. */
  enum Type {
    TEXT,
    FLAG,
    TIME,
    SIZE,
    NUMBER
  }

  /**
   * One directive.
   *
   * @param contexts "main", "events", "http", "server", "location", "upstream", "limit_except",
   *     "sif" (an "if" of a server), "lif" (an "if" of a location)
   * @param once whether a second one at the same level is refused
   */
  record Known(Set<String> contexts, int least, int most, boolean block, boolean once, Type type) {}

  private static final int ANY = 64;
  private static final Map<String, Known> ALL = new HashMap<>();

  static {
    String web = "http server location";
    String everywhere = "http server location lif";
    add("http events", "main", 0, 0, true, false, Type.TEXT);
    add("worker_connections", "events", 1, 1, false, true, Type.NUMBER);
    add("worker_rlimit_nofile", "main", 1, 1, false, true, Type.NUMBER);
    add("pid", "main", 1, 1, false, true, Type.TEXT);
    add("server", "http upstream", 0, ANY, false, false, Type.TEXT);
    add("upstream", "http", 1, 1, true, false, Type.TEXT);
    add("map", "http", 2, 2, true, false, Type.TEXT);
    add("location", "server location", 1, 2, true, false, Type.TEXT);
    add("limit_except", "location", 1, ANY, true, false, Type.TEXT);
    add("if", "server location", 1, ANY, true, false, Type.TEXT);
    add("listen", "server", 1, ANY, false, false, Type.TEXT);
    add("server_name", "server", 1, ANY, false, false, Type.TEXT);
    add("proxy_pass", "location lif limit_except", 1, 1, false, true, Type.TEXT);
    add(
        "fastcgi_pass uwsgi_pass scgi_pass grpc_pass",
        "location lif",
        1,
        1,
        false,
        true,
        Type.TEXT);
    add("memcached_pass", "location lif", 1, 1, false, true, Type.TEXT);
    add("proxy_set_header", web, 2, 2, false, false, Type.TEXT);
    add("proxy_method proxy_http_version proxy_ssl_name", web, 1, 1, false, true, Type.TEXT);
    add("proxy_ssl_trusted_certificate", web, 1, 1, false, true, Type.TEXT);
    add("proxy_connect_timeout proxy_send_timeout", web, 1, 1, false, true, Type.TIME);
    add("proxy_read_timeout fastcgi_read_timeout", web, 1, 1, false, true, Type.TIME);
    add("fastcgi_connect_timeout fastcgi_send_timeout", web, 1, 1, false, true, Type.TIME);
    add("proxy_buffer_size fastcgi_buffer_size", web, 1, 1, false, true, Type.SIZE);
    add("client_max_body_size", web, 1, 1, false, true, Type.SIZE);
    add("proxy_ssl_server_name proxy_ssl_verify", web, 1, 1, false, true, Type.FLAG);
    add("proxy_intercept_errors proxy_pass_request_headers", web, 1, 1, false, true, Type.FLAG);
    add("proxy_pass_request_body", web, 1, 1, false, true, Type.FLAG);
    add("recursive_error_pages", web, 1, 1, false, true, Type.FLAG);
    add(
        "underscores_in_headers ignore_invalid_headers",
        "http server",
        1,
        1,
        false,
        true,
        Type.FLAG);
    add("merge_slashes", "http server", 1, 1, false, true, Type.FLAG);
    add("root", everywhere, 1, 1, false, true, Type.TEXT);
    add("alias", "location", 1, 1, false, true, Type.TEXT);
    add("index", web, 1, ANY, false, false, Type.TEXT);
    add("error_page", everywhere, 2, ANY, false, false, Type.TEXT);
    add("try_files", "server location", 2, ANY, false, true, Type.TEXT);
    add("return", "server location sif lif", 1, 2, false, false, Type.TEXT);
    add("rewrite", "server location sif lif", 2, 3, false, false, Type.TEXT);
    add("set", "server location sif lif", 2, 2, false, false, Type.TEXT);
    add("break", "server location sif lif", 0, 0, false, false, Type.TEXT);
    add("internal", "location", 0, 0, false, false, Type.TEXT);
    add("allow deny", "http server location limit_except", 1, 1, false, false, Type.TEXT);
    add("auth_basic", "http server location limit_except", 1, 1, false, true, Type.TEXT);
    add("keepalive", "upstream", 1, ANY, false, true, Type.TEXT);
  }

  private NginxDirectives() {}

  private static void add(
      String names, String contexts, int least, int most, boolean block, boolean once, Type type) {
    for (String name : names.split(" ")) {
      ALL.put(name, new Known(Set.of(contexts.split(" ")), least, most, block, once, type));
    }
  }

  /** Null when nothing is known of it, or when it differs from place to place. */
  static @Nullable Known known(String name) {
    return name.equals("server") ? null : ALL.get(name);
  }

  /** Whether a server of an upstream group may have such a parameter, in any version. */
  static boolean serverParameter(String arg) {
    int equals = arg.indexOf('=');
    if (equals < 0) {
      return List.of("backup", "down", "resolve", "drain").contains(arg);
    }
    String value = arg.substring(equals + 1);
    return switch (arg.substring(0, equals)) {
      case "weight" -> ByteText.number(value) > 0;
      case "max_fails", "max_conns" -> ByteText.number(value) >= 0;
      case "fail_timeout" -> NginxUnits.millis(value) >= 0;
      case "slow_start", "route", "service", "id", "sid" -> true;
      default -> false;
    };
  }
}
