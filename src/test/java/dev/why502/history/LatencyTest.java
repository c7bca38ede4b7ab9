package dev.why502.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LatencyTest {
  private static final double BOUND = 1.0 / 64;
  private static final long SEED = 502;

  @Test
  void percentilesStayWithinTheErrorBound() {
    Random random = new Random(SEED);
    double worst = 0;
    for (int round = 0; round < 200; round++) {
      // Given
      double[] millis =
          random.doubles(1 + random.nextInt(500), -2, 6).map(ten -> Math.pow(10, ten)).toArray();
      Latency latency = all(millis);
      Arrays.sort(millis);
      for (int permille : new int[] {1, 500, 950, 990, 1000}) {
        // When
        double told = latency.millisAt(permille).orElseThrow();
        // Then
        double exact = millis[(int) ((millis.length * (long) permille + 999) / 1000) - 1];
        worst = Math.max(worst, exact < 0.064 ? 0 : Math.abs(told - exact) / exact);
        assertTrue(Math.abs(told - exact) <= exact * BOUND + 0.0006, exact + " told as " + told);
      }
    }
    System.out.printf("latency: worst relative error %.4f, seed %d%n", worst, SEED);
  }

  @Test
  void mergesAreAssociativeAndCommutativeAndLoseNothing() {
    Random random = new Random(SEED);
    for (int round = 0; round < 300; round++) {
      // Given
      Latency a = some(random);
      Latency b = some(random);
      Latency c = some(random);
      // When
      Latency all = a.merge(b).merge(c);
      // Then
      assertEquals(all, a.merge(b.merge(c)));
      assertEquals(all, c.merge(b).merge(a));
      assertEquals(all, all.merge(Latency.NONE));
      assertEquals(a.count() + b.count() + c.count(), all.count());
      assertEquals(all, Latency.parse(all.text()).latency());
    }
  }

  @ParameterizedTest
  @CsvSource({"0, h1,0", "0.063, h1,1r", "0.064, h1,1s", "1, h1,5a", "-3, h1,0", "1e99, h1,ov"})
  void writesShortText(double millis, String first, String second) {
    // When
    Latency latency = Latency.of(millis);
    // Then
    assertEquals(first + "," + second, latency.text());
    assertEquals("h1,0:2,a", Latency.parse("h1,0:2,a").latency().text());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "h2",
        "h1,",
        "h1,-1",
        "h1,1,0",
        "h1,zz",
        "h1,1:0",
        "h1,1:",
        "h1,1:zzzzzzzzzz",
        "h1,é",
        "h1,1:1:1",
        "h1,ov,1",
        "h1,99999999999",
        "h1,٣"
      })
  void saysThatATextIsNoHistogram(String text) {
    // When
    Latency.Reading reading = Latency.parse(text);
    // Then
    assertNull(reading.latency());
    assertNotNull(reading.fault());
  }

  @Test
  void refusesATextThatIsTooLong() {
    // When
    Latency.Reading reading = Latency.parse("h1" + ",1".repeat(Latency.MAX_TEXT));
    // Then
    assertEquals("longer than 16384 characters", reading.fault());
  }

  @Test
  void hasNoPercentileOfNothing() {
    // When
    Latency none = Latency.parse("h1").latency();
    // Then
    assertEquals(Latency.NONE, none);
    assertTrue(none.millisAt(500).isEmpty());
  }

  @Test
  void aFullHistogramFitsItsText() {
    // Given
    Latency every = Latency.NONE;
    for (double micros = 0; micros < 4.3e9; micros = Math.max(micros + 1, micros * 1.015)) {
      every = every.merge(Latency.of(micros / 1000));
    }
    for (int doubling = 0; doubling < 39; doubling++) {
      every = every.merge(every);
    }
    // When
    String text = every.text();
    // Then
    assertTrue(text.length() < Latency.MAX_TEXT, text.length() + " characters");
    assertEquals(every, Latency.parse(text).latency());
  }

  private static Latency some(Random random) {
    return all(random.doubles(random.nextInt(20), 0, 5000).toArray());
  }

  private static Latency all(double... millis) {
    List<Latency> each = Arrays.stream(millis).mapToObj(Latency::of).toList();
    return each.stream().reduce(Latency.NONE, Latency::merge);
  }
}
