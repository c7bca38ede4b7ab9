package dev.why502.gateway.haproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Request;
import dev.why502.definition.Request.Header;
import dev.why502.evidence.Route;
import dev.why502.evidence.Route.Check;
import dev.why502.evidence.Route.Handling;
import dev.why502.evidence.Route.Limit;
import dev.why502.gateway.ConfigFiles;
import dev.why502.gateway.Routed;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class HaproxyRouteTest {
  private static final String DEFAULTS =
      """
      defaults
        mode http
        timeout connect 4s
        timeout client 1m
        timeout server 30s
      """;

  private final Vertx vertx = Vertx.vertx();
  private final HaproxyDesk desk;

  HaproxyRouteTest(@TempDir Path directory) {
    this.desk = new HaproxyDesk(vertx, directory);
  }

  @AfterEach
  void stop() {
    HaproxyDesk.await(vertx.close());
  }

  /** Backend "app" with these lines behind a plain frontend at port 80 and a TLS one at 443. */
  private HaproxyDesk app(String lines) {
    return desk.write(
        "haproxy.cfg",
        DEFAULTS
            + "frontend web\n  bind :80\n  bind :443 ssl crt x.pem\n  default_backend app\n"
            + "backend app\n"
            + lines.indent(2));
  }

  private Route.Pass pass(String lines) {
    return Objects.requireNonNull(app(lines).route("http://shop.example/x?y").pass());
  }

  @Test
  void placesNameTheLinesOfTheFile() {
    // Given
    app("server s1 127.0.0.1:3001");

    // When
    Route route = desk.route("http://shop.example/x?y");

    // Then
    String file = desk.config().toString();
    assertEquals(Handling.PROXY, route.handling());
    assertEquals(file + ":6", String.valueOf(route.server()));
    assertEquals("frontend web", Objects.requireNonNull(route.server()).text());
    assertEquals("default_backend app", Objects.requireNonNull(route.location()).text());
    Route.Pass pass = Objects.requireNonNull(route.pass());
    assertEquals(file + ":10", pass.place().toString());
    assertEquals("server s1 127.0.0.1:3001", pass.peers().get(0).place().text());
    assertEquals("127.0.0.1:3001", pass.peers().get(0).address());
    assertEquals("app", pass.group());
    assertEquals("/x?y", pass.uri());
    assertEquals("shop.example", pass.host());
    assertEquals(4_000, pass.connectTimeoutMillis());
    assertEquals(30_000, pass.readTimeoutMillis());
    assertEquals(15_360, pass.headerBufferBytes());
    assertTrue(pass.keepAlive());
    assertEquals(List.of(), route.unknown());
    assertEquals("web", route.serverName());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "server s 127.0.0.1:3001|127.0.0.1:3001",
        "server s [::1]:3001|[::1]:3001",
        "server s ::1:3001|[::1]:3001",
        "server s ipv4@127.0.0.1:1|127.0.0.1:1",
        "server s 127.0.0.1|127.0.0.1:80",
        "server s 127.0.0.1:+8000|127.0.0.1:8080",
        "server s unix@/run/app.sock|unix:/run/app.sock",
        "server s /run/app.sock|unix:/run/app.sock",
        "server s app.internal:3001|10.1.2.3:3001",
        "server s two.internal:1|10.0.0.1:1 10.0.0.2:1",
        "server s none.internal:1|null",
        "server-template s 2 127.0.0.1:5|127.0.0.1:5 127.0.0.1:5",
      })
  void serverAddressesAreRead(String line, String addresses) {
    // When
    Route.Pass pass = pass(line);

    // Then
    assertEquals(
        addresses,
        String.join(" ", pass.peers().stream().map(p -> String.valueOf(p.address())).toList()));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "server s 127.0.0.1:1|null",
        "server s 127.0.0.1:1 check|null null 1 false",
        "option httpchk@server s 127.0.0.1:1 check|OPTIONS / 1 false",
        "option httpchk /up@server s 127.0.0.1:1 check|OPTIONS /up 1 false",
        "option httpchk GET /up@server s 127.0.0.1:1 check port 9|GET /up 9 false",
        "option httpchk@http-check send meth HEAD uri /h@server s :1 check|HEAD /h 1 false",
        "option httpchk GET /up@server s 127.0.0.1:1 ssl verify none check|GET /up 1 true",
        "server s 127.0.0.1:1 ssl verify none check port 7|null null 7 false",
        "server s 127.0.0.1:1 ssl verify none check port 7 check-ssl|null null 7 true",
        "default-server check inter 1s@server s 127.0.0.1:1|null null 1 false",
        "default-server check@server s 127.0.0.1:1 no-check|null",
        "option httpchk GET /up@no option httpchk@server s 127.0.0.1:1 check|null null 1 false",
      })
  void checksAreRead(String lines, String check) {
    // When
    Route.Pass pass = pass(lines.replace("@", "\n").replace("s :1", "s 127.0.0.1:1"));

    // Then
    Check found = pass.peers().get(0).check();
    assertEquals(
        check,
        found == null
            ? "null"
            : found.method() + " " + found.uri() + " " + found.port() + " " + found.tls());
  }

  @Test
  void tlsOfServersIsRead() {
    // When
    Route.Pass pass =
        pass("server s 127.0.0.1:1 ssl ca-file /ca.pem sni req.hdr(host) verifyhost in.example");
    Route.Pass loose = pass("server s 127.0.0.1:1 ssl verify none alpn h2,http/1.1");
    Route.Pass plain = pass("server s 127.0.0.1:1 sni str(x) verify required ca-file /ca.pem");

    // Then
    assertEquals("https", pass.protocol());
    assertEquals("shop.example", pass.sni());
    assertTrue(pass.verify());
    assertEquals("/ca.pem", pass.trusted());
    assertEquals("in.example", pass.verifyName());
    assertFalse(loose.verify());
    assertNull(loose.sni());
    assertEquals("2", loose.httpVersion());
    assertEquals("http", plain.protocol());
    assertFalse(plain.verify());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "http-request set-path %[lua.x]|PROXY|null",
        "http-request set-path /y if { lua.x -m found }|PROXY|null",
        "http-request deny if { lua.x -m found }|PROXY|/x?y",
        "http-request lua.action|PROXY|/x?y",
        "http-request set-path \"$SOMETHING\"|PROXY|null",
        "http-request use-service lua.x|UNKNOWN|null",
        "http-request deny if { path_reg (?=x) }|PROXY|/x?y",
        "http-request deny if { src -f /nowhere/list }|PROXY|/x?y",
        "http-request deny if { rand(2) 1 }|PROXY|/x?y",
        "server t 127.0.0.1:4 ssl verify none|PROXY|/x?y",
        "server t fd@3|PROXY|/x?y",
        "server t 0.0.0.0:1|PROXY|/x?y",
        "use-server s if { rand(2) 1 }|PROXY|/x?y",
      })
  void whatCannotBeFollowedIsSaid(String line, Handling handling, @Nullable String uri) {
    // Given
    app(line + "\nserver s 127.0.0.1:1");

    // When
    Route route = desk.route("http://shop.example/x?y");

    // Then
    assertEquals(handling, route.handling());
    assertFalse(route.unknown().isEmpty());
    assertEquals(uri, String.valueOf(route.pass() == null ? null : route.pass().uri()));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "use_backend b if { rand(2) 1 }|UNKNOWN",
        "use_backend %[req.hdr(host),map(/nowhere/m)]|UNKNOWN",
        "use_backend b if { env(X) y }|UNKNOWN",
        "use_backend \"$X\"|UNKNOWN",
        "use_backend a if { rand(2) 1 }|PROXY",
        "use_backend a if { nbsrv(b) lt 1 }|PROXY",
        "use_backend b if { nbsrv(b) lt 1 }|PROXY",
        "use_backend a if TRUE|PROXY",
        ".if defined(X)@use_backend b@.endif|PROXY",
      })
  void choiceIsNeverGuessed(String line, Handling handling) {
    // Given
    desk.write(
        "haproxy.cfg",
        DEFAULTS
            + "frontend web\n  bind :80\n  "
            + line.replace("@", "\n  ")
            + "\n  default_backend a\nbackend a\n  server s 127.0.0.1:1\n"
            + "backend b\n  server s 127.0.0.1:2\n");

    // When
    Route route = desk.route("http://shop.example/x?y");

    // Then
    assertEquals(handling, route.handling());
    assertTrue(route.pass() == null || "a".equals(route.pass().group()));
    boolean certain = line.contains("TRUE") || line.startsWith("use_backend a if { rand");
    assertEquals(certain, route.unknown().isEmpty(), route.unknown().toString());
  }

  @Test
  void countingRulesAreLimits() {
    // Given
    app(
        """
        stick-table type ip size 1k expire 1m store http_req_rate(10s),conn_cur
        http-request track-sc0 src
        http-request deny deny_status 429 if { sc_http_req_rate(0) gt 100 }
        http-request deny if { sc0_conn_cur ge 10 }
        server s 127.0.0.1:1 maxconn 5
        """);

    // When
    Route route = desk.route("http://shop.example/");

    // Then
    assertEquals(
        List.of("REQUESTS 429", "CONNECTIONS 403", "CONNECTIONS 0"),
        route.limits().stream().map(l -> l.what() + " " + l.status()).toList());
    assertEquals(Limit.What.CONNECTIONS, route.limits().get(2).what());
    assertEquals(List.of(), route.unknown());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "http://127.0.0.1:81/|NO_SERVER|0",
        "https://shop.example/|PROXY|0",
        "https://shop.example:80/|RETURN|400",
        "http://shop.example:443/|RETURN|0",
        "tcp://127.0.0.1:80|UNKNOWN|0",
      })
  void portAndTlsMustFit(String url, Handling handling, int status) {
    // Given
    app("server s 127.0.0.1:1");

    // When
    Route route = desk.route(url);

    // Then
    assertEquals(handling, route.handling());
    assertEquals(status, route.answerStatus());
  }

  @Test
  void undecryptedTlsGoesOnWithItsName() {
    // Given
    desk.write(
        "haproxy.cfg",
        """
        defaults
          mode tcp
        frontend web
          bind :443
          tcp-request inspect-delay 5s
          tcp-request content accept if { req_ssl_hello_type 1 }
          use_backend shop if { req_ssl_sni -i shop.example }
          default_backend other
        backend shop
          server s 127.0.0.1:8443
        backend other
          server s 127.0.0.1:9443
        """);

    // When
    Route shop = desk.route("https://shop.example/x");
    Route other = desk.route("https://blog.example/x");

    // Then
    Route.Pass pass = Objects.requireNonNull(shop.pass());
    assertEquals("https", pass.protocol());
    assertEquals("shop.example", pass.sni());
    assertEquals("shop", pass.group());
    assertEquals("/x", pass.uri());
    assertEquals(-1, pass.readTimeoutMillis());
    assertFalse(pass.verify());
    assertEquals("other", Objects.requireNonNull(other.pass()).group());
  }

  @Test
  void secretsAreMasked() {
    // Given
    app("http-request set-header Authorization \"Basic c2VjcmV0\"\nserver s 127.0.0.1:1");

    // When
    Route route = desk.route("http://shop.example/");

    // Then
    assertFalse(route.toString().contains("c2VjcmV0"), route.toString());
    Route.Pass pass = Objects.requireNonNull(route.pass());
    assertEquals(List.of(new Header("Authorization", "***")), pass.setHeaders());
  }

  @Test
  void linesBesideTheServersAreTold() {
    // Given
    app(
        """
        timeout server 5s
        http-request set-header Host in.example
        http-request set-path /v1%[path]
        server s 127.0.0.1:1
        """);

    // When
    Map<String, dev.why502.evidence.Place> beside =
        Objects.requireNonNull(desk.route("http://shop.example/").pass()).beside();

    // Then
    assertEquals("timeout server 5s", text(beside.get("timeout server")));
    assertEquals("timeout server 30s", text(beside.get("inherited timeout server")));
    assertEquals(
        "http-request set-header Host in.example",
        text(beside.get("http-request set-header host")));
    assertNotNull(beside.get("http-request set-path"));
  }

  private static String text(dev.why502.evidence.@Nullable Place place) {
    return place == null ? "" : place.text();
  }

  @Test
  void errorPagesThatChangeTheStatusAreTold() {
    // Given
    desk.write("sorry.http", "HTTP/1.0 200 OK\r\n\r\nsorry");
    desk.write("same.http", "HTTP/1.0 502 Bad Gateway\r\n\r\nsorry");

    // When
    Route.Pass pass =
        pass(
            "errorfile 503 DIR/sorry.http\nerrorfile 502 DIR/same.http\n"
                + "errorloc 504 http://x/\nserver s 127.0.0.1:1");

    // Then
    assertEquals(
        List.of("503 =200 " + desk.directory + "/sorry.http", "504 =302 http://x/"),
        pass.intercepts());
  }

  @Test
  void filesOfADirectoryAreReadInOrder() {
    // Given
    desk.write(
        "conf/10-defaults.cfg", DEFAULTS + "frontend web\n  bind :80\n  default_backend a\n");
    desk.write("conf/20-app.cfg", "backend a\n  server s 127.0.0.1:7\n");
    desk.write("conf/30-not.txt", "garbage");
    desk.write("conf/.hidden.cfg", "garbage");
    String conf = desk.directory.resolve("conf").toString();

    // When
    Route route =
        HaproxyDesk.await(
            desk.reader.route(
                HaproxyDesk.gateway(conf), HaproxyDesk.target("http://x/"), Request.GET, null));

    // Then
    assertEquals(List.of(), route.faults());
    assertEquals("127.0.0.1:7", Objects.requireNonNull(route.pass()).peers().get(0).address());
  }

  @Test
  void editIsSeenAtOnce() {
    // Given
    app("server s 127.0.0.1:1");
    desk.route("http://x/");

    // When
    app("server sss 127.0.0.1:22");

    // Then
    assertEquals(
        "127.0.0.1:22",
        Objects.requireNonNull(desk.route("http://x/").pass()).peers().get(0).address());
  }

  @Test
  void everyChoiceHasATarget() {
    // Given
    desk.write(
        "haproxy.cfg",
        DEFAULTS
            + """
            frontend web
              bind 127.0.0.1:8080
              acl blog hdr(host) -i blog.example
              use_backend blog if blog
              use_backend api if { path_beg /api } { hdr(host) shop.example:8080 }
              use_backend img if { path_end .png }
              default_backend app
            listen own
              bind :9090
              server s 127.0.0.1:5
            backend blog
              server s 127.0.0.1:1
            backend api
              server s 127.0.0.1:2
            backend img
              server s 127.0.0.1:3
            backend app
              server s 127.0.0.1:4
            """);

    // When
    List<Routed> routes = HaproxyDesk.await(desk.reader.routes(desk.gateway()));

    // Then
    assertEquals(
        List.of("api", "app", "blog", "img", "own"),
        routes.stream()
            .map(each -> String.valueOf(Objects.requireNonNull(each.route().pass()).group()))
            .sorted()
            .toList());
  }

  @Test
  void settingsNameSocketPidFileAndUser() {
    // Given
    desk.write(
        "haproxy.cfg",
        """
        global
          stats socket /run/u.sock level user
          stats socket /run/a.sock mode 660 level admin
          pidfile /run/haproxy.pid
          user haproxy
        """
            + DEFAULTS
            + "backend app\n  server s1 127.0.0.1:3001\n  server s2 app.internal:1\n");

    // When
    ConfigFiles files = HaproxyDesk.await(desk.reader.files(desk.gateway()));
    Map<String, String> servers = HaproxyDesk.await(desk.reader.serverAddresses(desk.gateway()));

    // Then
    assertEquals("/run/a.sock", files.admin());
    assertEquals("/run/haproxy.pid", files.pidFile());
    assertEquals("haproxy", files.user());
    assertEquals(1, files.files().size());
    assertEquals(Map.of("app/s1", "127.0.0.1:3001", "app/s2", "app.internal:1"), servers);
  }

  @Test
  void absentConfigurationIsNotKnown() {
    // When
    Route route =
        HaproxyDesk.await(
            desk.reader.route(
                HaproxyDesk.gateway("/nowhere/x.cfg"),
                HaproxyDesk.target("http://x/"),
                Request.GET,
                null));

    // Then
    assertFalse(route.access().readable());
    assertEquals(Handling.UNKNOWN, route.handling());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\0\0\0",
        "frontend",
        "frontend web\n bind\n use_backend\n default_backend\n http-request\n acl\n server\n",
        """
        frontend web
         bind :80
         http-request set-path
         http-request set-header
         http-request set-var
         http-request set-var(
         http-request replace-path
         http-request deny if
         http-request deny if {
         http-request deny if { }
         use_backend %[
         use_backend %[path if { path -m }
         use_backend x if !
        """,
        """
        listen web
         bind :80
         mode http
         server s 127.0.0.1: check
         server s :::
         server-template x 99999999999 y
         option httpchk
         http-check send meth uri
        """,
        """
        listen web
         bind :80
         mode http
         server s 1.2.3.4:1
         acl a a,b( -m reg (((
         http-request deny if a { hdr(x,99) y } { path,field(1) z } { path,map }
         http-request set-header a %{
         http-request set-header b %[path,regsub(]
        """,
        "defaults a from a\ndefaults b from a\nlisten web from b\n bind :80\n server s 1.2.3.4\n",
      })
  void hostileConfigurationsAreSurvived(String text) {
    // Given
    desk.write("haproxy.cfg", text);

    // When
    Route route = desk.route("http://x/?a=b");

    // Then
    assertTrue(route.access().readable(), String.valueOf(route.access().why()));
  }
}
