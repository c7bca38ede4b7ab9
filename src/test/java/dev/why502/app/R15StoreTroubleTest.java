package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.app.ServiceReceiver.Heard;
import dev.why502.conf.DefinitionsReader;
import dev.why502.store.RealPostgres;
import dev.why502.store.StoreLocation;
import dev.why502.web.WebOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Whatever the store does, the service watches and tells; and says that its store is of no use. */
@Timeout(90)
@Execution(ExecutionMode.CONCURRENT)
class R15StoreTroubleTest {
  /** An interval, the moment that a beginning waits for its cause, and a busy machine. */
  private static final long TOLD_MILLIS = 5_000;

  private static final long START_MILLIS = 15_000;

  private final Path definitions;
  private final Path data;
  private SwitchedSite site;

  R15StoreTroubleTest(@TempDir Path directory) {
    this.definitions = directory.resolve("probes.json");
    this.data = directory.resolve("data");
  }

  @BeforeEach
  void start() throws Exception {
    site = new SwitchedSite("well", "first", "second");
    ServiceSite.write(definitions, site.definitions("500ms"));
  }

  @AfterEach
  void stop() {
    site.close();
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void fullDiskLosesNoRoundAndNoNews() throws Exception {
    // Given
    ServiceProcess.require("unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt");
    // A busy machine lets rounds of a shorter interval come due twice.
    ServiceSite.write(definitions, site.definitions("1s"));
    Files.createDirectories(data);
    List<String> around =
        List.of(
            "unshare",
            "--mount",
            "sh",
            "-c",
            "mount -t tmpfs -o size=4m tmpfs " + data + " && exec \"$@\"",
            "sh");
    try (ServiceProcess service = ServiceProcess.startIn(around, definitions)) {
      Path inside = Path.of("/proc/" + service.pid() + "/root" + data);
      ServiceViewer viewer = service.viewer("why502.verdicts", "why502.health");
      service.untilStatus(START_MILLIS, "/health/ready", 200);
      // When
      fill(inside.resolve("filler"));
      site.off("first");
      Heard first = told("opened", "first");
      ServiceProcess.until(START_MILLIS, "the store fails", () -> storeErrors(service) > 0);
      Instant began = Instant.now();
      site.off("second");
      Heard second = told("opened", "second");
      Duration late = Duration.between(began, second.at());
      site.on("first");
      told("resolved", "first");
      long errors = storeErrors(service);
      Files.delete(inside.resolve("filler"));
      List<JsonObject> health = new ArrayList<>();
      JsonObject well =
          viewer.body(
              30_000,
              "why502.health",
              body -> {
                health.add(body);
                return health.size() > 1 && body.getJsonArray("problems").isEmpty();
              });
      // Then
      System.out.printf(
          "full disk: told of an outage after %d ms, %d store errors, health %s, problems %s%n",
          late.toMillis(),
          errors,
          health.stream().map(one -> one.getLong("ran") + " of " + one.getLong("due")).toList(),
          health.stream().map(one -> one.getJsonArray("problems")).distinct().toList());
      assertTrue(late.toMillis() < TOLD_MILLIS, "told after " + late);
      assertEquals(
          1,
          health.stream()
              .map(one -> one.getJsonArray("problems"))
              .filter(one -> !one.isEmpty())
              .distinct()
              .count(),
          health.toString());
      // The first was sent when the store began to fail: what it counts was before that.
      List<JsonObject> during = health.subList(1, health.size());
      long due = during.stream().mapToLong(one -> one.getLong("due")).sum();
      long ran = during.stream().mapToLong(one -> one.getLong("ran")).sum();
      // One may have come due at the very moment of counting.
      assertTrue(due - ran <= 1, health.toString());
      assertTrue(well.getLong("storeErrors") >= errors, well.encode());
      assertEquals(
          List.of(),
          ServiceSite.down(viewer.heard()).stream()
              .filter(verdict -> verdict.getString("probe").equals("well"))
              .toList());
      assertEquals(
          List.of("opened", "resolved"),
          events(service.url(), first.id()).stream()
              .filter(event -> !event.equals("changed"))
              .toList());
      assertEquals("opened", events(service.url(), second.id()).get(0));
      assertEquals(
          1, site.receiver.heard().stream().filter(one -> is(one, "opened", "first")).count());
    }
  }

  /** Writes until there is no room. */
  private static void fill(Path file) throws IOException {
    byte[] block = new byte[1024];
    try (OutputStream out = Files.newOutputStream(file)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException full) {
      assertTrue(String.valueOf(full.getMessage()).contains("space"), full.toString());
    }
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void directoryThatCannotBeMadeIsToldAndUsedWhenItCan() throws Exception {
    // Given
    Files.writeString(data, "a file");
    Service service = inProcess(data);
    // When
    site.off("first");
    Heard opened = told("opened", "first");
    ServiceProcess.until(12_000, "a problem is told", () -> problem(service));
    Files.delete(data);
    // Then
    ServiceProcess.until(30_000, "the store is used", () -> !problem(service));
    assertEquals("opened", events(url(service), opened.id()).get(0));
    service.stop().await(10, TimeUnit.SECONDS);
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void brokenFileIsSetAside() throws Exception {
    // Given
    Files.createDirectories(data);
    Files.writeString(data.resolve("why502.db"), "no database at all\n".repeat(1_000));
    Service service = inProcess(data);
    // When
    site.off("first");
    Heard opened = told("opened", "first");
    // Then
    assertEquals("opened", events(url(service), opened.id()).get(0));
    service.stop().await(10, TimeUnit.SECONDS);
    try (var files = Files.list(data)) {
      assertTrue(files.anyMatch(file -> file.getFileName().toString().contains("corrupt")));
    }
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void storeOfAnotherProcessIsLeftAloneAndTold() throws Exception {
    // Given
    Files.createDirectories(data);
    try (FileChannel other =
            FileChannel.open(
                data.resolve("why502.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = other.lock()) {
      assertTrue(lock.isValid());
      Service service = inProcess(data);
      // When
      site.off("first");
      told("opened", "first");
      // Then
      ServiceProcess.until(12_000, "a problem is told", () -> problem(service));
      service.stop().await(10, TimeUnit.SECONDS);
    }
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void serverThatGoesAndComesLosesNoNews() throws Exception {
    // Given
    RealPostgres postgres = RealPostgres.own();
    try {
      Service service = inProcess(StoreLocation.at(postgres.uri()));
      site.off("first");
      Heard first = told("opened", "first");
      // When
      postgres.stop();
      site.on("first");
      Heard over = told("resolved", "first");
      Instant began = Instant.now();
      site.off("second");
      Heard second = told("opened", "second");
      Duration late = Duration.between(began, second.at());
      ServiceProcess.until(12_000, "a problem is told", () -> problem(service));
      postgres.goOn();
      ServiceProcess.until(30_000, "the store is used", () -> !problem(service));
      // Then
      System.out.printf("PostgreSQL gone: told of an outage after %d ms%n", late.toMillis());
      assertEquals(first.id(), over.id());
      assertTrue(late.toMillis() < TOLD_MILLIS, "told after " + late);
      assertEquals(List.of("opened", "resolved"), events(url(service), first.id()));
      assertEquals("opened", events(url(service), second.id()).get(0));
      service.stop().await(10, TimeUnit.SECONDS);
    } finally {
      postgres.end();
    }
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void outageIsRememberedOnceTheServerIsThere() throws Exception {
    // Given
    RealPostgres postgres = RealPostgres.own();
    try {
      site.off("first");
      Service before = inProcess(StoreLocation.at(postgres.uri()));
      Heard first = told("opened", "first");
      before.stop().await(10, TimeUnit.SECONDS);
      postgres.stop();
      // When
      Service service = inProcess(StoreLocation.at(postgres.uri()));
      ServiceProcess.until(START_MILLIS, "told again", () -> ids("opened").size() == 2);
      postgres.goOn();
      ServiceProcess.until(30_000, "the store is used", () -> !problem(service));
      site.on("first");
      // Then
      ServiceProcess.until(
          START_MILLIS, "both are over", () -> ids("resolved").containsAll(ids("opened")));
      assertTrue(ids("opened").contains(first.id()));
      assertEquals(2, ids("opened").size());
      service.stop().await(10, TimeUnit.SECONDS);
    } finally {
      postgres.end();
    }
  }

  private Set<String> ids(String event) {
    Set<String> ids = new HashSet<>();
    site.receiver.heard().stream()
        .filter(one -> one.event().equals(event))
        .forEach(one -> ids.add(one.id()));
    return ids;
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void fullWorkerPoolBlamesNobody() throws Exception {
    // Given
    Service service = inProcess(data);
    AtomicInteger runs = new AtomicInteger();
    service
        .vertx()
        .eventBus()
        .<JsonObject>consumer("why502.observations", message -> runs.incrementAndGet());
    Queue<JsonObject> verdicts = new ConcurrentLinkedQueue<>();
    service
        .vertx()
        .eventBus()
        .<JsonObject>consumer("why502.verdicts", message -> verdicts.add(message.body()));
    ServiceProcess.until(START_MILLIS, "all run", () -> runs.get() >= 6);
    // When
    for (int i = 0; i < 64; i++) {
      service
          .vertx()
          .executeBlocking(
              () -> {
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
                while (System.nanoTime() < end) {
                  java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
                }
                return null;
              },
              false);
    }
    int before = runs.get();
    // Then
    ServiceProcess.until(1_000, "a round within two intervals", () -> runs.get() >= before + 3);
    ServiceProcess.until(12_000, "many rounds", () -> runs.get() >= before + 24);
    assertEquals(
        List.of(), verdicts.stream().filter(one -> !one.getString("state").equals("up")).toList());
    service.stop().await(10, TimeUnit.SECONDS);
  }

  private Service inProcess(Path store) throws Exception {
    return inProcess(StoreLocation.in(store));
  }

  private Service inProcess(StoreLocation store) throws Exception {
    DefinitionsReader reader = new DefinitionsReader(name -> null);
    long began = System.nanoTime();
    Service service =
        Service.start(
                new ServiceOptions(definitions, WebOptions.local(0), store, data, false),
                reader,
                reader.read(definitions))
            .await(30, TimeUnit.SECONDS);
    System.out.printf("started in %d ms%n", (System.nanoTime() - began) / 1_000_000);
    return service;
  }

  /** Whether it tells of one, about the store. */
  private static boolean problem(Service service) {
    List<String> problems = service.problems();
    return problems.size() == 1 && problems.get(0).startsWith("the store ");
  }

  private Heard told(String event, String probe) throws Exception {
    ServiceProcess.until(
        START_MILLIS,
        probe + " " + event,
        () -> site.receiver.heard().stream().anyMatch(one -> is(one, event, probe)));
    return site.receiver.heard().stream().filter(one -> is(one, event, probe)).findFirst().get();
  }

  private static boolean is(Heard one, String event, String probe) {
    return one.event().equals(event) && one.incident().getJsonArray("probes").contains(probe);
  }

  private static long storeErrors(ServiceProcess service) {
    try {
      return service
          .get("/metrics")
          .body()
          .lines()
          .filter(line -> line.startsWith("why502_store_errors_total"))
          .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
          .sum();
    } catch (Exception broken) {
      throw new AssertionError(broken);
    }
  }

  private static URI url(Service service) {
    return URI.create("http://127.0.0.1:" + service.port() + "/");
  }

  /** What is stored of an incident, in its order. */
  private static List<String> events(URI service, String id) throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(service.resolve("/api/v1/incidents/" + id)).build(),
                HttpResponse.BodyHandlers.ofString());
    return new JsonObject(answer.body())
        .getJsonArray("events", new JsonArray()).stream()
            .map(event -> ((JsonObject) event).getString("event"))
            .toList();
  }
}
