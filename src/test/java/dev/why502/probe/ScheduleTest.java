package dev.why502.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Expectation;
import dev.why502.definition.Probe;
import dev.why502.definition.Request;
import dev.why502.observation.Observation;
import dev.why502.observation.Outcome;
import dev.why502.observation.Phase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ScheduleTest {
  private static Future<Observation> ranAtOnce(Probe probe, double lateMillis) {
    return Future.succeededFuture(
        new Observation(
            probe.id(),
            probe.target().text(),
            null,
            null,
            List.of(),
            Outcome.EXPECTED,
            Phase.PROCESSING,
            null,
            0,
            lateMillis,
            Map.of(),
            null,
            null,
            null,
            null,
            null,
            List.of(),
            List.of(),
            Instant.EPOCH));
  }

  @Test
  void everyProbeRunsAndIsReported() throws Exception {
    // Given
    Vertx vertx = Vertx.vertx();
    int probes = 5000;
    Set<String> seen = ConcurrentHashMap.newKeySet();
    CountDownLatch all = new CountDownLatch(probes);
    Schedule schedule =
        new Schedule(
            ScheduleTest::ranAtOnce,
            System::nanoTime,
            (probe, observation) -> {
              if (seen.add(observation.probe())) {
                all.countDown();
              }
              throw new IllegalStateException("a listener that breaks");
            });
    List<Probe> list = new ArrayList<>();
    for (int i = 0; i < probes; i++) {
      list.add(
          Probes.of(
              "p" + i,
              Probes.http(1),
              Request.GET,
              Expectation.DEFAULT,
              Duration.ofSeconds(2),
              Duration.ofSeconds(1)));
    }
    vertx.exceptionHandler(expected -> {});
    try {
      // When
      schedule.replace(list);
      vertx.deployVerticle(schedule).await(5, TimeUnit.SECONDS);
      boolean ran = all.await(20, TimeUnit.SECONDS);
      // Then
      assertTrue(ran, all.getCount() + " did not run");
      Counts counts = schedule.take();
      assertTrue(counts.ran() >= probes, counts.toString());
      assertEquals(0, counts.skipped());
    } finally {
      vertx.close().await(5, TimeUnit.SECONDS);
    }
  }
}
