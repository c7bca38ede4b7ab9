package dev.why502.gateway.caddy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Gateway;
import dev.why502.definition.Request;
import dev.why502.definition.Request.Header;
import dev.why502.definition.Scheme;
import dev.why502.definition.Target;
import dev.why502.evidence.Resolution;
import dev.why502.evidence.Route;
import dev.why502.gateway.RealGateway;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What we say Caddy does with a request, against what the real one does. */
@Timeout(60)
class CaddyAgainstRealTest {
  private static final String CONFIG =
      """
      {
      	admin off
      	auto_https off
      	http_port 1
      	https_port 2
      }
      (common) {
      	respond /common "common {args.0}" 211
      }
      http://a.example:PORT, http://www.a.example:PORT {
      	import common a
      	handle /api/* {
      		reverse_proxy 127.0.0.1:ONE
      	}
      	handle_path /strip/* {
      		reverse_proxy 127.0.0.1:TWO {
      			header_up Host up.internal
      			header_up X-Path {uri}
      		}
      	}
      	handle_path /exact {
      		reverse_proxy 127.0.0.1:TWO
      	}
      	handle /v1* {
      		uri strip_prefix /v1
      		reverse_proxy 127.0.0.1:ONE
      	}
      	handle /gone {
      		error 410
      	}
      	handle /files/* {
      		root * ROOT
      		file_server
      	}
      	handle /deny {
      		respond "no" 403
      	}
      	handle /drop {
      		abort
      	}
      	handle /tried/* {
      		root * ROOT
      		uri strip_prefix /tried
      		try_files {path} /index.txt
      		rewrite * /found{path}?was={http.request.orig_uri.path}
      		reverse_proxy 127.0.0.1:ONE
      	}
      	handle /nothing {
      	}
      	redir /old /new permanent
      	@post method POST PUT
      	rewrite @post /posted{uri}
      	@re path_regexp n ^/re/([a-z]+)/(\\\\d+)$
      	rewrite @re /got/{re.n.2}?x={re.n.1}&{query}
      	@q query q=1
      	respond @q 220
      	@hdr header X-Which beta*
      	reverse_proxy @hdr 127.0.0.1:TWO
      	@notpost {
      		not method POST
      		path /np/*
      	}
      	respond @notpost 221
      	reverse_proxy /proxied/* 127.0.0.1:ONE {
      		rewrite /fixed{uri}
      		method PUT
      	}
      	reverse_proxy /hostport 127.0.0.1:ONE {
      		header_up Host {upstream_hostport}
      		header_up -X-Drop
      		header_up X-Re ^(a)b(c)$ "$2$1"
      	}
      	reverse_proxy /posted/* 127.0.0.1:TWO
      	reverse_proxy /got/* 127.0.0.1:TWO
      }
      http://*.wild.example:PORT {
      	respond "wild" 222
      }
      http://deep.wild.example:PORT {
      	reverse_proxy 127.0.0.1:TWO
      }
      http://err.example:PORT {
      	respond /ok 200
      	error /e404 404
      	error /e500 "boom" 500
      	error /e403 403
      	handle_errors {
      		@404 expression {err.status_code} == 404
      		reverse_proxy @404 127.0.0.1:ONE
      		@500 expression {err.status_code} in [500, 502]
      		respond @500 "sorry" 203
      	}
      }
      http://route.example:PORT {
      	route {
      		rewrite /one* /two{uri}
      		respond /two/one/stop 230
      		uri replace two three
      		reverse_proxy /three* 127.0.0.1:ONE
      		respond 231
      	}
      }
      http://auth.example:PORT {
      	request_body {
      		max_size 1KB
      	}
      	vars kind blue
      	respond /v "{vars.kind}" 232
      	@b vars {http.vars.kind} blue
      	reverse_proxy @b 127.0.0.1:ONE {
      		header_up X-Kind "{http.vars.kind} {http.request.header.X-In}"
      	}
      }
      http://order.example:PORT {
      	respond "last" 240
      	reverse_proxy 127.0.0.1:ONE
      	redir /r /x
      	header X-A b
      	request_header X-In seen
      	@seen header X-In seen
      	error @seen 418
      }
      """;

  private static Vertx vertx;
  private static RealCaddy caddy;
  private static Echo one;
  private static Echo two;
  private static int port;
  private static Gateway gateway;

  @TempDir static Path folder;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    RealCaddy.require();
    vertx = Vertx.vertx();
    one = new Echo();
    two = new Echo();
    port = RealCaddy.ports(1).get(0);
    Path root = Files.createDirectory(folder.resolve("root"));
    Files.writeString(root.resolve("there.txt"), "there");
    Files.createDirectory(root.resolve("files"));
    Files.writeString(root.resolve("files").resolve("x.txt"), "x");
    String config =
        CONFIG
            .replace("PORT", String.valueOf(port))
            .replace("ONE", String.valueOf(one.port()))
            .replace("TWO", String.valueOf(two.port()))
            .replace("ROOT", root.toString())
            .replace("\\\\", "\\");
    Path file = folder.resolve("Caddyfile");
    Files.writeString(file, config);
    caddy = RealCaddy.start(folder, "Caddyfile", port);
    gateway = new Gateway("caddy", Gateway.Kind.CADDY, file.toString(), null, null, null);
  }

  @AfterAll
  static void stop() throws IOException {
    if (caddy != null) {
      caddy.close();
      one.close();
      two.close();
      vertx.close();
    }
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          GET,  a.example,         /api/x,                 ''
          GET,  a.example:1234,    /api/x?y=z,             ''
          GET,  A.EXAMPLE,         /API/x,                 ''
          GET,  www.a.example,     /api,                   ''
          GET,  a.example,         /common,                ''
          GET,  a.example,         /strip/a/b?c=d,         ''
          GET,  a.example,         /strip/a%2Fb,           ''
          GET,  a.example,         /strip//a,              ''
          GET,  a.example,         /strip,                 ''
          GET,  a.example,         /exact,                 ''
          GET,  a.example,         /exact/more,            ''
          GET,  a.example,         /v1,                    ''
          GET,  a.example,         /v1/x%20y,              ''
          GET,  a.example,         /v12,                   ''
          GET,  a.example,         /gone,                  ''
          GET,  a.example,         /files/x.txt,           ''
          GET,  a.example,         /deny,                  ''
          GET,  a.example,         /drop,                  ''
          GET,  a.example,         /tried/there.txt,       ''
          GET,  a.example,         /tried/not.txt?q=2,     ''
          GET,  a.example,         /nothing,               ''
          GET,  a.example,         /old,                   ''
          GET,  a.example,         /old/,                  ''
          POST, a.example,         /any?x=1,               ''
          POST, a.example,         /api/any,               ''
          GET,  a.example,         /re/abc/12?k=v,         ''
          GET,  a.example,         /re/ABC/12,             ''
          GET,  a.example,         /some?q=1,              ''
          GET,  a.example,         /some?q=2,              ''
          GET,  a.example,         /some,                  'X-Which: beta-1'
          GET,  a.example,         /some,                  'X-Which: alpha'
          GET,  a.example,         /np/x,                  ''
          GET,  a.example,         /proxied/x?y,           ''
          GET,  a.example,         /hostport,              'X-Drop: 1'
          GET,  a.example,         /hostport,              'X-Re: abc'
          GET,  a.example,         /,                      ''
          GET,  a.example,         //api/x,                ''
          GET,  a.example,         /api/../deny,           ''
          GET,  a.example,         /x/../api/./y,          ''
          GET,  x.wild.example,    /,                      ''
          GET,  deep.wild.example, /p,                     ''
          GET,  x.y.wild.example,  /,                      ''
          GET,  wild.example,      /,                      ''
          GET,  nobody.example,    /,                      ''
          GET,  127.0.0.1,         /,                      ''
          GET,  err.example,       /ok,                    ''
          GET,  err.example,       /e404?a=b,              ''
          GET,  err.example,       /e500,                  ''
          GET,  err.example,       /e403,                  ''
          GET,  err.example,       /other,                 ''
          GET,  route.example,     /one/stop,              ''
          GET,  route.example,     /one/go?two=2,          ''
          GET,  route.example,     /zero,                  ''
          GET,  auth.example,      /v,                     ''
          GET,  auth.example,      /w,                     'X-In: in'
          GET,  order.example,     /r,                     ''
          GET,  order.example,     /,                      ''
          GET,  order.example,     /,                      'X-In: seen'
          """)
  void sameAsTheRealOne(String method, String host, String path, String field) throws Exception {
    // Given
    List<Header> headers = new ArrayList<>(List.of(new Header("Host", host)));
    String lines = "Host: " + host + "\r\n";
    if (!field.isEmpty()) {
      int colon = field.indexOf(": ");
      headers.add(new Header(field.substring(0, colon), field.substring(colon + 2)));
      lines += field + "\r\n";
    }
    Target target =
        new Target(Scheme.HTTP, Endpoint.of("127.0.0.1", port), path, "http://" + host + path);
    Request request = new Request(method, headers, null, null, false, false, null, "1.1");

    // When
    RealGateway.Reply reply = RealCaddy.ask(port, method, path, lines);
    Route route =
        new CaddyReader(vertx, CaddyAgainstRealTest::unknownName)
            .route(gateway, target, request, null)
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);

    // Then
    assertEquals(List.of(), route.faults());
    assertEquals(List.of(), route.unknown());
    assertEquals(real(reply), told(route));
  }

  private static Future<Resolution> unknownName(String name) {
    return Future.succeededFuture(
        new Resolution(name, Instant.EPOCH, "test", List.of(), "NXDOMAIN"));
  }

  private static String real(RealGateway.Reply reply) {
    if (reply.head().isEmpty()) {
      return "closed";
    }
    if (!reply.body().startsWith("port ")) {
      boolean nothing = reply.status() == 200 && reply.body().isEmpty();
      return nothing ? "nothing" : reply.body().equals("x") ? "file" : "answers " + reply.status();
    }
    String[] lines = reply.body().split("\n");
    StringBuilder out = new StringBuilder(lines[0] + " " + lines[1].replace(" HTTP/1.1", ""));
    for (String line : lines) {
      if (line.startsWith("Host: ")) {
        out.append(" host ").append(line.substring(6));
      }
    }
    for (String name : List.of("X-Path: ", "X-Kind: ", "X-Drop: ", "X-Re: ")) {
      for (String line : lines) {
        if (line.startsWith(name)) {
          out.append(' ').append(line);
        }
      }
    }
    return out.toString();
  }

  private static String told(Route route) {
    return switch (route.handling()) {
      case NO_SERVER -> "nothing";
      case STATIC -> "file";
      case RETURN, DENY ->
          route.answerStatus() == 444
              ? "closed"
              : route.answerStatus() == 200 ? "nothing" : "answers " + route.answerStatus();
      case PROXY -> {
        Route.Pass pass = java.util.Objects.requireNonNull(route.pass());
        StringBuilder out =
            new StringBuilder(
                "port "
                    + pass.peers().get(0).port()
                    + " "
                    + pass.method()
                    + " "
                    + pass.uri()
                    + " host "
                    + pass.host());
        for (String name : List.of("X-Path", "X-Kind", "X-Drop", "X-Re")) {
          for (Header set : pass.setHeaders()) {
            if (set.name().equals(name) && !set.value().isEmpty()) {
              out.append(' ').append(name).append(": ").append(set.value());
            }
          }
        }
        yield out.toString();
      }
      default -> route.handling().toString();
    };
  }
}
