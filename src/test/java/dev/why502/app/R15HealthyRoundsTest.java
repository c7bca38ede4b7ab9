package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.conf.DefinitionsReader;
import dev.why502.web.WebOptions;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A thousand rounds of a healthy site, whatever befalls the prober: nobody is called down. */
@Timeout(90)
@Execution(ExecutionMode.CONCURRENT)
class R15HealthyRoundsTest {
  private static final int PROBES = 20;
  private static final int ROUNDS = 1000;

  /** Long enough that at each moment some probe waits for its answer. */
  private static final long ANSWER_MILLIS = 150;

  private final Vertx vertx = Vertx.vertx();

  private final Path directory;
  private final Path definitions;
  private ServiceSite site;

  R15HealthyRoundsTest(@TempDir Path directory) {
    this.directory = directory;
    this.definitions = directory.resolve("probes.json");
  }

  @BeforeEach
  void start() throws Exception {
    ServiceProcess.require("nginx", "-v");
    site = ServiceSite.start(vertx, directory, ANSWER_MILLIS);
  }

  @AfterEach
  void stop() throws Exception {
    if (site != null) {
      site.close();
    }
    vertx.close().await(5, TimeUnit.SECONDS);
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void pausedProberBlamesNobody() throws Exception {
    // Given
    ServiceSite.write(definitions, site.definitions(PROBES, "100ms", "2s"));
    try (ServiceProcess service = ServiceProcess.start(definitions)) {
      ServiceViewer viewer = service.viewer("why502.verdicts", "why502.observations");
      service.untilStatus(15_000, "/health/ready", 200);
      // When
      for (int i = 0; i < 2; i++) {
        runs(service, ROUNDS / 4);
        service.signal("STOP");
        pause(5_000);
        service.signal("CONT");
      }
      runs(service, ROUNDS / 2);
      // Then
      List<JsonObject> frames = viewer.heard();
      assertEquals(List.of(), ServiceSite.down(frames));
      assertAllUp(service);
      assertEquals(List.of(), wrong(frames));
    }
  }

  /** Frames of runs that ended otherwise than the site deserves. */
  private static List<JsonObject> wrong(List<JsonObject> frames) {
    return frames.stream()
        .filter(frame -> "why502.observations".equals(frame.getString("address")))
        .map(frame -> frame.getJsonObject("body"))
        .filter(seen -> !"expected".equals(seen.getString("outcome")))
        .toList();
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void heldEventLoopsBlameNobody() throws Exception {
    // Given
    Service service = inProcess(InstantSource.system());
    Queue<JsonObject> verdicts = verdicts(service);
    AtomicInteger seen = observations(service);
    untilRuns(seen, ROUNDS / 4);
    // When
    int loops = 0;
    for (EventExecutor loop : ((VertxInternal) service.vertx()).nettyEventLoopGroup()) {
      loops++;
      loop.execute(() -> hold(3_000));
    }
    untilRuns(seen, ROUNDS);
    // Then
    assertTrue(loops > 0);
    assertNoneDown(service, verdicts);
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void steppedClockBlamesNobody() throws Exception {
    // Given
    AtomicReference<Duration> step = new AtomicReference<>(Duration.ZERO);
    InstantSource clock = () -> Instant.now().plus(step.get());
    Service service = inProcess(clock);
    Queue<JsonObject> verdicts = verdicts(service);
    AtomicInteger seen = observations(service);
    // When
    for (int hours : List.of(1, 0, -1, 0)) {
      untilRuns(seen, seen.get() + ROUNDS / 4);
      step.set(Duration.ofHours(hours));
    }
    untilRuns(seen, seen.get() + ROUNDS / 4);
    // Then
    assertNoneDown(service, verdicts);
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void deadResolverBlamesOnlyWhatHasAName() throws Exception {
    // Given
    ServiceProcess.require("unshare", "--mount", "true");
    InetAddress silent = InetAddress.getByName("127.50.2.1");
    Path resolv = directory.resolve("resolv.conf");
    Files.writeString(resolv, "nameserver " + silent.getHostAddress() + "\n");
    JsonObject all = site.definitions(PROBES, "100ms", "2s");
    all.getJsonArray("probes")
        .add(
            new JsonObject()
                .put("id", "named")
                .put("target", "http://site.example:" + site.port() + "/")
                .put("timeout", "1s"));
    ServiceSite.write(definitions, all);
    List<String> around =
        List.of(
            "unshare",
            "--mount",
            "sh",
            "-c",
            "mount --bind " + resolv + " /etc/resolv.conf && exec \"$@\"",
            "sh");
    try (DatagramSocket dns = new DatagramSocket(new InetSocketAddress(silent, 53));
        ServiceProcess service = ServiceProcess.startIn(around, definitions)) {
      assertTrue(dns.isBound());
      ServiceViewer viewer = service.viewer("why502.verdicts");
      // When
      service.untilStatus(20_000, "/health/ready", 200);
      runs(service, ROUNDS);
      // Then
      assertEquals(
          List.of(),
          ServiceSite.down(viewer.heard()).stream()
              .filter(verdict -> !verdict.getString("probe").equals("named"))
              .toList());
      JsonObject named = new JsonObject(service.get("/api/v1/verdicts/named").body());
      assertTrue(
          named.getString("state").equals("unknown")
              || named.getString("cause").startsWith("edge-dns"),
          named.encodePrettily());
    }
  }

  private Service inProcess(InstantSource clock) throws Exception {
    ServiceSite.write(definitions, site.definitions(PROBES, "100ms", "2s"));
    DefinitionsReader reader = new DefinitionsReader(name -> null);
    return Service.start(
            new ServiceOptions(definitions, WebOptions.local(0)),
            reader,
            reader.read(definitions),
            clock)
        .await(30, TimeUnit.SECONDS);
  }

  private static Queue<JsonObject> verdicts(Service service) {
    Queue<JsonObject> verdicts = new ConcurrentLinkedQueue<>();
    service
        .vertx()
        .eventBus()
        .<JsonObject>consumer("why502.verdicts", message -> verdicts.add(message.body()));
    return verdicts;
  }

  private static AtomicInteger observations(Service service) throws Exception {
    AtomicInteger seen = new AtomicInteger();
    MessageConsumer<JsonObject> consumer =
        service
            .vertx()
            .eventBus()
            .consumer("why502.observations", message -> seen.incrementAndGet());
    consumer.completion().await(5, TimeUnit.SECONDS);
    return seen;
  }

  private static void untilRuns(AtomicInteger seen, int runs) throws Exception {
    ServiceProcess.until(30_000, runs + " runs", () -> seen.get() >= runs);
  }

  private static void assertNoneDown(Service service, Queue<JsonObject> verdicts) throws Exception {
    JsonObject stand =
        service
            .vertx()
            .eventBus()
            .<JsonObject>request("why502.query.verdicts", new JsonObject())
            .await(10, TimeUnit.SECONDS)
            .body();
    service.stop().await(10, TimeUnit.SECONDS);
    assertEquals(
        List.of(), verdicts.stream().filter(one -> !one.getString("state").equals("up")).toList());
    JsonArray all = stand.getJsonArray("verdicts");
    assertEquals(PROBES, all.size());
  }

  /** Runs that its own counters tell of, from now on. */
  private static void runs(ServiceProcess service, int runs) throws Exception {
    long before = ran(service);
    ServiceProcess.until(30_000, runs + " runs", () -> ran(service) - before >= runs);
  }

  private static final Pattern RUNS =
      Pattern.compile("^why502_probe_runs_total\\{[^}]*\\} ([0-9.e+]+)$", Pattern.MULTILINE);

  private static long ran(ServiceProcess service) {
    try {
      HttpResponse<String> metrics = service.get("/metrics");
      Matcher sample = RUNS.matcher(metrics.body());
      double sum = 0;
      while (sample.find()) {
        sum += Double.parseDouble(sample.group(1));
      }
      return (long) sum;
    } catch (Exception broken) {
      throw new AssertionError(broken);
    }
  }

  private static void assertAllUp(ServiceProcess service) throws Exception {
    JsonArray all = new JsonObject(service.get("/api/v1/verdicts").body()).getJsonArray("verdicts");
    assertEquals(PROBES, all.size());
    for (Object one : all) {
      assertEquals("up", ((JsonObject) one).getString("state"), one.toString());
    }
  }

  private static void pause(long millis) throws InterruptedException {
    assertTrue(!new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS));
  }

  /** Holds a thread as a long computation does. */
  private static void hold(long millis) {
    long end = System.nanoTime() + millis * 1_000_000;
    while (System.nanoTime() - end < 0) {
      java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
    }
  }
}
