package dev.why502.gateway.caddy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Gateway;
import dev.why502.definition.Request;
import dev.why502.definition.Scheme;
import dev.why502.definition.Target;
import dev.why502.evidence.Resolution;
import dev.why502.evidence.Route;
import dev.why502.evidence.Route.Handling;
import dev.why502.gateway.ConfigFiles;
import dev.why502.gateway.Routed;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(20)
class CaddyReaderTest {
  private static final String SITE =
      """
      {
      	log {
      		output file /var/log/caddy/error.log
      	}
      }
      shop.example, www.shop.example {
      	log {
      		output file /var/log/caddy/shop.log
      	}
      	handle_path /api/* {
      		reverse_proxy localhost:3001 {
      			header_up Authorization "Bearer very-secret"
      			health_uri /up
      			fail_duration 10s
      			transport http {
      				response_header_timeout 5s
      			}
      		}
      	}
      	handle {
      		reverse_proxy https://10.0.0.7:8443
      	}
      }
      http://plain.example:8080 {
      	reverse_proxy unix//run/app.sock
      }
      """;

  @TempDir Path folder;
  private Vertx vertx;
  private CaddyReader reader;

  @BeforeEach
  void open() {
    vertx = Vertx.vertx();
    reader = new CaddyReader(vertx, CaddyReaderTest::resolved);
  }

  @AfterEach
  void close() {
    vertx.close();
  }

  private static Future<Resolution> resolved(String name) {
    List<String> found = name.equals("localhost") ? List.of("::1", "127.0.0.1") : List.of();
    return Future.succeededFuture(new Resolution(name, Instant.EPOCH, "test", found, null));
  }

  private static <T> T done(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private Gateway write(String name, String text) throws IOException {
    Path file = Files.writeString(folder.resolve(name), text);
    return new Gateway("caddy", Gateway.Kind.CADDY, file.toString(), null, null, null);
  }

  private Route route(Gateway gateway, String url) throws Exception {
    java.net.URI uri = java.net.URI.create(url);
    Scheme scheme = url.startsWith("https") ? Scheme.HTTPS : Scheme.HTTP;
    int port = uri.getPort() < 0 ? scheme.defaultPort() : uri.getPort();
    Target target = new Target(scheme, Endpoint.of(uri.getHost(), port), uri.getRawPath(), url);
    return done(reader.route(gateway, target, Request.GET, "127.0.0.1:" + port));
  }

  @Test
  void passTellsWhatIsSentAndWhere() throws Exception {
    // Given
    Gateway gateway = write("Caddyfile", SITE);

    // When
    Route route = route(gateway, "https://shop.example/api/items");

    // Then
    Route.Pass pass = Objects.requireNonNull(route.pass());
    assertEquals("/items", pass.uri());
    assertEquals("shop.example", pass.host());
    assertEquals(3_000, pass.connectTimeoutMillis());
    assertEquals(5_000, pass.readTimeoutMillis());
    assertTrue(pass.nextUpstream(), "Go tries both addresses of a name");
    assertEquals(
        List.of("[::1]:3001", "127.0.0.1:3001"),
        pass.peers().stream().map(Route.Peer::address).toList());
    assertEquals(1, pass.peers().get(0).maxFails());
    assertTrue(pass.peers().get(0).runTime());
    assertEquals("/up", Objects.requireNonNull(pass.peers().get(0).check()).uri());
    assertEquals("reverse_proxy localhost:3001 {", pass.place().text());
    assertEquals(11, pass.place().line());
    assertEquals(13, Objects.requireNonNull(pass.peers().get(0).check()).place().line());
    assertEquals(
        "response_header_timeout 5s",
        Objects.requireNonNull(pass.beside().get("response_header_timeout")).text());
    assertTrue(
        pass.beside().keySet().containsAll(List.of("handle_path", "transport", "health_uri")));
    assertEquals("shop.example", route.serverName());
    assertEquals("handle_path /api/* {", Objects.requireNonNull(route.location()).text());
    assertFalse(route.toString().contains("very-secret"));
  }

  @ParameterizedTest
  @CsvSource({
    "https://shop.example/other,        PROXY,     0,   https",
    "https://other.example/,            NO_SERVER, 0,   ",
    "http://shop.example/api/x,         RETURN,    308, ",
    "http://unknown.example/,           RETURN,    308, ",
    "http://plain.example:8080/,        PROXY,     0,   http",
    "http://shop.example:8080/,         NO_SERVER, 0,   ",
    "http://shop.example:8081/,         NO_SERVER, 0,   ",
    "http://shop.example:443/,          RETURN,    400, ",
  })
  void portsAndSchemesFollowAutomaticHttps(
      String url, Handling handling, int status, String protocol) throws Exception {
    // Given
    Gateway gateway = write("Caddyfile", SITE);

    // When
    Route route = route(gateway, url);

    // Then
    assertEquals(handling, route.handling());
    assertEquals(status, route.answerStatus());
    assertEquals(protocol, route.pass() == null ? null : route.pass().protocol());
  }

  @Test
  void everyPassIsReached() throws Exception {
    // Given
    Gateway gateway = write("Caddyfile", SITE);

    // When
    List<Routed> routes = done(reader.routes(gateway));

    // Then
    assertEquals(
        List.of(
            "https://shop.example/api/ 127.0.0.1:443 11",
            "https://shop.example/ 127.0.0.1:443 21",
            "http://plain.example:8080/ 127.0.0.1:8080 25"),
        routes.stream()
            .map(
                each ->
                    each.target().text()
                        + " "
                        + each.connectTo()
                        + " "
                        + Objects.requireNonNull(each.route().pass()).place().line())
            .sorted(java.util.Comparator.comparing(text -> text.substring(text.length() - 2)))
            .toList());
  }

  @Test
  void filesTellOfLogsAndAdministration() throws Exception {
    // Given
    Gateway gateway = write("Caddyfile", SITE);

    // When
    ConfigFiles files = done(reader.files(gateway));

    // Then
    assertEquals("/var/log/caddy/error.log", files.errorLogs().get(0).path());
    assertEquals("/var/log/caddy/shop.log", files.accessLogs().get(0).path());
    assertEquals("http://localhost:2019", files.admin());
    assertTrue(files.complete());
  }

  @Test
  void nativeJsonIsRoutedTheSame() throws Exception {
    // Given
    RealCaddy.require();
    Gateway written = write("Caddyfile", SITE);
    String json = RealCaddy.adapt(folder.resolve("Caddyfile")).out();
    Gateway gateway = write("caddy.json", json);

    for (String url :
        List.of(
            "https://shop.example/api/items",
            "https://shop.example/other",
            "http://shop.example/x",
            "http://plain.example:8080/")) {
      // When
      Route ofJson = route(gateway, url);
      Route ofCaddyfile = route(written, url);

      // Then
      assertEquals(ofCaddyfile.handling(), ofJson.handling(), url);
      assertEquals(ofCaddyfile.answerStatus(), ofJson.answerStatus(), url);
      assertEquals(ofCaddyfile.serverName(), ofJson.serverName(), url);
      Route.Pass pass = ofCaddyfile.pass();
      if (pass != null) {
        Route.Pass same = Objects.requireNonNull(ofJson.pass());
        assertEquals(pass.uri(), same.uri());
        assertEquals(pass.host(), same.host());
        assertEquals(pass.protocol(), same.protocol());
        assertEquals(
            pass.peers().stream().map(Route.Peer::address).toList(),
            same.peers().stream().map(Route.Peer::address).toList());
        assertFalse(ofJson.toString().contains("very-secret"));
      }
    }
  }

  @Test
  void unknownVariablesMakeTheRouteOnlyProbable() throws Exception {
    // Given
    Gateway gateway =
        write("Caddyfile", "http://a.example {\n\treverse_proxy {$APP_NOBODY_HAS}\n}\n");

    // When
    Route route = route(gateway, "http://a.example/");

    // Then
    assertEquals(List.of(), route.faults());
    assertFalse(route.unknown().isEmpty());
  }

  @Test
  void missingFileIsNotKnown() throws Exception {
    // Given
    Gateway gateway = new Gateway("caddy", Gateway.Kind.CADDY, folder + "/none", null, null, null);

    // When
    Route route = route(gateway, "http://a.example/");

    // Then
    assertFalse(route.access().readable());
    assertEquals("no such file", route.access().why());
  }
}
