package dev.why502.gateway.nginx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.gateway.RealGateway;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What nginx refuses, and what it does not. */
@NullUnmarked
@Timeout(60)
class NginxRefusalTest {
  private static Vertx vertx;

  @TempDir Path directory;

  @BeforeAll
  static void open() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void close() {
    NginxDesk.await(vertx.close());
  }

  static Stream<Arguments> refusals() {
    String web = "events {}\nhttp {\n";
    return Stream.of(
        Arguments.of(web + "server { listen 8080 }\n}", 3, "unexpected \"}\""),
        Arguments.of(web + "server { listen 8080;\n", 4, "unexpected end of file"),
        Arguments.of(web + "}\n}", 4, "unexpected \"}\""),
        Arguments.of(web + "location / { }\n}", 3, "\"location\" directive is not allowed here"),
        Arguments.of(
            web + "server { location / { proxy_pass; } }\n}",
            3,
            "invalid number of arguments in \"proxy_pass\" directive"),
        Arguments.of(
            web + "server { location / { proxy_pass http://a b; } }\n}",
            3,
            "invalid number of arguments in \"proxy_pass\" directive"),
        Arguments.of(
            web + "server { location / { proxy_pass 127.0.0.1:80; } }\n}", 3, "invalid URL prefix"),
        Arguments.of(
            web + "server { location / { proxy_pass http://127.0.0.1:99999; } }\n}",
            3,
            "invalid port in upstream \"127.0.0.1:99999\""),
        Arguments.of(
            web + "server { location ~ x { proxy_pass http://127.0.0.1:1/; } }\n}",
            3,
            "\"proxy_pass\" cannot have URI part"),
        Arguments.of(
            web + "server { location /x { } location /x { } }\n}", 3, "duplicate location \"/x\""),
        Arguments.of(web + "upstream u { }\n}", 3, "no servers are inside upstream"),
        Arguments.of(
            web + "upstream u { server 127.0.0.1:0; }\n}",
            3,
            "invalid port in upstream \"127.0.0.1:0\""),
        Arguments.of(
            web + "upstream u { server 127.0.0.1 maxfails=1; }\n}",
            3,
            "invalid parameter \"maxfails=1\""),
        Arguments.of(
            web
                + "upstream u { server 127.0.0.1; } server { location / { proxy_pass http://u:81; } }\n}",
            3,
            "upstream \"u\" may not have port 81"),
        Arguments.of(web + "include missing.conf;\n}", 3, "failed (2: No such file or directory)"),
        Arguments.of(web + "server { set $a \"b\"c; }\n}", 3, "unexpected \"c\""),
        Arguments.of(
            web + "proxy_read_timeout 5x;\n}", 3, "\"proxy_read_timeout\" directive invalid value"),
        Arguments.of(
            web + "server { listen 80 default_server; } server { listen 80 default_server; }\n}",
            3,
            "a duplicate default server for 0.0.0.0:80"),
        Arguments.of(
            web + "client_max_body_size " + "x".repeat(5000) + ";\n}", 3, "too long parameter"),
        Arguments.of("http {\n}", 0, "no \"events\" section in configuration"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void refusalIsNamedByFileAndLine(String config, int line, String message) {
    // Given
    NginxDesk desk = new NginxDesk(vertx, directory).write("nginx.conf", config);

    // When
    List<String> faults = desk.route("http://shop.example/").faults();

    // Then
    String place = directory + "/nginx.conf:" + (line > 0 ? line + ": " : " ");
    assertTrue(
        faults.stream().anyMatch(f -> f.startsWith(place) && f.contains(message)),
        () -> "no \"" + message + "\" in " + faults);
    if (Files.exists(Path.of("/usr/sbin/nginx"))) {
      RealGateway.Said said = RealNginx.test(directory);
      assertTrue(said.status() != 0 && said.text().contains(message), said.text());
    }
  }

  @Test
  void messyButValidConfigurationHasNoFaults() {
    // Given
    RealNginx.require();
    NginxDesk desk =
        new NginxDesk(vertx, directory)
            .write(
                "nginx.conf",
                """
                # a comment with ; { and "quotes
                user 'root'; "worker_processes" 1;pid DIR/pid;
                error_log DIR/error.log;
                events{worker_connections 64;multi_accept on;}
                http{
                  include types.conf; include "conf.d/*.conf"; include nothing/*.conf;
                  include
                    'with space.conf'
                  ;
                  client_body_temp_path DIR/b; proxy_temp_path DIR/p; fastcgi_temp_path DIR/f;
                  uwsgi_temp_path DIR/u; scgi_temp_path DIR/s; access_log off;
                  log_format main '$remote_addr "$request" '
                                  "$status {not a block}";
                  map $http_upgrade $connection_upgrade { default upgrade; '' close; "~^a;b{2}" x; location y; }
                  geo $near { default 0; 127.0.0.0/8 1; }
                  split_clients "${remote_addr}AAA" $variant { 50% .one; * ""; }
                  limit_req_zone $binary_remote_addr zone=one:1m rate=10r/m;
                  proxy_cache_path DIR/cache keys_zone=kept:1m;
                  upstream back { least_conn; server 127.0.0.1:9 weight=5 max_fails=3 fail_timeout=30s max_conns=9; server unix:/tmp/s backup; keepalive 2; keepalive_requests 5; }
                  server{listen 19011 default_server backlog=9;listen [::1]:19011;listen unix:DIR/l.sock;server_name _ a.example "~^(?<sub>.+)\\.b\\.example$" *.c.example d.*;
                    set $a "x;y}z"; set $b a#b; set $c "${a}-$b"; set $d \\#;
                    if ($http_cookie ~* "id=([^;]+)(?:;|$)") { set $id $1; }
                    if ($request_method ~ ^(GET|HEAD)$ ) { set $e 1; }
                    if ( $a = "" ) { return 444; }
                    if (!-f DIR/none) { break; }
                    rewrite "^/([0-9]{5}).html$" /x?i=$1? last;
                    location =/exact{return 204;}
                    location ~ ^/(?:a|b)/(?<rest>[^/]+)$ { proxy_pass http://back/$rest; }
                    location ^~/img { alias DIR/; }
                    location "/with space" { return 200 "a
                b"; }
                    location /up/ { proxy_pass http://back; proxy_set_header Connection $connection_upgrade; proxy_read_timeout "1h 30m"; proxy_cache kept; proxy_cache_use_stale error;
                      limit_except GET POST { deny all; } limit_req zone=one burst=5 nodelay;
                      location /up/er { internal; } location ~ \\.x$ { empty_gif; } if ($arg_z) { return 410; } }
                    location /f { fastcgi_pass unix:/tmp/php; include fastcgi.conf; fastcgi_read_timeout 300; }
                    location /s { stub_status; allow ::1; deny all; }
                    location /e { error_page 404 403 =200 @x; error_page 500 502 503 504 /50x.html; try_files $uri $uri/ =404; }
                    location @x { return 302 $scheme://$host$request_uri; } }
                }
                """)
            .write("types.conf", "types { text/html html htm; application/x-a x; }")
            .write(
                "conf.d/b.conf",
                "server { listen 19012; location / { proxy_pass http://127.0.0.1:9; } }")
            .write("conf.d/a.conf", "\n# nothing\n")
            .write("with space.conf", "server_names_hash_bucket_size 128;")
            .write(
                "fastcgi.conf",
                "fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;");

    // When
    List<String> faults = desk.route("http://a.example:19011/up/1").faults();
    RealGateway.Said said = RealNginx.test(directory);

    // Then
    assertEquals(0, said.status(), said.text());
    assertEquals(List.of(), faults);
  }

  @Test
  void noBytesStopTheLexer() {
    // Given
    Random random = new Random(11);
    String marks = "{};\"'\\#$ \n\t\r()[]=-abc_by_lua_block\0\u00ff";

    // When
    for (int i = 0; i < 3000; i++) {
      StringBuilder text = new StringBuilder(i % 7 == 0 ? "content_by_lua_block {" : "");
      for (int n = random.nextInt(300); n > 0; n--) {
        text.append(
            random.nextInt(10) == 0
                ? (char) random.nextInt(256)
                : marks.charAt(random.nextInt(marks.length())));
      }
      NginxLexer.Lexed lexed = NginxLexer.lex(text.toString());

      // Then
      assertEquals(
          NginxLexer.End.FILE, lexed.statements().get(lexed.statements().size() - 1).end());
      assertTrue(lexed.faults().size() <= NginxLexer.MAX_FAULTS);
    }
  }

  @Test
  void deepAndLongFilesEnd() throws Exception {
    // Given
    NginxDesk desk = new NginxDesk(vertx, directory);
    Files.write(
        directory.resolve("nginx.conf"), "a{".repeat(200_000).getBytes(StandardCharsets.UTF_8));

    // When
    List<String> deep = desk.route("http://shop.example/").faults();
    desk.write("nginx.conf", "events{} http { include nginx.conf; include loop/*; }");
    desk.write("loop/x", "include loop/x;");
    List<String> loop = desk.route("http://shop.example/").faults();

    // Then
    assertTrue(deep.stream().anyMatch(f -> f.contains("nested too deeply")), deep.toString());
    assertTrue(loop.stream().anyMatch(f -> f.contains("includes itself")), loop.toString());
  }
}
