package dev.why502.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TallyTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration TEN = Duration.ofSeconds(10);
  private static final Tally.Counted NOBODY = (probe, at, more) -> {};
  private static final int ALL = Integer.MAX_VALUE;

  private final Map<List<Object>, Rollup> stored = new HashMap<>();

  @Test
  void givesOutAMinuteWhenItIsOver() {
    // Given
    Tally tally = new Tally("a", NOBODY);
    for (int run = 0; run < 7; run++) {
      tally.good("site", NOON.plusSeconds(run * 10L), TEN, 12, false);
    }
    tally.failed("site", NOON.plusSeconds(59), TEN, true);
    // When
    List<Rollup> early = tally.finished(NOON.plusSeconds(64), ALL);
    List<Rollup> given = tally.finished(NOON.plusSeconds(65), ALL);
    // Then
    assertTrue(early.isEmpty());
    assertEquals(1, given.size());
    assertEquals(new Counts(7, 1, 0, 1, 1, 70_000), given.get(0).counts());
    assertEquals(6, given.get(0).latency().count());
    assertTrue(tally.finished(NOON.plusSeconds(66), ALL).isEmpty());
  }

  @Test
  void aFailedRunIsNeitherWhenTheVerdictCannotTell() {
    // Given
    Tally tally = new Tally("a", NOBODY);
    tally.failed("site", NOON, TEN, false);
    keep(tally.finished(NOON.plusSeconds(70), ALL));
    assertEquals(new Counts(1, 1, 0, 0, 0, 10_000), total());
    // When
    tally.concluded("site", true);
    tally.failed("site", NOON.plusSeconds(75), TEN, false);
    tally.concluded("site", false);
    tally.concluded("site", true);
    // Then
    keep(tally.finished(NOON.plusSeconds(140), ALL));
    assertEquals(new Counts(2, 1, 1, 0, 0, 10_000), total());
  }

  @Test
  void aRestartWithinAMinuteAddsUp() {
    // Given
    Tally before = new Tally("first", NOBODY);
    before.good("site", NOON, TEN, 5, false);
    keep(before.rest());
    // When
    Tally after = new Tally("second", NOBODY);
    after.failed("site", NOON.plusSeconds(30), TEN, false);
    keep(after.rest());
    // Then
    assertEquals(new Counts(2, 1, 0, 0, 0, 20_000), total());
    assertEquals(1, Rollup.in(Step.MINUTE, stored.values()).size());
  }

  @Test
  void aClockThatJumpsAboutLosesAndDoublesNothing() {
    for (long seed = 1; seed <= 300; seed++) {
      // Given
      Random random = new Random(seed);
      stored.clear();
      Instant now = NOON;
      Tally tally = new Tally("p0", NOBODY);
      long runs = 0;
      long failures = 0;
      for (int i = 0; i < 300; i++) {
        String probe = "probe" + random.nextInt(3);
        now = now.plusMillis(random.nextInt(40_000));
        // When
        switch (random.nextInt(12)) {
          case 0 -> now = now.minusSeconds(random.nextInt(7200));
          case 1 -> now = now.plusSeconds(random.nextInt(7200));
          case 2, 3, 4 -> keep(tally.finished(now, random.nextBoolean() ? 1 : ALL));
          case 5 -> {
            if (random.nextInt(5) == 0) {
              keep(tally.rest());
              tally = new Tally("p" + i, NOBODY);
            }
          }
          case 6 -> {
            tally.failed(probe, now.minusMillis(random.nextInt(200_000)), TEN, false);
            runs++;
            failures++;
          }
          default -> {
            tally.good(probe, now.minusMillis(random.nextInt(9000)), TEN, 3, false);
            runs++;
          }
        }
      }
      keep(tally.rest());
      // Then
      assertEquals(new Counts(runs, failures, 0, 0, 0, runs * 10_000), total(), "seed " + seed);
      assertEquals(0, tally.leftOut());
    }
  }

  @Test
  void countsNoMoreProbesThanItMay() {
    // Given
    Tally tally = new Tally("a", NOBODY);
    for (int probe = 0; probe <= Tally.MAX_PROBES; probe++) {
      tally.good("probe" + probe, NOON, TEN, 1, false);
    }
    // When
    List<Rollup> some = tally.finished(NOON.plusSeconds(70), 1000);
    List<Rollup> others = tally.finished(NOON.plusSeconds(70), ALL);
    // Then
    assertEquals(1, tally.leftOut());
    assertEquals(1000, some.size());
    assertEquals(Tally.MAX_PROBES - 1000, others.size());
    // Then what is long past is forgotten, so that there is room for others.
    tally.finished(NOON.plusSeconds(600), ALL);
    tally.good("another", NOON.plusSeconds(600), TEN, 1, false);
    assertEquals(1, tally.leftOut());
  }

  /** As a store does: a row with the same probe, start and part is replaced. */
  private void keep(Collection<Rollup> given) {
    given.forEach(
        one -> stored.put(List.of(one.probe(), one.step(), one.start(), one.part()), one));
  }

  private Counts total() {
    return stored.values().stream().map(Rollup::counts).reduce(Counts.NONE, Counts::plus);
  }
}
