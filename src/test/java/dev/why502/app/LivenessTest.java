package dev.why502.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.conf.DefinitionsReader;
import dev.why502.web.WebOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Live means that the loops move, and nothing else. */
@Timeout(60)
class LivenessTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private final Path definitions;
  private Service service;

  LivenessTest(@TempDir Path directory) {
    this.definitions = directory.resolve("probes.json");
  }

  @BeforeEach
  void start() throws Exception {
    JsonObject down =
        new JsonObject()
            .put("id", "down")
            .put("target", "http://127.0.0.1:" + ServiceProcess.freePort() + "/");
    ServiceSite.write(definitions, new JsonObject().put("probes", JsonArray.of(down)));
    DefinitionsReader reader = new DefinitionsReader(System::getenv);
    service =
        Service.start(
                new ServiceOptions(definitions, WebOptions.local(0)),
                reader,
                reader.read(definitions))
            .await(20, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() throws Exception {
    service.stop().await(20, TimeUnit.SECONDS);
  }

  @Test
  void stuckLoopIsToldFromAnotherOne() throws Exception {
    // Given
    ContextInternal other = loopThatServesNoHttp();
    CountDownLatch release = new CountDownLatch(1);
    other.runOnContext(now -> hold(release, 20));
    long began = System.nanoTime();
    // When
    ServiceProcess.until(15_000, "not live", () -> live(5_000).statusCode() == 503);
    long noticedMillis = (System.nanoTime() - began) / 1_000_000;
    String words = live(5_000).body();
    release.countDown();
    long released = System.nanoTime();
    ServiceProcess.until(15_000, "live again", () -> live(5_000).statusCode() == 200);
    long recoveredMillis = (System.nanoTime() - released) / 1_000_000;
    // Then
    System.out.println(
        "stuck loop told after " + noticedMillis + " ms, live " + recoveredMillis + " ms after it");
    assertTrue(words.contains("event loop"), words);
    // The engine's beat, where it is the engine's loop, was up to a second old when it stopped.
    assertTrue(noticedMillis >= 3_500 && noticedMillis < 7_500, noticedMillis + " ms");
    assertTrue(recoveredMillis < 3_000, recoveredMillis + " ms");
  }

  @Test
  void brokenSiteDoesNotCostLife() {
    // Given
    // When
    int status = live(5_000).statusCode();
    // Then
    assertEquals(200, status);
  }

  @Test
  void onlyEventLoopsThatAreStillStuckCount() {
    // Given
    BlockedLoops loops = new BlockedLoops();
    long second = 1_000_000_000L;
    // When
    loops.blocked("vert.x-eventloop-thread-1", 4 * second, 0);
    List<String> early = loops.stuck(0);
    loops.blocked("vert.x-eventloop-thread-1", 5 * second, second);
    loops.blocked("vert.x-worker-thread-1", 70 * second, second);
    List<String> stuck = loops.stuck(2 * second);
    List<String> later = loops.stuck(3 * second);
    // Then
    assertEquals(List.of(), early);
    assertEquals(List.of("the event loop vert.x-eventloop-thread-1"), stuck);
    assertEquals(List.of(), later);
  }

  /** The one that answers could not tell of itself. */
  private ContextInternal loopThatServesNoHttp() throws Exception {
    for (int tries = 0; tries < 32; tries++) {
      ContextInternal context = ((VertxInternal) service.vertx()).createEventLoopContext();
      CountDownLatch held = new CountDownLatch(1);
      CountDownLatch release = new CountDownLatch(1);
      context.runOnContext(
          now -> {
            held.countDown();
            hold(release, 5);
          });
      assertTrue(held.await(5, TimeUnit.SECONDS));
      boolean answered = live(1_000) != null;
      release.countDown();
      if (answered) {
        return context;
      }
    }
    throw new AssertionError("every loop serves HTTP");
  }

  private static void hold(CountDownLatch release, int seconds) {
    try {
      assertFalse(!release.await(seconds, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private HttpResponse<String> live(long millis) {
    try {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + "/health/live"))
              .timeout(Duration.ofMillis(millis))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (HttpTimeoutException late) {
      return null;
    } catch (java.io.IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
