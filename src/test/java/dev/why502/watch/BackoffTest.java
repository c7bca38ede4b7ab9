package dev.why502.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {

  private static List<Long> some(Backoff backoff, int count) {
    return IntStream.range(0, count).mapToObj(i -> backoff.nextMillis()).toList();
  }

  @Test
  void doublesUpToItsLimitAndBeginsAgain() {
    // Given
    Backoff backoff = new Backoff(500, 15_000, () -> 1);
    // When
    List<Long> first = some(backoff, 7);
    backoff.reset();
    // Then
    assertEquals(List.of(500L, 1_000L, 2_000L, 4_000L, 8_000L, 15_000L, 15_000L), first);
    assertEquals(500, backoff.nextMillis());
  }

  @Test
  void halfIsLeftToChance() {
    // Given
    long seed = 502;
    Random random = new Random(seed);
    Backoff backoff = new Backoff(500, 15_000, random::nextDouble);
    some(backoff, 10);
    // Then
    List<Long> late = some(backoff, 1_000);
    assertTrue(late.stream().allMatch(millis -> millis >= 7_500 && millis <= 15_000));
    assertTrue(late.stream().distinct().count() > 900, "seed " + seed);
  }
}
