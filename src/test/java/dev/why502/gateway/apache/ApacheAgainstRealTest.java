package dev.why502.gateway.apache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Request;
import dev.why502.definition.Request.Header;
import dev.why502.evidence.Route;
import dev.why502.gateway.ConfigDesk;
import dev.why502.gateway.RealGateway;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the real httpd does with a request against what the router says. */
@NullUnmarked
@Timeout(60)
@SuppressWarnings("StringConcatToTextBlock") // The rows of one table look alike.
class ApacheAgainstRealTest {
  @TempDir Path directory;

  /**
   * A site and what is asked of it: "/path", "POST /path", or with headers after a bar. A and B are
   * ports of two services, DEAD one where nobody listens.
   */
  private record Site(String config, List<String> requests) {
    Site(String config, String... requests) {
      this(config, List.of(requests));
    }
  }

  private static final List<Site> SITES =
      List.of(
          new Site("ProxyPass /api http://127.0.0.1:A", "/api", "/api/", "/api/x", "/apix", "/x"),
          new Site("ProxyPass /api/ http://127.0.0.1:A/", "/api/x", "/api", "/api//x", "//api/x"),
          new Site("ProxyPass /api http://127.0.0.1:A/", "/api", "/api/x"),
          new Site("ProxyPass /api/ http://127.0.0.1:A", "/api/x", "/api/"),
          new Site(
              "ProxyPass /api http://127.0.0.1:A/v1", "/api", "/api/x?y=1&z=%20", "/api/a%20b"),
          new Site("ProxyPass / http://127.0.0.1:A/", "/", "/x", "/a/../b", "/a/./b", "/a//b"),
          new Site("ProxyPass / http://127.0.0.1:A", "/", "/x"),
          new Site(
              "ProxyPass /static !\nProxyPass / http://127.0.0.1:A/",
              "/static/x",
              "/x",
              "/file.txt",
              "/staticx"),
          new Site("ProxyPass / http://127.0.0.1:A/\nProxyPass /b http://127.0.0.1:B/", "/b/x"),
          new Site("ProxyPass /b http://127.0.0.1:B/\nProxyPass / http://127.0.0.1:A/", "/b/x"),
          new Site(
              "<Location /app>\nProxyPass http://127.0.0.1:A/\n</Location>",
              "/app",
              "/app/x",
              "/appx"),
          new Site(
              "<Location /app/>\nProxyPass http://127.0.0.1:A/\n</Location>", "/app/x", "/app"),
          new Site(
              "ProxyPass / http://127.0.0.1:A/\n<Location /b>\nProxyPass http://127.0.0.1:B/b\n"
                  + "</Location>\n<Location /b/no>\nProxyPass !\n</Location>",
              "/b/x",
              "/x",
              "/b/no/x"),
          new Site(
              "<LocationMatch \"^/v(\\d+)/(.*)$\">\nProxyPass http://127.0.0.1:A/api$1/$2\n"
                  + "</LocationMatch>",
              "/v12/q",
              "/vx/q"),
          new Site("ProxyPassMatch ^/(.*\\.php)$ http://127.0.0.1:A/scripts/$1", "/a/b.php", "/a"),
          new Site("ProxyPassMatch \\.gif$ http://127.0.0.1:A", "/a/b.gif", "/a.gifx"),
          new Site("ProxyPass ~ ^/r/([a-z]+)$ http://127.0.0.1:A/$1", "/r/abc", "/r/1"),
          new Site("ProxyPass / http://127.0.0.1:A/ nocanon", "/a%20b?c", "/%7Ex", "/a//b"),
          new Site("ProxyPreserveHost On\nProxyPass / http://127.0.0.1:A/", "/x"),
          new Site(
              "ProxyPreserveHost On\nRequestHeader set Host other.test\n"
                  + "ProxyPass / http://127.0.0.1:A/",
              "/x"),
          new Site("RequestHeader set Host other.test\nProxyPass / http://127.0.0.1:A/", "/x"),
          new Site(
              "<Location /p>\nProxyPreserveHost On\n</Location>\nProxyPass / http://127.0.0.1:A/",
              "/p/x",
              "/q"),
          new Site(
              "RewriteEngine On\nRewriteRule ^/api/(.*)$ http://127.0.0.1:A/$1 [P]",
              "/api/x?y=1",
              "/api/a%20b",
              "/x"),
          new Site(
              "RewriteEngine On\nRewriteRule ^/api/(.*)$ http://127.0.0.1:A/q?p=$1 [P,QSA]",
              "/api/x?y=1",
              "/api/x"),
          new Site(
              "RewriteEngine On\nRewriteRule ^/old - [F]\nProxyPass / http://127.0.0.1:A/",
              "/old/x",
              "/new"),
          new Site(
              "RewriteEngine On\nRewriteRule ^/old - [G,L]\nProxyPass / http://127.0.0.1:A/",
              "/old"),
          new Site(
              "RewriteEngine On\nRewriteRule ^/old/(.*) /new/$1 [R=301,L]\n"
                  + "ProxyPass / http://127.0.0.1:A/",
              "/old/x",
              "/x"),
          new Site(
              "RewriteEngine On\nRewriteRule ^/old/(.*) /new/$1 [PT]\nProxyPass /new http://127.0.0.1:A/n",
              "/old/x"),
          new Site(
              "RewriteEngine On\nRewriteRule ^/old/(.*) /new/$1\nProxyPass /new http://127.0.0.1:A/n",
              "/old/x",
              "/new/x"),
          new Site("RewriteEngine On\nRewriteRule ^/d$ /dir/index.html [L]", "/d"),
          new Site(
              "RewriteEngine On\nRewriteCond %{HTTP:X-Beta} =yes\n"
                  + "RewriteRule ^(.*)$ http://127.0.0.1:B$1 [P]\nProxyPass / http://127.0.0.1:A/",
              "/x", "/x|X-Beta: yes"),
          new Site(
              "RewriteEngine On\nRewriteCond %{REQUEST_METHOD} ^POST$ [OR]\n"
                  + "RewriteCond %{QUERY_STRING} debug\nRewriteCond %{REQUEST_URI} !^/no\n"
                  + "RewriteRule .* - [R=503]\nProxyPass / http://127.0.0.1:A/",
              "/x", "POST /x", "/x?debug", "/no?debug"),
          new Site(
              "RewriteEngine On\nRewriteCond %{HTTP_HOST} ^(.+)\\.test\n"
                  + "RewriteRule ^/h$ http://127.0.0.1:A/%1 [P]",
              "/h"),
          new Site(
              "RewriteEngine On\nRewriteCond %{HTTP:Upgrade} websocket [NC]\n"
                  + "RewriteRule ^/ws http://127.0.0.1:B/socket [P,L]\nProxyPass / http://127.0.0.1:A/",
              "/ws", "/ws|Upgrade: websocket"),
          new Site(
              "RewriteEngine On\nRewriteRule ^/a - [C]\nRewriteRule ^/b http://127.0.0.1:B/ [P]\n"
                  + "RewriteRule ^/c http://127.0.0.1:A/ [P]",
              "/b",
              "/c"),
          new Site(
              "RewriteEngine On\nRewriteRule ^/away https://example.test/x\n"
                  + "ProxyPass / http://127.0.0.1:A/",
              "/away"),
          new Site(
              "Redirect /old http://x.test/new\nProxyPass /p http://127.0.0.1:A/", "/old/x", "/p"),
          new Site("Redirect permanent / http://x.test/\nProxyPass / http://127.0.0.1:A/", "/x"),
          new Site(
              "Redirect gone /g\nRedirect 503 /m\nRedirectMatch 307 ^/r(.*) /s$1",
              "/g",
              "/m/x",
              "/r1"),
          new Site(
              "ProxyPass / http://127.0.0.1:A/\n<Location /m>\nRedirect 503 /m\n</Location>",
              "/m",
              "/x"),
          new Site(
              "ProxyPass / http://127.0.0.1:A/\n<Location /private>\nRequire all denied\n</Location>",
              "/private",
              "/private/x",
              "/privatex",
              "/public"),
          new Site(
              "ProxyPass / http://127.0.0.1:A/\n<Location />\nRequire ip 10.0.0.0/8\n</Location>\n"
                  + "<Location /open>\nRequire ip 127\n</Location>",
              "/x",
              "/open"),
          new Site(
              "ProxyPass / http://127.0.0.1:A/\n<Location /x>\n<RequireAll>\nRequire all granted\n"
                  + "Require not ip 127.0.0.1\n</RequireAll>\n</Location>\n<Location /y>\n<RequireAny>\n"
                  + "Require ip 10\nRequire method GET\n</RequireAny>\n</Location>",
              "/x",
              "/y",
              "POST /y"),
          new Site(
              "ProxyPass / http://127.0.0.1:A/\n<Location /l>\nOrder deny,allow\nDeny from all\n"
                  + "Allow from 10.0.0.1\n</Location>\n<Location /m>\nOrder allow,deny\n"
                  + "Allow from 127.0.0.1\n</Location>",
              "/l",
              "/m",
              "/n"),
          new Site(
              "ProxyPass / http://127.0.0.1:A/\n<Proxy *>\nRequire all denied\n</Proxy>\n"
                  + "<Location /ok>\nRequire all granted\n</Location>",
              "/x",
              "/ok"),
          new Site(
              "<Proxy balancer://one>\nBalancerMember http://127.0.0.1:A/ctx\n</Proxy>\n"
                  + "ProxyPass /bal balancer://one/in\nProxyPass /b2 balancer://one",
              "/bal/x",
              "/bal",
              "/b2/x",
              "/b2"),
          new Site(
              "ProxyPass /nobal balancer://none/\nProxyPass /dead http://127.0.0.1:DEAD/",
              "/nobal/x"),
          new Site(
              "ProxyPass /f ftp://127.0.0.1/\nProxyPass /s https://127.0.0.1:A/", "/f/x", "/s/x"),
          new Site("ProxyPass /ws ws://127.0.0.1:B/\nProxyPass /ws http://127.0.0.1:A/", "/ws/x"),
          new Site(
              "AllowEncodedSlashes NoDecode\nProxyPass / http://127.0.0.1:A/ nocanon", "/a%2Fb"),
          new Site(
              "ProxyPass / http://127.0.0.1:A/", "/a%2Fb", "/%zz", "/../x", "/a;b,c@d$e!f", "/%e4"),
          new Site("MergeSlashes Off\nProxyPass / http://127.0.0.1:A/", "/a//b", "//x"),
          new Site(
              "<Macro Svc $path $port>\nProxyPass $path http://127.0.0.1:$port/\n</Macro>\n"
                  + "Use Svc /one A\nUse Svc /two B",
              "/one/x",
              "/two/x"),
          new Site(
              "Define svc B\n<IfDefine svc>\nProxyPass /d http://127.0.0.1:${svc}/\n</IfDefine>\n"
                  + "<IfModule mod_proxy_http.c>\nProxyPass /m http://127.0.0.1:A/\n</IfModule>\n"
                  + "<IfModule !proxy_module>\nProxyPass /n http://127.0.0.1:A/\n</IfModule>\n"
                  + "<IfVersion >= 2.4>\nProxyPass /v http://127.0.0.1:A/\n</IfVersion>\nUnDefine svc",
              "/d/x",
              "/m/x",
              "/n/x",
              "/v/x"),
          new Site(
              "ProxyPass \\\n  /cont \\\n  http://127.0.0.1:A/\n# ProxyPass / http://x/ \\\nfoo",
              "/cont/x",
              "/x"),
          new Site("DirectoryIndex index.html", "/dir/", "/file.txt", "/none", "/dir"),
          new Site("ProxyPass /dir/index.html http://127.0.0.1:A/i", "/dir/", "/dir/index.html"),
          new Site("<Location ~ \"^/(a|b)/\">\nProxyPass http://127.0.0.1:A/\n</Location>", "/x/y"),
          new Site(
              "<Location /st>\nSetHandler server-status\nRequire all denied\n</Location>", "/st"));

  @Test
  void routerDoesWhatApacheDoes() throws Exception {
    // Given
    RealApache.require();
    List<Integer> ports = RealApache.ports(2);
    int port = ports.get(0);
    StringBuilder text =
        new StringBuilder(RealApache.head(directory, port, RealApache.USUAL))
            .append("<Directory ")
            .append(directory)
            .append(">\nRequire all granted\n</Directory>\n");
    List<String> differences = new ArrayList<>();
    int compared = 0;
    Vertx vertx = Vertx.vertx();
    try (Upstream a = Upstream.echo("A");
        Upstream b = Upstream.echo("B")) {
      for (int i = 0; i < SITES.size(); i++) {
        String site =
            SITES
                .get(i)
                .config()
                .replaceAll("(?<=[:\\s])A(?=[/\\s?]|$)", String.valueOf(a.port()))
                .replaceAll("(?<=[:\\s])B(?=[/\\s$]|$)", String.valueOf(b.port()))
                .replace("DEAD", String.valueOf(ports.get(1)));
        text.append("<VirtualHost *:").append(port).append(">\nServerName s").append(i);
        text.append(".test\n").append(site).append("\n</VirtualHost>\n");
      }

      // When
      try (RealApache apache = RealApache.start(directory, port, text.toString())) {
        ApacheReader reader = new ApacheReader(vertx, RealApache::resolve);
        for (int i = 0; i < SITES.size(); i++) {
          for (String asked : SITES.get(i).requests()) {
            compared++;
            String difference =
                compare(apache, reader, "127.0.0.1:" + a.port(), "s" + i + ".test", asked);
            if (!difference.isEmpty()) {
              differences.add("\n" + SITES.get(i).config() + "\n  " + asked + difference);
            }
          }
        }
      }
    } finally {
      ConfigDesk.await(vertx.close());
    }

    // Then
    assertEquals(List.of(), differences, () -> differences.size() + " differ");
    assertTrue(compared > 100);
    System.out.println("httpd comparison: " + compared + " requests the same");
  }

  private String compare(
      RealApache apache, ApacheReader reader, String a, String host, String asked)
      throws Exception {
    String[] parts = asked.split("\\|");
    String method = parts[0].startsWith("/") ? "GET" : parts[0].split(" ")[0];
    String path = parts[0].startsWith("/") ? parts[0] : parts[0].split(" ")[1];
    List<Header> headers = new ArrayList<>();
    headers.add(new Header("Host", host + ":" + apache.port));
    StringBuilder lines = new StringBuilder("Host: " + host + ":" + apache.port + "\r\n");
    for (int i = 1; i < parts.length; i++) {
      headers.add(new Header(parts[i].split(": ")[0], parts[i].split(": ")[1]));
      lines.append(parts[i]).append("\r\n");
    }
    RealGateway.Reply reply = RealApache.ask(apache.port, method, path, lines.toString());
    Route route =
        ConfigDesk.await(
            reader.route(
                RealApache.gateway(directory.resolve("apache2.conf")),
                RealApache.target(host, apache.port, path),
                new Request(method, headers, null, null, false, false, null, "1.1"),
                "127.0.0.1:" + apache.port));
    String real =
        reply.body().startsWith("tag ") ? reply.body().substring(4) : "status " + reply.status();
    String ours = ours(route, reply.status(), a);
    return real.equals(ours) ? "" : "\n  httpd: " + real + "\n  ours:  " + ours + "\n  " + route;
  }

  private static String ours(Route route, int status, String a) {
    if (!route.faults().isEmpty()) {
      return "faults " + route.faults();
    }
    return switch (route.handling()) {
      case PROXY ->
          (route.pass().peers().get(0).address().equals(a) ? "A " : "B ")
              + route.pass().method()
              + " "
              + route.pass().uri()
              + " "
              + route.pass().host();
      case RETURN, DENY -> "status " + route.answerStatus();
      // The file's own status is not ours to tell.
      case STATIC -> List.of(200, 301, 404).contains(status) ? "status " + status : "static";
      case OTHER_PASS, NO_SERVER, UNKNOWN -> route.handling() + " " + route.unknown();
    };
  }
}
