package dev.why502.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Deadman;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DeadmanSwitchTest {
  private final Vertx vertx = Vertx.vertx();
  private final AtomicReference<List<String>> obstacles = new AtomicReference<>(List.of());
  private final AtomicInteger asked = new AtomicInteger();
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void pingsAsLongAsWeWatch() throws Exception {
    // Given
    try (Receiving outside = new Receiving()) {
      DeadmanSwitch watched = start(outside, 30);
      // When
      outside.next();
      String line = outside.next().line();
      obstacles.set(List.of("templates has not run for 25 s"));
      int before = asked.get();
      untilAsked(before + 1);
      int pinged = outside.left();
      untilAsked(before + 6);
      // Then
      assertEquals("GET " + Receiving.SECRET_PATH + " HTTP/1.1", line);
      assertTrue(outside.left() <= pinged + 1, "one may have been on its way");
      obstacles.set(List.of());
      for (int i = outside.left(); i >= 0; i--) {
        outside.next();
      }
      watched.configure(null).await();
      int last = asked.get();
      assertTrue(told.isEmpty() && asked.get() <= last + 1);
    }
  }

  @Test
  void serviceThatDoesNotAnswerIsAskedThreeTimesAndToldOnce() throws Exception {
    // Given
    try (Receiving outside = new Receiving()) {
      outside.always(500, "");
      // When
      start(outside, 100);
      String why = told.poll(10, TimeUnit.SECONDS);
      int asks = outside.left();
      outside.always(200, "OK");
      String back = told.poll(10, TimeUnit.SECONDS);
      // Then
      assertEquals("answered 500", why);
      assertTrue(asks >= 3, asks + " requests");
      assertEquals("well", back);
      assertTrue(told.isEmpty());
      outside.always(Receiving.Manner.HANG);
      assertEquals("no answer within 200 ms", told.poll(10, TimeUnit.SECONDS));
    }
  }

  private DeadmanSwitch start(Receiving outside, long intervalMillis) {
    DeadmanSwitch made =
        new DeadmanSwitch(
            () -> {
              asked.incrementAndGet();
              return obstacles.get();
            },
            why -> told.add(why == null ? "well" : why),
            InstantSource.system(),
            200,
            10);
    vertx
        .deployVerticle(made)
        .compose(
            id ->
                made.configure(
                    new Deadman(
                        outside.url(Receiving.SECRET_PATH), Duration.ofMillis(intervalMillis))))
        .await();
    return made;
  }

  private void untilAsked(int times) throws InterruptedException {
    while (asked.get() < times) {
      told.poll(5, TimeUnit.MILLISECONDS);
    }
  }
}
