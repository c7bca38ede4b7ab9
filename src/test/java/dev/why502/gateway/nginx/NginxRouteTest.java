package dev.why502.gateway.nginx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Request;
import dev.why502.definition.Request.Header;
import dev.why502.evidence.Route;
import dev.why502.evidence.Route.Handling;
import dev.why502.evidence.Route.Limit;
import dev.why502.evidence.Route.Pass;
import dev.why502.gateway.ConfigFiles;
import dev.why502.gateway.Routed;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
@NullUnmarked
class NginxRouteTest {
  private static Vertx vertx;

  @TempDir Path directory;
  private NginxDesk desk;

  @BeforeAll
  static void open() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void close() {
    NginxDesk.await(vertx.close());
  }

  @BeforeEach
  void prepare() {
    desk = new NginxDesk(vertx, directory);
  }

  @Test
  void foundingSiteLeadsToTheWrongPort() {
    // Given
    desk.write(
        "nginx.conf", "user www-data;\nevents { }\nhttp {\n    include sites-enabled/*;\n}\n");
    desk.write(
        "sites-enabled/nanobanana.gitagent.io",
        """
        server {
            server_name nanobanana.gitagent.io;

            # API
            location /api/ {
                proxy_pass http://localhost:3001/api/;
                proxy_http_version 1.1;
                proxy_set_header Upgrade $http_upgrade;
                proxy_set_header Connection 'upgrade';
                proxy_set_header Host $host;
                proxy_set_header X-Forwarded-Proto $scheme;
                proxy_cache_bypass $http_upgrade;
                proxy_read_timeout 86400;
                add_header 'Access-Control-Allow-Origin' '*' always;
            }

            location / {
                proxy_pass http://localhost:8889;
                proxy_set_header Host $host;
            }

            listen 443 ssl;
            ssl_certificate /etc/ssl/some.pem;
            ssl_certificate_key /etc/ssl/some.key;
        }
        """);

    // When
    Route route = desk.route("https://nanobanana.gitagent.io/api/templates?sort=popular&limit=6");

    // Then
    Pass pass = pass(route);
    assertEquals(directory + "/sites-enabled/nanobanana.gitagent.io:6", pass.place().toString());
    assertEquals("proxy_pass http://localhost:3001/api/;", pass.place().text());
    assertEquals(64, String.valueOf(pass.place().sha256()).length());
    assertEquals(5, route.location().line());
    assertEquals("nanobanana.gitagent.io", route.serverName());
    assertEquals("/api/templates?sort=popular&limit=6", pass.uri());
    assertEquals("nanobanana.gitagent.io", pass.host());
    assertEquals(86_400_000, pass.readTimeoutMillis());
    assertEquals(
        List.of("[::1]:3001", "127.0.0.1:3001"),
        pass.peers().stream().map(Route.Peer::address).toList());
    assertTrue(pass.upgrade());
    assertEquals(List.of(), route.unknown());
    assertEquals(List.of(), route.faults());
  }

  static Stream<Arguments> uris() {
    return Stream.of(
        Arguments.of("location /api/ { proxy_pass http://127.0.0.1:1/; }", "/api/x?y", "/x?y"),
        Arguments.of("location /api { proxy_pass http://127.0.0.1:1/; }", "/api/x", "//x"),
        Arguments.of(
            "location /api/ { proxy_pass http://127.0.0.1:1; }", "/api/%41?y", "/api/%41?y"),
        Arguments.of(
            "location /api/ { proxy_pass http://127.0.0.1:1/v1/; }", "/api/a%20b", "/v1/a%20b"),
        Arguments.of(
            "location / { rewrite ^/a/(.*)$ /b/$1 break; proxy_pass http://127.0.0.1:1; }",
            "/a/x?q=1",
            "/b/x?q=1"),
        Arguments.of(
            "location / { rewrite ^/a/(.*)$ /b/$1? break; proxy_pass http://127.0.0.1:1; }",
            "/a/x?q=1",
            "/b/x"),
        Arguments.of(
            "location / { rewrite ^/a/(.*)$ /b?p=$1 break; proxy_pass http://127.0.0.1:1/z/; }",
            "/a/x?q=1",
            "/b?p=x&q=1"),
        Arguments.of(
            "location ~ ^/a/(?<rest>.*)$ { proxy_pass http://127.0.0.1:1/n/$rest$is_args$args; }",
            "/a/x?q=1",
            "/n/x?q=1"),
        Arguments.of(
            "location / { try_files $uri @app; root DIR; } location @app { proxy_pass http://127.0.0.1:1; }",
            "/a%20b",
            "/a%20b"),
        Arguments.of("location / { set $up 127.0.0.1:1; proxy_pass http://$up; }", "/q?r", "/q?r"));
  }

  @ParameterizedTest
  @MethodSource("uris")
  void uriSentIsTheOneThatNginxSends(String locations, String sent, String expected) {
    // Given
    desk.http("server { listen 8080; " + locations.replace("DIR", directory.toString()) + " }");

    // When
    Route route = desk.route("http://shop.example:8080" + sent);

    // Then
    assertEquals(expected, pass(route).uri());
    assertEquals(Handling.PROXY, route.handling());
    assertEquals(List.of(), route.unknown());
  }

  static Stream<Arguments> servers() {
    String config =
        """
        server { listen 8080; server_name first.example; return 200 a; }
        server { listen 8080 default_server; server_name _; return 200 b; }
        server { listen 127.0.0.1:8080; server_name first.example; return 200 c; }
        server { listen 127.0.0.2:8080; server_name *.wild.example; return 200 d; }
        server { listen 127.0.0.2:8080; server_name www.wild.*; return 200 e; }
        server { listen 127.0.0.2:8080; server_name .dot.example; return 200 f; }
        server { listen 127.0.0.2:8080; server_name ~^r\\d+\\.example$; return 200 g; }
        server { listen [::1]:8443 ssl; server_name six.example; return 200 h; }
        server { listen unix:/run/edge.sock; server_name _; return 200 i; }
        server { server_name eighty.example; return 200 j; }
        """;
    return Stream.of(
        Arguments.of(config, "http://first.example:8080/", "127.0.0.1:8080", "c"),
        Arguments.of(config, "http://other.example:8080/", "127.0.0.1:8080", "c"),
        Arguments.of(config, "http://first.example:8080/", "127.0.0.3:8080", "a"),
        Arguments.of(config, "http://nobody.example:8080/", "127.0.0.3:8080", "b"),
        Arguments.of(config, "http://a.b.wild.example/", "127.0.0.2:8080", "d"),
        Arguments.of(config, "http://www.wild.org/", "127.0.0.2:8080", "e"),
        Arguments.of(config, "http://WWW.wild.example/", "127.0.0.2:8080", "d"),
        Arguments.of(config, "http://dot.example/", "127.0.0.2:8080", "f"),
        Arguments.of(config, "http://x.dot.example/", "127.0.0.2:8080", "f"),
        Arguments.of(config, "http://r22.example/", "127.0.0.2:8080", "g"),
        Arguments.of(config, "https://six.example/", "[::1]:8443", "h"),
        Arguments.of(config, "http://x.example/", "unix:/run/edge.sock", "i"),
        Arguments.of(config, "http://eighty.example/", null, "j"));
  }

  @ParameterizedTest
  @MethodSource("servers")
  void serverIsChosenByAddressThenName(String config, String url, String connected, String tag) {
    // Given
    desk.http(config);

    // When
    Route route = desk.route(url, Request.GET, connected);

    // Then
    assertEquals("return 200 " + tag + ";", route.answerPlace().text());
    assertEquals(Handling.RETURN, route.handling());
  }

  @Test
  void portThatNobodyListensOnHasNoServer() {
    // Given
    desk.http("server { listen 8080; location / { proxy_pass http://127.0.0.1:1; } }");

    // When
    Route route = desk.route("http://shop.example:8081/", Request.GET, "127.0.0.1:8081");

    // Then
    assertEquals(Handling.NO_SERVER, route.handling());
    assertNull(route.server());
  }

  @Test
  void groupTellsItsPeersAndTheirRules() {
    // Given
    desk.http(
        """
        upstream pool {
            zone pool 64k;
            server 127.0.0.1:3001 weight=2 max_fails=3 fail_timeout=1m30s;
            server two.internal:3002 backup;
            server unix:/run/app.sock down;
            server gone.internal:3003;
            keepalive 8;
            keepalive_timeout 5s;
        }
        server {
            listen 8443 ssl;
            proxy_ssl_server_name on;
            proxy_ssl_verify on;
            proxy_ssl_trusted_certificate ca.pem;
            error_page 500 502 =200 /sorry;
            location / {
                proxy_pass https://pool/v1/;
                proxy_http_version 1.1;
                proxy_set_header Connection "";
                proxy_set_header Authorization "Bearer abcdef";
                proxy_set_header Host service.internal;
                proxy_ssl_name service.internal;
                proxy_connect_timeout 500ms;
                proxy_next_upstream off;
                proxy_buffer_size 8k;
                proxy_bind 127.0.0.9;
                proxy_cache one; proxy_cache_use_stale error timeout;
            }
        }
        """);

    // When
    Pass pass = pass(desk.route("https://shop.example:8443/x"));

    // Then
    assertEquals("pool", pass.group());
    assertEquals(
        java.util.Arrays.asList(
            "127.0.0.1:3001", "10.0.0.1:3002", "10.0.0.2:3002", "unix:/run/app.sock", null),
        pass.peers().stream().map(Route.Peer::address).toList());
    assertEquals(3, pass.peers().get(0).maxFails());
    assertEquals(90_000, pass.peers().get(0).failTimeoutMillis());
    assertTrue(pass.peers().get(1).backup());
    assertTrue(pass.peers().get(3).down());
    assertEquals("gone.internal", pass.peers().get(4).name());
    assertEquals(7, pass.peers().get(2).place().line() + 1);
    assertTrue(pass.keepAlive());
    assertEquals(5_000, pass.keepAliveMillis());
    assertEquals("service.internal", pass.sni());
    assertEquals("service.internal", pass.host());
    assertTrue(pass.verify());
    assertEquals(directory + "/ca.pem", pass.trusted());
    assertEquals(500, pass.connectTimeoutMillis());
    assertEquals(8192, pass.headerBufferBytes());
    assertFalse(pass.nextUpstream());
    assertTrue(pass.stale());
    assertEquals("127.0.0.9", pass.bind());
    assertEquals(List.of("502 =200 /sorry"), pass.intercepts());
    assertTrue(pass.setHeaders().contains(new Header("Connection", "")));
    assertTrue(pass.setHeaders().contains(new Header("Authorization", "***")));
    assertFalse(pass.toString().contains("abcdef"));
    assertEquals("https", pass.protocol());
    assertEquals("/v1/x", pass.uri());
  }

  @Test
  void defaultsAreThoseOfNginx() {
    // Given
    desk.http("server { listen 8080; location / { proxy_pass https://localhost:8443; } }");

    // When
    Route route =
        desk.route(
            "http://shop.example:8080/",
            NginxDesk.request("GET", "X_Under_Score", "1", "X-Plain", "2"),
            null);

    // Then
    Pass pass = pass(route);
    assertEquals("localhost:8443", pass.host());
    assertNull(pass.sni());
    assertFalse(pass.verify());
    assertEquals(60_000, pass.readTimeoutMillis());
    assertEquals(4096, pass.headerBufferBytes());
    assertEquals(1, pass.peers().get(0).maxFails());
    assertEquals(10_000, pass.peers().get(0).failTimeoutMillis());
    assertEquals("1.0", pass.httpVersion());
    assertFalse(pass.upgrade());
    assertFalse(pass.keepAlive());
    assertTrue(pass.nextUpstream());
    assertEquals(
        List.of(new Header("Connection", "close"), new Header("X_Under_Score", "")),
        pass.setHeaders());
    Limit body = route.limits().get(0);
    assertEquals(Limit.What.BODY, body.what());
    assertEquals(1024 * 1024, body.value());
  }

  @Test
  void limitsOnTheWayAreNamed() {
    // Given
    desk.http(
        """
        limit_req_zone $binary_remote_addr zone=one:1m rate=5r/s;
        limit_conn_zone $server_name zone=c:1m;
        server {
            listen 8080;
            client_max_body_size 2k;
            auth_basic "members"; auth_basic_user_file users;
            limit_req zone=one burst=2;
            location / {
                limit_conn c 7; limit_conn_status 429;
                proxy_pass http://127.0.0.1:1;
            }
        }
        """);

    // When
    List<Limit> limits = desk.route("http://shop.example:8080/").limits();

    // Then
    assertEquals(
        List.of(
            "BODY 2048 413",
            "REQUESTS 5 503",
            "CONNECTIONS 7 429",
            "AUTHENTICATION 0 401",
            "WORKER_CONNECTIONS 64 0"),
        limits.stream().map(l -> l.what() + " " + l.value() + " " + l.status()).toList());
  }

  static Stream<Arguments> notFollowed() {
    return Stream.of(
        Arguments.of(
            "location / { set $b app.internal; proxy_pass http://$b:3001; }",
            "no resolver defined to resolve app.internal"),
        Arguments.of("location / { proxy_pass http://$request_id; }", "$request_id is not known"),
        Arguments.of(
            "location / { content_by_lua_block { ngx.say(\"}\") } }", "content_by_lua_block"),
        Arguments.of(
            "location / { access_by_lua_block { -- }\n } proxy_pass http://127.0.0.1:1; }",
            "access_by_lua_block"),
        Arguments.of(
            "location / { satisfy any; deny all; auth_basic x; proxy_pass http://127.0.0.1:1; }",
            "satisfies"),
        Arguments.of(
            "location / { if ($geoip_country_code = CN) { return 403; } proxy_pass http://127.0.0.1:1; }",
            "if ($geoip_country_code = CN)"));
  }

  @ParameterizedTest
  @MethodSource("notFollowed")
  void whatIsNotFollowedIsSaid(String locations, String note) {
    // Given
    desk.http("server { listen 8080; " + locations + " }");

    // When
    Route route = desk.route("http://shop.example:8080/");

    // Then
    assertTrue(
        route.unknown().stream().anyMatch(u -> u.contains(note)), route.unknown().toString());
    assertEquals(List.of(), route.faults());
  }

  @Test
  void resolverMakesNamesOfVariablesRunTime() {
    // Given
    desk.http(
        "resolver 127.0.0.1; server { listen 8080; set $b two.internal; location / { proxy_pass http://$b:3001; } }");

    // When
    Route route = desk.route("http://shop.example:8080/");

    // Then
    assertEquals(List.of(), route.unknown());
    assertEquals(
        List.of("10.0.0.1:3001", "10.0.0.2:3001"),
        pass(route).peers().stream().map(Route.Peer::address).toList());
    assertTrue(pass(route).peers().get(0).runTime());
  }

  @Test
  void otherProtocolsArePassesToo() {
    // Given
    desk.http(
        "server { listen 8080; location ~ \\.php$ { fastcgi_pass unix:/run/php.sock; fastcgi_read_timeout 5; } location / { grpc_pass grpcs://127.0.0.1:50051; } }");

    // When
    Pass php = pass(desk.route("http://shop.example:8080/a.php"));
    Pass grpc = pass(desk.route("http://shop.example:8080/a"));

    // Then
    assertEquals(
        "fastcgi unix:/run/php.sock 5000",
        php.protocol() + " " + php.peers().get(0).address() + " " + php.readTimeoutMillis());
    assertEquals("grpcs 127.0.0.1:50051", grpc.protocol() + " " + grpc.peers().get(0).address());
  }

  @Test
  void unreadableMainFileIsDeniedNotAbsent() {
    // Given
    Route missing = desk.route("http://shop.example/");

    // When
    ConfigFiles files = NginxDesk.await(desk.reader().files(desk.gateway()));

    // Then
    assertFalse(missing.access().readable());
    assertTrue(String.valueOf(missing.access().why()).contains("no such file"));
    assertFalse(files.access().readable());
    assertFalse(files.complete());
  }

  @Test
  void changedIncludeIsReadAgain() {
    // Given
    desk.http("include sites/*;");
    desk.write("sites/.hidden", "server { listen 8080; return 200 hidden; }");
    desk.write("sites/a", "server { listen 8080; return 200 old; }");
    String before = desk.route("http://x.example:8080/").answerPlace().text();

    // When
    desk.write("sites/a", "server { listen 8080; return 200 newer; }");
    String after = desk.route("http://x.example:8080/").answerPlace().text();
    desk.write("sites/0", "server { listen 8080; return 200 first; }");
    String added = desk.route("http://x.example:8080/").answerPlace().text();

    // Then
    assertEquals(
        List.of("return 200 old;", "return 200 newer;", "return 200 first;"),
        List.of(before, after, added));
  }

  @Test
  void routesAndSettingsOfTheWholeConfigurationAreListed() {
    // Given
    desk.write(
        "nginx.conf",
        """
        user www-data; pid run/nginx.pid; error_log DIR/error.log warn;
        events { worker_connections 99; }
        http {
            error_log syslog:server=127.0.0.1;
            server {
                listen 8443 ssl; server_name shop.example; error_log DIR/shop.log;
                location /api/ { proxy_pass http://127.0.0.1:3001/; }
                location ~ ^/(v[0-9]+|beta)/x\\.json$ { proxy_pass http://127.0.0.1:3002; }
                location / { try_files $uri @app; root DIR/none; }
                location @app { proxy_pass http://127.0.0.1:3003; }
            }
        }
        """);

    // When
    List<Routed> routes = NginxDesk.await(desk.reader().routes(desk.gateway()));
    ConfigFiles files = NginxDesk.await(desk.reader().files(desk.gateway()));

    // Then
    assertEquals(
        List.of(
            "https://shop.example:8443/api/ 127.0.0.1:3001",
            "https://shop.example:8443/v0/x.json 127.0.0.1:3002",
            "https://shop.example:8443/ 127.0.0.1:3003"),
        routes.stream()
            .map(r -> r.target().text() + " " + r.route().pass().peers().get(0).address())
            .toList());
    assertEquals("127.0.0.1:8443", routes.get(0).connectTo());
    assertEquals("www-data", files.user());
    assertEquals(directory + "/run/nginx.pid", files.pidFile());
    assertEquals(99, files.workerConnections());
    assertEquals(
        List.of("main " + directory + "/error.log", "server " + directory + "/shop.log"),
        files.errorLogs().stream().map(l -> l.context() + " " + l.path()).toList());
    assertTrue(files.complete());
    assertNotNull(files.newest());
  }

  private static Pass pass(Route route) {
    Pass pass = route.pass();
    assertNotNull(pass, route.toString());
    return pass;
  }

  @Test
  void nestedLocationOfAnInternalOneIsInternal() {
    // Given
    NginxDesk desk =
        new NginxDesk(vertx, directory)
            .http(
                """
                server { listen 127...1:8080;
                  location / { internal; location /a/ { proxy_pass http://127.0.0.1:9; } } }
                """);

    // When
    Route route = desk.route("http://127.0.0.1:8080/a/b");

    // Then
    assertEquals(Handling.RETURN, route.handling());
    assertEquals(404, route.answerStatus());
  }

  @Test
  void prefixLocationComesBeforeAnExactOnesMissingSlash() {
    // Given
    NginxDesk desk =
        new NginxDesk(vertx, directory)
            .http(
                """
                server { listen 8080;
                  location = /api/ { proxy_pass http://127.0.0.1:9; }
                  location /api { return 204; } }
                """);

    // When
    Route route = desk.route("http://127.0.0.1:8080/api");

    // Then
    assertEquals(204, route.answerStatus());
  }
}
