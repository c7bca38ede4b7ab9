package dev.why502.gateway.nginx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.evidence.Route;
import dev.why502.evidence.Route.Handling;
import dev.why502.gateway.RealGateway;
import io.vertx.core.Vertx;
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
    RandomSite.files(desk);
    desk.write("nginx.conf", site.config());

    // When
    List<String> differences = new ArrayList<>();
    try (RealNginx nginx = RealNginx.start(directory)) {
      for (int i = 0; i < REQUESTS; i++) {
        RandomSite.Ask ask = site.ask();
        RealGateway.Reply reply =
            RealNginx.ask(ask.port(), ask.method(), ask.path(), ask.headers());
        Route route =
            desk.route(
                "http://127.0.0.1:" + ask.port() + ask.path(),
                ask.request(),
                "127.0.0.1:" + ask.port());
        String real = NginxEcho.real(reply);
        String ours = NginxEcho.ours(route, reply);
        if (NginxEcho.refusedUpstream(route, reply)) {
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
}
