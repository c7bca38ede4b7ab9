package dev.why502.gateway.nginx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Request.Header;
import dev.why502.evidence.Route;
import dev.why502.evidence.Route.Handling;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random configurations: what the real nginx does against what the router says. */
@NullUnmarked
@Timeout(60)
class NginxAgainstRealTest {
  private static final int REQUESTS = 150;
  private static Vertx vertx;
  private static int compared;
  private static int proxied;

  @TempDir Path directory;

  @BeforeAll
  static void open() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void close() {
    System.out.println(
        "nginx comparison: " + compared + " requests the same, " + proxied + " of them passed on");
    NginxDesk.await(vertx.close());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 13, 19, 25})
  void routerDoesWhatNginxDoes(long seed) throws Exception {
    // Given
    RealNginx.require();
    List<Integer> ports = RealNginx.ports(3);
    RandomSite site = new RandomSite(new Random(seed), ports, directory.toString());
    NginxDesk desk = new NginxDesk(vertx, directory);
    Files.createDirectories(directory.resolve("www/dir"));
    Files.writeString(directory.resolve("www/file.txt"), "file");
    Files.writeString(directory.resolve("www/dir/index.html"), "index");
    Files.writeString(directory.resolve("www/dir/x.php"), "script");
    desk.write("nginx.conf", site.config());

    // When
    List<String> differences = new ArrayList<>();
    try (RealNginx nginx = RealNginx.start(directory, ports.get(0))) {
      for (int i = 0; i < REQUESTS; i++) {
        RandomSite.Ask ask = site.ask();
        RealNginx.Reply reply = RealNginx.ask(ask.port(), ask.method(), ask.path(), ask.headers());
        Route route =
            desk.route(
                "http://127.0.0.1:" + ask.port() + ask.path(),
                ask.request(),
                "127.0.0.1:" + ask.port());
        String real = real(reply);
        String ours = ours(route, reply);
        boolean upstreamRefuses =
            reply.status() == 400 && route.pass() != null && invalid(route.pass().uri());
        if (upstreamRefuses) {
          // Both pass on what is no request target any more; only the upstream answers.
          continue;
        }
        if (real.equals(ours)) {
          compared++;
          proxied += route.handling() == Handling.PROXY ? 1 : 0;
        } else {
          differences.add(ask + "\n  nginx: " + real + "\n  ours:  " + ours + "\n  " + route);
        }
      }
      assertTrue(nginx != null);
    }

    // Then
    assertEquals(
        List.of(),
        differences.subList(0, Math.min(5, differences.size())),
        () -> differences.size() + " differ, seed " + seed + "\n" + site.config());
  }

  private static boolean invalid(String uri) {
    return uri != null && (uri.indexOf(' ') >= 0 || uri.matches(".*%(?![0-9A-Fa-f]{2}).*"));
  }

  private static String real(RealNginx.Reply reply) {
    return reply.body().startsWith("tag ") ? reply.body() : "status " + reply.status();
  }

  private static String ours(Route route, RealNginx.Reply reply) {
    if (!route.faults().isEmpty() || !route.unknown().isEmpty()) {
      return "faults " + route.faults() + " unknown " + route.unknown();
    }
    return switch (route.handling()) {
      case PROXY -> {
        String tag = "";
        for (Header header : route.pass().setHeaders()) {
          tag = header.name().equals("X-Tag") ? header.value() : tag;
        }
        yield "tag "
            + tag
            + " "
            + route.pass().method()
            + " "
            + route.pass().uri()
            + " "
            + route.pass().host();
      }
      case RETURN, DENY -> {
        String text = route.answerPlace().text();
        int tag = text.indexOf("\"tag ");
        yield tag >= 0
            ? text.substring(tag + 1, text.lastIndexOf('"'))
            : "status " + route.answerStatus();
      }
      // The file's own status is not ours to tell.
      case STATIC ->
          List.of(200, 301, 403, 404, 405).contains(reply.status())
              ? "status " + reply.status()
              : "static";
      case OTHER_PASS, NO_SERVER, UNKNOWN -> route.handling().toString();
    };
  }
}
