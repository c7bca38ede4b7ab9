package dev.why502.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RollupTest {
  private static final Instant MIDNIGHT = Instant.parse("2026-03-01T00:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "MINUTE, 2026-02-28T23:59:59.999Z, 2026-02-28T23:59:00Z, 2026-03-01T00:00:00Z",
    "MINUTE, 2026-03-01T00:00:00Z, 2026-03-01T00:00:00Z, 2026-03-01T00:00:00Z",
    "HOUR, 2026-03-01T00:00:00.001Z, 2026-03-01T00:00:00Z, 2026-03-01T01:00:00Z",
    "DAY, 2028-02-29T12:00:00Z, 2028-02-29T00:00:00Z, 2028-03-01T00:00:00Z",
    "DAY, 1969-12-31T12:00:00Z, 1969-12-31T00:00:00Z, 1970-01-01T00:00:00Z",
  })
  void stepsBeginByUtc(Step step, Instant at, Instant floor, Instant ceiling) {
    assertEquals(floor, step.floor(at));
    assertEquals(ceiling, step.ceiling(at));
    assertEquals(step, Step.of(step.code()));
  }

  @Test
  void comesToTheSameInWhateverOrderAndStepsItIsMerged() {
    for (long seed = 1; seed <= 50; seed++) {
      // Given
      Random random = new Random(seed);
      List<Rollup> minutes = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        Instant start = MIDNIGHT.plusSeconds(60L * random.nextInt(3000));
        Counts counts =
            new Counts(random.nextInt(9), random.nextInt(3), random.nextInt(3), 1, 1, 60_000);
        Latency latency = Latency.of(random.nextInt(1000));
        String part = "part" + random.nextInt(2);
        minutes.add(new Rollup("site", Step.MINUTE, start, part, counts, latency));
      }
      // When
      List<Rollup> days = Rollup.in(Step.DAY, minutes);
      Collections.shuffle(minutes, random);
      List<Rollup> byHours = Rollup.in(Step.DAY, Rollup.in(Step.HOUR, minutes));
      // Then
      assertEquals(days, byHours);
      assertEquals(3, days.size());
      assertEquals(days, Rollup.in(Step.MINUTE, days));
    }
  }

  @Test
  void doesNotMergeWhatIsOfDifferentThings() {
    // Given
    Rollup one = new Rollup("one", Step.DAY, MIDNIGHT, "", Counts.NONE, Latency.NONE);
    Rollup two = new Rollup("two", Step.DAY, MIDNIGHT, "", Counts.NONE, Latency.NONE);
    // When / Then
    assertThrows(IllegalArgumentException.class, () -> one.merge(two));
  }
}
