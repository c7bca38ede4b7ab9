package dev.why502.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Expectation;
import dev.why502.definition.Probe;
import dev.why502.definition.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoundsTest {
  private static final long SECOND = 1_000_000_000L;

  /** Near the overflow of the ticker: only differences may count. */
  private static final long BEGIN = Long.MAX_VALUE - 20 * SECOND;

  private final Tally tally = new Tally();
  private long now = BEGIN;

  private static Probe probe(String id, Duration interval) {
    return Probes.of(
        id, Probes.http(1), Request.GET, Expectation.DEFAULT, interval, Duration.ofSeconds(1));
  }

  /** Steps from due time to due time; every run ends at once. */
  private Map<String, List<Long>> play(Rounds rounds, long spanNanos) {
    Map<String, List<Long>> starts = new HashMap<>();
    long end = now + spanNanos;
    while (now - end <= 0) {
      for (Rounds.Start start : rounds.due(now)) {
        starts
            .computeIfAbsent(start.slot().probe().id(), id -> new ArrayList<>())
            .add(start.plannedNanos() - BEGIN);
        rounds.ended(start.slot(), now);
      }
      now += Math.max(1, Math.min(rounds.untilNext(now), SECOND));
    }
    return starts;
  }

  private static List<Long> of(Map<String, List<Long>> starts, String id) {
    return starts.getOrDefault(id, List.of());
  }

  @Test
  void roundsKeepTheirRateAndPhase() {
    // Given
    Rounds rounds = new Rounds(10, tally);
    rounds.replace(
        List.of(probe("a", Duration.ofMillis(700)), probe("b", Duration.ofSeconds(7))), now);
    // When
    Map<String, List<Long>> starts = play(rounds, 30 * SECOND);
    // Then
    List<Long> slow = of(starts, "b");
    assertTrue(slow.size() >= 4, slow.toString());
    for (int i = 2; i < slow.size(); i++) {
      // A tick's grid moves where the ticker overflows.
      long gap = slow.get(i) - slow.get(i - 1);
      assertTrue(Math.abs(gap - 7 * SECOND) < Rounds.TICK_NANOS, slow.toString());
    }
    List<Long> fast = of(starts, "a");
    for (int i = 1; i < fast.size(); i++) {
      assertEquals(700_000_000L, fast.get(i) - fast.get(i - 1));
    }
    assertTrue(fast.get(0) < 700_000_000L);
    assertEquals(0, (slow.get(1) + BEGIN) % Rounds.TICK_NANOS);
  }

  @Test
  void firstRoundIsSpreadOverASecond() {
    // Given
    Rounds rounds = new Rounds(10_000, tally);
    List<Probe> probes = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      probes.add(probe("probe-" + i, Duration.ofSeconds(4)));
    }
    rounds.replace(probes, now);
    // When
    Map<String, List<Long>> starts = play(rounds, SECOND);
    // Then
    assertEquals(1000, starts.size());
    int[] tenths = new int[10];
    starts.values().forEach(times -> tenths[(int) (times.get(0) / (SECOND / 10))]++);
    for (int tenth : tenths) {
      assertTrue(tenth > 50 && tenth < 150, tenth + " of 1000 in a tenth");
    }
  }

  @Test
  void laterRoundsAreSpreadOverTheInterval() {
    // Given
    Rounds rounds = new Rounds(10_000, tally);
    List<Probe> probes = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      probes.add(probe("probe-" + i, Duration.ofSeconds(10)));
    }
    rounds.replace(probes, now);
    // When
    Map<String, List<Long>> starts = play(rounds, 22 * SECOND);
    // Then
    int[] seconds = new int[10];
    starts
        .values()
        .forEach(
            times -> {
              seconds[(int) (times.get(times.size() - 1) / SECOND % 10)]++;
              assertTrue(times.get(1) - times.get(0) >= 10 * SECOND / 4, times.toString());
            });
    for (int second : seconds) {
      assertTrue(second > 50 && second < 150, second + " of 1000 in a second");
    }
  }

  @Test
  void runUnderWayIsSkippedAndCounted() {
    // Given
    Rounds rounds = new Rounds(10, tally);
    rounds.replace(List.of(probe("a", Duration.ofSeconds(1))), now);
    now += SECOND;
    List<Rounds.Start> first = rounds.due(now);
    // When
    now += SECOND;
    List<Rounds.Start> second = rounds.due(now);
    rounds.ended(first.get(0).slot(), now);
    now += SECOND;
    List<Rounds.Start> third = rounds.due(now);
    // Then
    assertEquals(List.of(1, 0, 1), List.of(first.size(), second.size(), third.size()));
    Counts counts = tally.take();
    assertEquals(List.of(3L, 2L, 1L), List.of(counts.due(), counts.ran(), counts.skipped()));
    assertEquals(0, tally.take().due());
  }

  @Test
  void aboveTheLimitIsLateAndNotLost() {
    // Given
    Rounds rounds = new Rounds(2, tally);
    List<Probe> probes = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      probes.add(probe("p" + i, Duration.ofSeconds(10)));
    }
    rounds.replace(probes, now);
    now += 2 * SECOND;
    // When
    List<Rounds.Start> first = rounds.due(now);
    now += SECOND;
    List<Rounds.Start> next = rounds.ended(first.get(0).slot(), now);
    // Then
    assertEquals(2, first.size());
    assertEquals(1, next.size());
    Counts counts = tally.take();
    assertEquals(5, counts.due());
    assertEquals(3, counts.ran());
    assertTrue(counts.maxLateMillis() >= 2000, counts.toString());
  }

  @Test
  void missedRoundsAreNotMadeUpFor() {
    // Given
    Rounds rounds = new Rounds(10, tally);
    rounds.replace(List.of(probe("a", Duration.ofSeconds(1))), now);
    Map<String, List<Long>> before = play(rounds, 3 * SECOND);
    tally.take();
    // When
    now += 1000 * SECOND;
    List<Rounds.Start> starts = rounds.due(now);
    // Then
    assertEquals(1, starts.size());
    Counts counts = tally.take();
    assertEquals(1, counts.ran());
    assertTrue(counts.skipped() >= 998, counts.toString());
    assertTrue(counts.maxLateMillis() < 1000, counts.toString());
    long phase = of(before, "a").get(0);
    assertEquals(phase, Math.floorMod(starts.get(0).plannedNanos() - BEGIN, SECOND));
  }

  @Test
  void unchangedProbeKeepsItsPlace() {
    // Given
    Rounds rounds = new Rounds(10, tally);
    Probe same = probe("same", Duration.ofSeconds(10));
    rounds.replace(List.of(same, probe("changed", Duration.ofSeconds(10))), now);
    now += SECOND;
    List<Rounds.Start> first = rounds.due(now);
    assertEquals(2, first.size());
    first.forEach(start -> rounds.ended(start.slot(), now));
    // When
    rounds.replace(
        List.of(probe("same", Duration.ofSeconds(10)), probe("changed", Duration.ofSeconds(9))),
        now);
    long begin = now;
    Map<String, List<Long>> next = play(rounds, 20 * SECOND);
    // Then
    long place = Rounds.part("same", 10 * SECOND);
    assertTrue(
        Math.floorMod(of(next, "same").get(0) - place, 10 * SECOND) < Rounds.TICK_NANOS,
        next.toString());
    assertTrue(of(next, "changed").get(0) <= begin - BEGIN + SECOND + Rounds.TICK_NANOS);
    assertSame(
        same,
        first.stream()
            .map(start -> start.slot().probe())
            .filter(same::equals)
            .findFirst()
            .orElseThrow());
  }
}
