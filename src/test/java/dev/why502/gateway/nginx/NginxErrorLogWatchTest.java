package dev.why502.gateway.nginx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Gateway;
import dev.why502.evidence.Evidence;
import dev.why502.evidence.LogAccess;
import dev.why502.evidence.LogLine;
import dev.why502.evidence.LogLine.Event;
import dev.why502.evidence.LogLine.Stage;
import dev.why502.evidence.LogLine.Tie;
import dev.why502.gateway.LogWatch;
import dev.why502.gateway.LoggedLine;
import dev.why502.gateway.RequestFacts;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class NginxErrorLogWatchTest {
  private static final Instant NOW = Instant.parse("2025-09-18T09:46:30.250Z");
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyy/MM/dd HH:mm:ss").withZone(ZoneOffset.UTC);

  private Vertx vertx;
  private Path directory;
  private Path file;

  @BeforeEach
  void setUp(@TempDir Path temporary) throws Exception {
    vertx = Vertx.vertx();
    directory = temporary;
    file = directory.resolve("error.log");
  }

  @AfterEach
  void tearDown() throws Exception {
    await(vertx.close());
  }

  @Test
  void refusedUpstreamOfOurRequestIsFoundAndThatOfOthersIsNot() throws Exception {
    // Given
    int dead = NginxErrorLogLive.freePort();
    String servers =
        server("shop.test", "location /api/ { proxy_pass http://127.0.0.1:" + dead + "; }")
            + server("other.test", "location / { proxy_pass http://127.0.0.1:" + dead + "; }");
    try (NginxErrorLogLive nginx = new NginxErrorLogLive(directory, "", servers)) {
      LogWatch watch = watch(InstantSource.system(), ZoneId.systemDefault(), nginx.errorLog);
      RequestFacts facts = facts("/api/templates?limit=6");
      assertEquals(502, nginx.get("shop.test", "/api/templates?limit=6"));
      LogWatch.Session session = await(watch.begin());
      // When
      assertEquals(502, nginx.get("other.test", "/api/templates?limit=6"));
      assertEquals(502, nginx.get("shop.test", "/api/permissions"));
      assertEquals(502, nginx.get("shop.test", "/api/templates?limit=6"));
      List<Evidence> evidence = await(watch.collect(session, facts, 2_000));
      // Then
      List<LogLine> lines = lines(evidence);
      LogLine first = lines.get(0);
      assertEquals(Tie.OURS, first.tie());
      assertEquals(Event.REFUSED, first.event());
      assertEquals(Stage.CONNECTING, first.stage());
      assertEquals(111, first.errno());
      assertEquals("127.0.0.1:" + dead, first.peer());
      assertEquals("/api/templates?limit=6", first.uri());
      assertTrue(first.fresh());
      assertEquals(List.of(Tie.OURS, Tie.SAME_ROUTE), lines.stream().map(LogLine::tie).toList());
      assertFalse(access(evidence).get(0).silent());
      assertTrue(session.otherLines() >= 1);
      await(watch.close());
    }
  }

  @Test
  void reopenedLogIsReadOn() throws Exception {
    // Given
    String servers =
        server(
            "shop.test",
            "location / { proxy_pass http://127.0.0.1:" + NginxErrorLogLive.freePort() + "; }");
    try (NginxErrorLogLive nginx = new NginxErrorLogLive(directory, "", servers)) {
      LogWatch watch = watch(InstantSource.system(), ZoneId.systemDefault(), nginx.errorLog);
      LogWatch.Session session = await(watch.begin());
      // When
      Files.move(nginx.errorLog, directory.resolve("error.log.1"));
      nginx.get("shop.test", "/old");
      nginx.signal("USR1");
      NginxErrorLogLive.waitFor(() -> Files.exists(nginx.errorLog), "nginx reopens");
      nginx.get("shop.test", "/new");
      List<Evidence> old = await(watch.collect(session, facts("/old"), 1_000));
      List<Evidence> anew = await(watch.collect(session, facts("/new"), 1_000));
      // Then
      assertEquals(Tie.OURS, lines(old).get(0).tie());
      assertEquals(Tie.OURS, lines(anew).get(0).tie());
      await(watch.close());
    }
  }

  @Test
  void oldLinesAreNeverFresh() throws Exception {
    // Given
    Files.writeString(
        file,
        line(NOW.minus(Duration.ofDays(1)), "shop.test", "/api/a")
            + line(NOW.minus(Duration.ofMinutes(20)), "shop.test", "/api/a")
            + line(NOW.minus(Duration.ofMinutes(2)), "shop.test", "/api/a")
            + line(NOW.minus(Duration.ofMinutes(1)), "shop.test", "/api/b")
            + line(NOW.minus(Duration.ofMinutes(1)), "other.test", "/api/a"));
    LogWatch watch = watch(() -> NOW, ZoneOffset.UTC, file);
    // When
    LogWatch.Session session = await(watch.begin());
    List<Evidence> evidence = await(watch.collect(session, facts("/api/a"), 60));
    // Then
    assertEquals(List.of(), lines(evidence));
    assertTrue(access(evidence).get(0).silent());
    await(watch.close());
  }

  @Test
  void lineOfAnotherZoneIsFreshAllTheSame() throws Exception {
    // Given
    Files.createFile(file);
    LogWatch watch = watch(() -> NOW, ZoneOffset.UTC, file);
    LogWatch.Session session = await(watch.begin());
    // When
    append(line(NOW.plus(Duration.ofHours(2)), "shop.test", "/api/a"));
    List<Evidence> evidence = await(watch.collect(session, facts("/api/a"), 1_000));
    // Then
    assertTrue(lines(evidence).get(0).fresh());
    assertEquals(NOW, lines(evidence).get(0).at());
    await(watch.close());
  }

  @Test
  void lineThatComesLateIsWaitedFor() throws Exception {
    // Given
    Files.createFile(file);
    LogWatch watch = watch(() -> NOW, ZoneOffset.UTC, file);
    LogWatch.Session session = await(watch.begin());
    // When
    Future<List<Evidence>> collected = watch.collect(session, facts("/api/a"), 5_000);
    vertx.setTimer(80, timer -> append(line(NOW, "shop.test", "/api/a")));
    List<Evidence> evidence = await(collected);
    // Then
    assertEquals(Tie.OURS, lines(evidence).get(0).tie());
    await(watch.close());
  }

  @Test
  void floodIsBoundedAndOursComesFirst() throws Exception {
    // Given
    Files.createFile(file);
    LogWatch watch = watch(() -> NOW, ZoneOffset.UTC, file);
    LogWatch.Session session = await(watch.begin());
    // When
    append(line(NOW, "shop.test", "/api/b").repeat(5_000));
    append(line(NOW, "shop.test", "/api/a"));
    append(line(NOW, "other.test", "/api/b").repeat(5_000));
    List<Evidence> evidence = await(watch.collect(session, facts("/api/a"), 1_000));
    // Then
    assertEquals(32, lines(evidence).size());
    assertEquals(Tie.OURS, lines(evidence).get(0).tie());
    assertEquals(5_000, session.otherLines());
    await(watch.close());
  }

  @Test
  void logThatCannotBeReadIsNotSilent() throws Exception {
    // Given
    Files.createDirectory(file);
    LogWatch watch = watch(() -> NOW, ZoneOffset.UTC, file, directory.resolve("absent"));
    LogWatch.Session session = await(watch.begin());
    // When
    List<Evidence> evidence = await(watch.collect(session, facts("/api/a"), 30));
    // Then
    assertEquals(2, evidence.size());
    for (LogAccess access : access(evidence)) {
      assertFalse(access.access().readable());
      assertFalse(access.silent());
    }
    await(watch.close());
  }

  @Test
  void oldLinesThatComeBackAreNoNews() throws Exception {
    // Given
    Files.writeString(file, line(NOW.minus(Duration.ofHours(1)), "shop.test", "/api/x").repeat(20));
    LogWatch watch = watch(() -> NOW, ZoneOffset.UTC, file);
    List<LoggedLine> seen = new ArrayList<>();
    Promise<Void> done = Promise.promise();
    watch.follow(
        5,
        lines -> {
          seen.addAll(lines);
          if (seen.stream().anyMatch(line -> "GET /api/end HTTP/1.1".equals(line.request()))) {
            done.tryComplete();
          }
        });
    await(watch.begin());
    // Following begins when it begins: a line from before that is no news.
    NginxErrorLogLive.waitFor(
        () -> {
          append(line(NOW.minus(Duration.ofMinutes(5)), "shop.test", "/api/started"));
          return !seen.isEmpty();
        },
        "the first line is handed over");
    // When
    Files.writeString(
        file,
        line(NOW.minus(Duration.ofHours(1)), "shop.test", "/api/y")
            + line(NOW.minus(Duration.ofSeconds(2)), "shop.test", "/api/z")
            + line(NOW, "shop.test", "/api/end"));
    await(done.future());
    // Then
    assertEquals(
        List.of("GET /api/started HTTP/1.1", "GET /api/z HTTP/1.1", "GET /api/end HTTP/1.1"),
        seen.stream().map(line -> String.valueOf(line.request())).distinct().toList());
    await(watch.close());
  }

  private LogWatch watch(InstantSource clock, ZoneId zone, Path... files) {
    Gateway gateway = new Gateway("edge", Gateway.Kind.NGINX, null, null, null, null);
    List<LogWatch.LogFile> logs =
        Stream.of(files).map(one -> new LogWatch.LogFile(one, new NginxErrorLogGrammar())).toList();
    return new LogWatch(vertx, gateway, logs, zone, clock);
  }

  private void append(String text) {
    try {
      Files.writeString(file, text, StandardOpenOption.APPEND);
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  private static RequestFacts facts(String path) {
    return new RequestFacts(
        "GET", path, "shop.test", Set.of("127.0.0.1"), Set.of(), "/api/", "shop.test");
  }

  private static String server(String name, String body) {
    return "server { listen 127.0.0.1:PORT; server_name " + name + "; " + body + " }\n";
  }

  private static String line(Instant at, String host, String path) {
    return STAMP.format(at)
        + " [error] 1#1: *1 connect() failed (111: Connection refused) while connecting to upstream,"
        + " client: 127.0.0.1, server: "
        + host
        + ", request: \"GET "
        + path
        + " HTTP/1.1\", upstream: \"http://127.0.0.1:3001"
        + path
        + "\", host: \""
        + host
        + "\"\n";
  }

  private static List<LogLine> lines(List<Evidence> evidence) {
    return evidence.stream().filter(LogLine.class::isInstance).map(LogLine.class::cast).toList();
  }

  private static List<LogAccess> access(List<Evidence> evidence) {
    return evidence.stream()
        .filter(LogAccess.class::isInstance)
        .map(LogAccess.class::cast)
        .toList();
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
