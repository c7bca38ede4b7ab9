package dev.why502.gateway.nginx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.evidence.Route;
import dev.why502.evidence.Route.Handling;
import dev.why502.gateway.RealGateway;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Sites with one small change each: what nginx makes of them against what the reader does. */
@NullUnmarked
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class NginxMutationTest {
  private static final int MUTATIONS = 1200;
  private static final int MUTATIONS_OF_A_SITE = 12;
  private static final int REQUESTS = 8;
  private static final int WORKERS = 4;

  /** No small change makes one of another, and none is given out as a free one. */
  private static final List<Integer> PORTS = List.of(21731, 12846, 17983);

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

  /** What became of some mutations. */
  private static final class Tally {
    int accepted;
    int refused;
    int named;
    int same;
    int unknown;
    int proxied;
    final List<Integer> unstarted = new ArrayList<>();
    final List<String> faults = new ArrayList<>();
    final List<String> differences = new ArrayList<>();

    void add(Tally other) {
      accepted += other.accepted;
      refused += other.refused;
      named += other.named;
      same += other.same;
      unknown += other.unknown;
      proxied += other.proxied;
      unstarted.addAll(other.unstarted);
      faults.addAll(other.faults);
      differences.addAll(other.differences);
    }
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void changedSiteIsReadAndRoutedAsNginxDoes() throws Exception {
    // Given
    RealNginx.require();
    ExecutorService workers = Executors.newFixedThreadPool(WORKERS);
    List<Integer> ports = RealNginx.ports(WORKERS * PORTS.size());
    Tally all = new Tally();

    // When
    try {
      List<Future<Tally>> parts = new ArrayList<>();
      for (int i = 0; i < WORKERS; i++) {
        int worker = i;
        List<Integer> own = ports.subList(i * PORTS.size(), (i + 1) * PORTS.size());
        parts.add(workers.submit(() -> part(worker, own)));
      }
      for (Future<Tally> part : parts) {
        all.add(part.get());
      }
    } finally {
      workers.shutdownNow();
    }
    // Changed ports are fixed ones, so two at a time may have been in each other's way.
    List<Integer> again = List.copyOf(all.unstarted);
    all.unstarted.clear();
    for (int mutation : again) {
      compare(mutation, new NginxDesk(vertx, directory.resolve("0")), ports, all);
    }

    // Then
    System.out.println(
        "nginx -t: of "
            + (all.accepted + all.refused)
            + " mutations it accepts "
            + all.accepted
            + " (faults of ours: "
            + all.faults.size()
            + ") and refuses "
            + all.refused
            + " (of these named by us: "
            + all.named
            + "); "
            + all.same
            + " requests the same ("
            + all.proxied
            + " passed on), "
            + all.differences.size()
            + " different, "
            + all.unknown
            + " said not to be known; not started "
            + all.unstarted.size());
    assertEquals(List.of(), all.faults.subList(0, Math.min(5, all.faults.size())));
    assertEquals(List.of(), all.differences.subList(0, Math.min(5, all.differences.size())));
    assertTrue(all.accepted + all.refused >= 1000);
    assertTrue(all.accepted > MUTATIONS / 4);
    assertTrue(all.unknown < all.same / 20);
    assertTrue(all.unstarted.size() < MUTATIONS / 20);
  }

  private Tally part(int worker, List<Integer> ports) throws IOException, InterruptedException {
    NginxDesk desk = new NginxDesk(vertx, directory.resolve(Integer.toString(worker)));
    RandomSite.files(desk);
    Tally tally = new Tally();
    for (int i = worker; i < MUTATIONS; i += WORKERS) {
      if (test(i, desk, tally)) {
        compare(i, desk, ports, tally);
      }
    }
    return tally;
  }

  private static RandomSite site(int mutation) {
    return new RandomSite(new Random(mutation / MUTATIONS_OF_A_SITE), PORTS, "DIR");
  }

  private static String changed(RandomSite site, int mutation) {
    return new RandomChange(new Random(10_000 + mutation)).of(site.config());
  }

  /** Whether nginx accepts it. */
  private static boolean test(int mutation, NginxDesk desk, Tally tally) {
    String config = changed(site(mutation), mutation);
    desk.write("nginx.conf", config);
    List<String> faults = desk.route("http://shop.example:" + PORTS.get(0) + "/").faults();
    RealGateway.Said said = RealNginx.test(desk.directory);
    if (said.status() != 0) {
      tally.refused++;
      tally.named += faults.isEmpty() ? 0 : 1;
      return false;
    }
    tally.accepted++;
    if (!faults.isEmpty()) {
      tally.faults.add("mutation " + mutation + ": " + faults + "\n" + config);
    }
    return faults.isEmpty();
  }

  private static void compare(int mutation, NginxDesk desk, List<Integer> ports, Tally tally)
      throws IOException, InterruptedException {
    RandomSite site = site(mutation);
    String config = changed(site, mutation);
    for (int i = 0; i < ports.size(); i++) {
      config = config.replace(PORTS.get(i).toString(), ports.get(i).toString());
    }
    NginxDesk fresh = new NginxDesk(vertx, desk.directory).write("nginx.conf", config);
    try (RealNginx nginx = RealNginx.start(desk.directory)) {
      assertTrue(nginx != null);
      for (int i = 0; i < REQUESTS; i++) {
        RandomSite.Ask ask = site.ask();
        int port = ports.get(PORTS.indexOf(ask.port()));
        RealGateway.Reply reply;
        try {
          reply = RealNginx.ask(port, ask.method(), ask.path(), ask.headers());
        } catch (IOException e) {
          reply = RealGateway.Reply.NONE;
        }
        Route route =
            fresh.route(
                "http://127.0.0.1:" + port + ask.path(), ask.request(), "127.0.0.1:" + port);
        String real = NginxEcho.real(reply);
        String ours = NginxEcho.ours(route, reply);
        if (NginxEcho.refusedUpstream(route, reply)) {
          continue;
        }
        if (!route.unknown().isEmpty()) {
          tally.unknown++;
        } else if (real.equals(ours)) {
          tally.same++;
          tally.proxied += route.handling() == Handling.PROXY ? 1 : 0;
        } else {
          tally.differences.add(
              "mutation "
                  + mutation
                  + ", "
                  + ask
                  + "\n  nginx: "
                  + real
                  + "\n  ours:  "
                  + ours
                  + "\n  "
                  + route);
        }
      }
    } catch (AssertionError e) {
      tally.unstarted.add(mutation);
    }
  }
}
