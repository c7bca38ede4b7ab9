package dev.why502.gateway.apache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Request;
import dev.why502.definition.Scheme;
import dev.why502.definition.Target;
import dev.why502.evidence.Route;
import dev.why502.evidence.Route.Handling;
import dev.why502.gateway.ConfigDesk;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a route says besides where it leads. */
@NullUnmarked
@Timeout(30)
@SuppressWarnings("StringConcatToTextBlock") // Ports and paths stand between the lines.
class ApacheRouteTest {
  private static final String MODULES = "LoadModule mpm_event_module m\n";
  private static Vertx vertx;

  @TempDir Path directory;

  @BeforeAll
  static void open() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void close() {
    ConfigDesk.await(vertx.close());
  }

  private Route route(String url, String config) throws Exception {
    return route(url, config, null);
  }

  private Route route(String url, String config, String connectedTo) throws Exception {
    Path file = Files.writeString(directory.resolve("apache2.conf"), config + "\n");
    boolean tls = url.startsWith("https");
    String rest = url.substring(url.indexOf("//") + 2);
    String path = rest.indexOf('/') < 0 ? "/" : rest.substring(rest.indexOf('/'));
    String[] authority = rest.split("/")[0].split(":");
    int port = authority.length > 1 ? Integer.parseInt(authority[1]) : tls ? 443 : 80;
    Target target =
        new Target(tls ? Scheme.HTTPS : Scheme.HTTP, Endpoint.of(authority[0], port), path, url);
    return ConfigDesk.await(
        new ApacheReader(vertx, RealApache::resolve)
            .route(RealApache.gateway(file), target, Request.GET, connectedTo));
  }

  @Test
  void timeoutsOfTheWorkerComeBeforeThoseOfTheServer() throws Exception {
    // Given
    String config =
        "Listen 80\nTimeout 300\nProxyTimeout 20\nProxyPass /a http://localhost:1/ timeout=5"
            + " connectiontimeout=500ms\nProxyPass /b http://localhost:2/\n";

    // When
    Route.Pass a = route("http://127.0.0.1/a", config).pass();
    Route.Pass b = route("http://127.0.0.1/b", config).pass();

    // Then
    assertEquals(5_000, a.readTimeoutMillis());
    assertEquals(500, a.connectTimeoutMillis());
    assertEquals(20_000, b.readTimeoutMillis());
    assertEquals(20_000, b.connectTimeoutMillis());
    assertEquals("127.0.0.1:1", a.peers().get(0).address());
    assertEquals("localhost", a.peers().get(0).name());
    assertFalse(a.peers().get(0).runTime());
    assertEquals(0, a.peers().get(0).maxFails());
  }

  @Test
  void membersOfABalancerAreItsPeers() throws Exception {
    // Given
    String config =
        "Listen 80\nProxyPass / balancer://app/\n<Proxy balancer://app>\n"
            + "BalancerMember http://10.0.0.1:1 retry=7\nBalancerMember http://10.0.0.2:1 status=+H\n"
            + "BalancerMember http://10.0.0.3:1 status=+D\n</Proxy>";

    // When
    Route.Pass pass = route("http://127.0.0.1/x", config).pass();

    // Then
    assertEquals("balancer://app", pass.group());
    assertEquals(
        List.of("10.0.0.1:1", "10.0.0.2:1", "10.0.0.3:1"),
        pass.peers().stream().map(Route.Peer::address).toList());
    assertEquals(7_000, pass.peers().get(0).failTimeoutMillis());
    assertTrue(pass.peers().get(1).backup());
    assertTrue(pass.peers().get(2).down());
    assertTrue(pass.nextUpstream());
  }

  @Test
  void tlsToTheServiceIsToldWithItsNameAndTrust() throws Exception {
    // Given
    String config =
        "Listen 80\nSSLProxyEngine on\nSSLProxyVerify require\n"
            + "SSLProxyCACertificateFile /ca.pem\nProxyPass / https://localhost:8443/";

    // When
    Route.Pass pass = route("http://127.0.0.1/x", config).pass();
    Route off = route("http://127.0.0.1/x", "Listen 80\nProxyPass / https://localhost:8443/");

    // Then
    assertEquals("https", pass.protocol());
    assertEquals("localhost", pass.sni());
    assertEquals("localhost", pass.verifyName());
    assertTrue(pass.verify());
    assertEquals("/ca.pem", pass.trusted());
    assertEquals(Handling.RETURN, off.handling());
    assertEquals(500, off.answerStatus());
  }

  @Test
  void virtualHostIsChosenByAddressThenByName() throws Exception {
    // Given
    String config =
        "Listen 80\nListen 127.0.0.9:81\n<VirtualHost *:80>\nServerName a.test\n"
            + "ServerAlias *.a.test\n</VirtualHost>\n<VirtualHost *:80>\nServerName b.test\n"
            + "</VirtualHost>\n<VirtualHost 127.0.0.5:80>\nServerName c.test\n</VirtualHost>";

    // When
    List<String> chosen =
        List.of(
            String.valueOf(route("http://b.test/", config, "127.0.0.1:80").serverName()),
            String.valueOf(route("http://x.a.test/", config, "127.0.0.1:80").serverName()),
            String.valueOf(route("http://none.test/", config, "127.0.0.1:80").serverName()),
            String.valueOf(route("http://b.test/", config, "127.0.0.5:80").serverName()),
            route("http://b.test:81/", config, "127.0.0.1:81").handling().toString(),
            route("https://a.test:80/", config, "127.0.0.1:80").handling().toString());

    // Then
    assertEquals(List.of("b.test", "*.a.test", "null", "null", "NO_SERVER", "RETURN"), chosen);
    assertEquals(3, route("http://none.test/", config, "127.0.0.1:80").server().line());
    assertEquals(10, route("http://b.test/", config, "127.0.0.5:80").server().line());
  }

  @Test
  void scriptsGoToFastCgi() throws Exception {
    // Given
    String config =
        "Listen 80\nDocumentRoot "
            + directory
            + "\n<FilesMatch \"\\.php$\">\n"
            + "SetHandler \"proxy:unix:/run/php/fpm.sock|fcgi://localhost\"\n</FilesMatch>";

    // When
    Route route = route("http://127.0.0.1/a.php", config);

    // Then
    assertEquals(Handling.OTHER_PASS, route.handling());
    assertEquals("fastcgi", route.pass().protocol());
    assertEquals("unix:/run/php/fpm.sock", route.pass().peers().get(0).address());
    assertNull(route.pass().uri());
  }

  @Test
  void missingModuleIsNoRoute() throws Exception {
    // Given
    String proxy = MODULES + "LoadModule proxy_module m\n";

    // When
    Route http = route("http://127.0.0.1/", proxy + "Listen 80\nProxyPass / http://localhost:1/");

    // Then
    assertEquals(Handling.RETURN, http.handling());
    assertEquals(500, http.answerStatus());
    assertTrue(http.unknown().get(0).contains("proxy_http_module is not loaded"));
  }

  @Test
  void whatIsNotKnownIsSaid() throws Exception {
    // Given
    String config =
        "Listen 80\nProxyPass /v http://${nobody}/\n<If \"%{HTTP_HOST} == 'x'\">\n"
            + "Require all denied\n</If>\nProxyPass / http://localhost:1/\n"
            + "RequestHeader set X-Secret abc\nRequestHeader set Authorization \"Bearer abc\"\n"
            + "ErrorDocument 503 /sorry\nErrorDocument 502 http://away.test/";

    // When
    Route variable = route("http://127.0.0.1/v", config);
    Route plain = route("http://127.0.0.1/x", config);

    // Then
    assertEquals(Handling.UNKNOWN, variable.handling());
    assertFalse(plain.unknown().isEmpty());
    assertEquals(List.of("503 /sorry", "502 =302 http://away.test/"), plain.pass().intercepts());
    assertFalse(plain.toString().contains("abc"), plain.toString());
    assertTrue(plain.pass().keepAlive());
  }
}
