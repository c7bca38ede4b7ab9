package dev.why502.incident;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Ids rise, whatever the clock does. */
class UlidsTest {
  @Test
  void timeStandsInTheFirstTenCharacters() {
    // When
    String id = new Ulids(() -> 0).next(Instant.ofEpochMilli(1_469_918_176_385L));

    // Then
    assertEquals("01ARYZ6S410000000000000000", id);
  }

  @Test
  void idsRiseWithinAMillisecondAndWhenTheClockIsSetBack() {
    // Given
    SplittableRandom chance = new SplittableRandom(1);
    Ulids ids = new Ulids(chance::nextLong);
    String before = "";

    // When
    for (int i = 0; i < 100_000; i++) {
      String id = ids.next(Site.START.plusMillis(chance.nextInt(-50, 50)));
      assertTrue(id.compareTo(before) > 0, before + " and then " + id);
      before = id;
    }

    // Then
    assertEquals(26, before.length());
  }

  @Test
  void chanceThatIsAtItsEndCountsOnIntoTheTime() {
    // Given
    Ulids ids = new Ulids(() -> -1);

    // When
    String first = ids.next(Site.START);
    String second = ids.next(Site.START);

    // Then
    assertTrue(second.compareTo(first) > 0, first + " and then " + second);
  }
}
