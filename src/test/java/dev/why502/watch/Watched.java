package dev.why502.watch;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.bus.Spoken;
import dev.why502.language.Language;
import dev.why502.terminal.Terminal;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What somebody sees who follows a service. */
final class Watched implements AutoCloseable {
  static final WatchOptions.Times QUICK =
      new WatchOptions.Times(2_000, 30_000, 45_000, 90_000, 20, 100, 50);

  private static final Terminal PLAIN = new Terminal(false, false, 100, 24);
  private static final long PATIENCE_MILLIS = 10_000;

  private final Vertx vertx = Vertx.vertx();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final StringWriter aside = new StringWriter();
  private final Sheet sheet;
  private final WatchVerticle verticle;

  Watched(WatchOptions options, boolean json) {
    this(options, json, PLAIN);
  }

  Watched(WatchOptions options, boolean json, Terminal terminal) {
    this(options, json, terminal, Spoken.in(Language.ENGLISH));
  }

  Watched(WatchOptions options, boolean json, Terminal terminal, Spoken spoken) {
    sheet = new Sheet(new PrintStream(bytes, true, StandardCharsets.UTF_8), () -> terminal);
    Teller teller =
        json
            ? new JsonTeller(sheet, line -> aside.append(line).append('\n'), spoken)
            : new TextTeller(
                sheet,
                options.url().shown(),
                InstantSource.fixed(Instant.parse("2025-09-18T09:46:01Z")),
                spoken.translation());
    verticle = new WatchVerticle(options, teller, sheet::behind, System::nanoTime, () -> 0.5);
  }

  static WatchOptions options(int port) {
    return options("http://127.0.0.1:" + port, null, QUICK);
  }

  static WatchOptions options(String url, @Nullable String token, WatchOptions.Times times) {
    ServiceUrl service = ServiceUrl.of(url).url();
    if (service == null) {
      throw new AssertionError(url);
    }
    return new WatchOptions(service, token, null, times);
  }

  /** Follows from now on; returns when what stands was told. */
  Watched start() throws Exception {
    vertx.deployVerticle(verticle).await(15, TimeUnit.SECONDS);
    return this;
  }

  /** What is said of a service that cannot be followed. */
  String refused() {
    try {
      vertx.deployVerticle(verticle).await(15, TimeUnit.SECONDS);
    } catch (Exception refused) {
      return String.valueOf(refused.getMessage());
    }
    throw new AssertionError("it was followed");
  }

  String text() {
    sheet.flush();
    return bytes.toString(StandardCharsets.UTF_8);
  }

  byte[] bytes() {
    sheet.flush();
    return bytes.toByteArray();
  }

  String aside() {
    return aside.toString();
  }

  List<JsonObject> messages() {
    return text().lines().map(JsonObject::new).toList();
  }

  /** The text when it is as meant. */
  String until(Predicate<String> meant) throws Exception {
    long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
    CountDownLatch never = new CountDownLatch(1);
    while (!meant.test(text())) {
      assertTrue(System.nanoTime() < end, "not within " + PATIENCE_MILLIS + " ms: " + end());
      assertTrue(!never.await(20, TimeUnit.MILLISECONDS));
    }
    return text();
  }

  /** As much of what was printed as a report can hold. */
  private String end() {
    String all = text();
    return all.substring(Math.max(0, all.length() - 3000));
  }

  String until(String part) throws Exception {
    return until(text -> text.contains(part));
  }

  /** Waits until nothing more comes because nobody reads. */
  void untilBehind() throws Exception {
    long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
    CountDownLatch never = new CountDownLatch(1);
    while (!sheet.behind()) {
      assertTrue(System.nanoTime() < end, "never behind");
      assertTrue(!never.await(20, TimeUnit.MILLISECONDS));
    }
    assertTrue(!never.await(300, TimeUnit.MILLISECONDS));
  }

  /** Characters that wait for the reader. */
  int most() {
    return (int) sheet.waiting();
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
