package dev.why502.gateway.nginx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.evidence.Route;
import dev.why502.evidence.Route.Handling;
import dev.why502.evidence.Route.Pass;
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

  private static Pass pass(Route route) {
    Pass pass = route.pass();
    assertNotNull(pass, route.toString());
    return pass;
  }
}
