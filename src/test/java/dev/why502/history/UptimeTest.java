package dev.why502.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Objective;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class UptimeTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:34:56Z");
  private static final Duration TEN = Duration.ofSeconds(10);

  @ParameterizedTest
  @CsvSource({
    "1h, 2026-03-01T11:34:00Z",
    "6h, 2026-03-01T06:34:00Z",
    "24h, 2026-02-28T12:00:00Z",
    "3d, 2026-02-26T12:00:00Z",
    "7d, 2026-02-22T12:00:00Z",
    "30d, 2026-01-30T00:00:00Z",
    "90d, 2025-12-01T00:00:00Z",
  })
  void windowsBeginWhereAStepDoes(String code, Instant from) {
    assertEquals(from, Window.of(code).from(NOW));
  }

  @Test
  void ofNothingIsNoUptime() {
    // Given
    Counts unknown = new Counts(9, 0, 9, 0, 0, 0);
    List<Rollup> rollups = List.of(minute("2026-03-01T12:00:00Z", unknown));
    // When
    Uptime uptime = Uptime.of(Window.HOUR, NOW, rollups);
    // Then
    assertTrue(uptime.ratio().isEmpty());
    assertTrue(Budget.burnRate(new Objective(0.99, Duration.ofDays(7)), uptime).isEmpty());
    assertEquals(0, uptime.coverage());
    assertEquals(9, uptime.counts().unknown());
  }

  @Test
  void tellsHowMuchOfTheWindowIsCovered() {
    // Given
    Counts half = new Counts(180, 9, 0, 0, 0, 1_800_000);
    List<Rollup> rollups =
        List.of(
            minute("2026-03-01T11:33:00Z", half),
            minute("2026-03-01T11:34:00Z", half),
            new Rollup("p", Step.HOUR, NOW, "", half, Latency.NONE),
            minute("2026-03-01T12:35:00Z", half));
    // When
    Uptime uptime = Uptime.of(Window.HOUR, NOW, rollups);
    // Then
    assertEquals(0.95, uptime.ratio().orElseThrow(), 1e-12);
    assertEquals(1800.0 / 3656, uptime.coverage(), 1e-12);
  }

  @Test
  void maintenanceIsTakenOutOfTheBudgetAndNotOfTheUptime() {
    // Given
    Counts counts = new Counts(1000, 101, 0, 100, 100, 10_000_000);
    Uptime uptime = new Uptime(Window.MONTH, Window.MONTH.from(NOW), NOW, counts);
    Objective objective = new Objective(0.999, Duration.ofDays(30));
    // When
    Budget budget = Budget.of(objective, uptime);
    // Then
    assertEquals(0.899, uptime.ratio().orElseThrow(), 1e-12);
    assertEquals(899.0 / 900, uptime.ratioOutsideMaintenance().orElseThrow(), 1e-12);
    assertEquals(43.2 * 60_000, budget.totalMillis(), 1e-3);
    assertEquals(10_000, budget.spentMillis(), 1e-3);
    assertEquals(1 - 10_000 / (43.2 * 60_000), budget.leftRatio(), 1e-9);
    assertEquals(1000.0 / 900, Budget.burnRate(objective, uptime).orElseThrow(), 1e-9);
  }

  @Test
  void aBudgetCanBeOverspent() {
    // Given
    Uptime uptime = new Uptime(Window.DAY, NOW, NOW, new Counts(864, 864, 0, 0, 0, 86_400_000));
    // When
    Objective objective = new Objective(0.9, Duration.ofDays(1));
    // Then
    assertEquals(-9, Budget.of(objective, uptime).leftRatio(), 1e-9);
    assertEquals(10, Budget.burnRate(objective, uptime).orElseThrow(), 1e-9);
  }

  @ParameterizedTest
  @EnumSource(Window.class)
  void theLedgerTellsWhatTheRollupsTell(Window window) {
    // Given
    Random random = new Random(502);
    List<Rollup> earlier = new ArrayList<>();
    Ledger ledger = new Ledger();
    Tally tally = new Tally("now", ledger);
    for (Step step : Step.values()) {
      for (int back = 2; back < 400; back++) {
        Instant start = step.floor(NOW).minus(step.length().multipliedBy(back));
        Counts counts = new Counts(6, random.nextInt(3), 0, 1, random.nextInt(2), 60_000);
        earlier.add(new Rollup("p", step, start, "", counts, Latency.NONE));
      }
    }
    earlier.forEach(ledger::stored);
    // When
    tally.failed("p", NOW.minusSeconds(20), TEN, false);
    tally.concluded("p", true);
    tally.failed("p", NOW.minusSeconds(10), TEN, false);
    tally.good("p", NOW, TEN, 1, true);
    // Then
    Counts now = new Counts(2, 1, 0, 1, 0, 20_000);
    Uptime told = ledger.uptime("p", window, NOW);
    Counts counts =
        earlier.stream()
            .filter(one -> one.step() == window.step() && !one.start().isBefore(told.from()))
            .map(Rollup::counts)
            .reduce(now, Counts::plus);
    assertEquals(counts, told.counts());
    assertTrue(!told.from().isAfter(NOW.minus(window.length())), told.toString());
  }

  @Test
  void theLedgerForgetsWhatIsTooOldAndTakesNoMoreProbesThanItMay() {
    // Given
    Ledger ledger = new Ledger();
    Counts one = Counts.good(TEN, false);
    for (int probe = 0; probe <= Ledger.MAX_PROBES; probe++) {
      ledger.counted("p" + probe, NOW, one);
    }
    // When
    ledger.counted("p0", NOW.plus(Duration.ofDays(400)), one);
    ledger.counted("p0", NOW, one);
    // Then
    Instant later = NOW.plus(Duration.ofDays(400));
    assertEquals(1, ledger.uptime("p0", Window.QUARTER, later).counts().runs());
    assertEquals(0, ledger.uptime("p0", Window.HOUR, later.plusSeconds(8000)).counts().runs());
    String last = "p" + Ledger.MAX_PROBES;
    assertTrue(ledger.uptime(last, Window.HOUR, NOW).ratio().isEmpty());
    ledger.forget("p1");
    assertTrue(ledger.uptime("p1", Window.HOUR, NOW).ratio().isEmpty());
  }

  private static Rollup minute(String start, Counts counts) {
    return new Rollup("p", Step.MINUTE, Instant.parse(start), "", counts, Latency.NONE);
  }
}
