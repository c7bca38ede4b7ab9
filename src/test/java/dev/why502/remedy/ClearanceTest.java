package dev.why502.remedy;

import static dev.why502.remedy.Given.STOPPED;
import static dev.why502.remedy.Given.down;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Remedy;
import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.Confidence;
import dev.why502.diagnosis.State;
import dev.why502.diagnosis.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ClearanceTest {
  private static final long ROUND = 10_000;
  private static final Remedy RESTART = Given.remedy("restart", "app", "pm2", "restart", "app");

  private final Clearance clearance = clearance(true);

  private static Clearance clearance(boolean allowed) {
    Clearance clearance = new Clearance(allowed);
    clearance.recalled();
    return clearance;
  }

  private @Nullable Refusal hears(Remedy remedy, Verdict verdict, long at) {
    clearance.heard(verdict, ROUND, at);
    return clearance.refusal(remedy, verdict, true, false, at);
  }

  private void runs(Outcome outcome, long at) {
    clearance.began("restart", at);
    clearance.ended("restart", outcome, at);
  }

  @Test
  void runsForItsCause() {
    // When
    Refusal refusal = hears(RESTART, down("app", STOPPED), 0);
    // Then
    assertNull(refusal);
  }

  @ParameterizedTest
  @EnumSource(Cause.class)
  void runsForNoOtherCause(Cause cause) {
    // Given
    State state = cause == Cause.OK ? State.UP : State.DOWN;
    Verdict verdict = Given.verdict("app", state, cause, Confidence.CERTAIN, null);
    // When
    Refusal refusal = hears(RESTART, verdict, 0);
    // Then
    assertEquals(cause == STOPPED ? null : Refusal.OTHER_CAUSE, refusal);
  }

  @ParameterizedTest
  @EnumSource(Confidence.class)
  void runsForNothingLessSureThanItAsksFor(Confidence confidence) {
    // Given
    Remedy eager = with(RESTART, Remedy.Sureness.LIKELY, 1);
    Verdict verdict = Given.verdict("app", State.DOWN, STOPPED, confidence, null);
    // When
    Refusal strict = hears(RESTART, verdict, 0);
    Refusal likely = hears(eager, verdict, 0);
    // Then
    assertEquals(confidence == Confidence.CERTAIN ? null : Refusal.NOT_SURE, strict);
    assertEquals(confidence == Confidence.POSSIBLE ? Refusal.NOT_SURE : null, likely);
  }

  @Test
  void unknownIsNoCause() {
    // Given
    Verdict verdict = Given.verdict("app", State.UNKNOWN, STOPPED, Confidence.CERTAIN, null);
    // When
    Refusal refusal = hears(RESTART, verdict, 0);
    // Then
    assertEquals(Refusal.OTHER_CAUSE, refusal);
  }

  @Test
  void waitsUntilTheCauseHasStood() {
    // Given
    Remedy patient = with(RESTART, Remedy.Sureness.CERTAIN, 3);
    // When
    List<@Nullable Refusal> refusals = new ArrayList<>();
    refusals.add(hears(patient, down("app", STOPPED), 0));
    // The same round says more once more.
    refusals.add(hears(patient, down("app", STOPPED), 700));
    refusals.add(hears(patient, down("app", STOPPED), ROUND));
    refusals.add(hears(patient, down("app", Cause.UPSTREAM_REFUSED), 2 * ROUND));
    refusals.add(hears(patient, down("app", STOPPED), 3 * ROUND));
    refusals.add(hears(patient, down("app", STOPPED), 4 * ROUND));
    refusals.add(hears(patient, down("app", STOPPED), 5 * ROUND));
    // Then
    Refusal few = Refusal.TOO_FEW_ROUNDS;
    List<@Nullable Refusal> expected = new ArrayList<>();
    expected.addAll(List.of(few, few, few, Refusal.OTHER_CAUSE, few, few));
    expected.add(null);
    assertEquals(expected, refusals);
  }

  @Test
  void oneUncertainRoundBeginsTheCountAnew() {
    // Given
    Remedy patient = with(RESTART, Remedy.Sureness.CERTAIN, 2);
    hears(patient, down("app", STOPPED), 0);
    hears(patient, Given.verdict("app", State.DOWN, STOPPED, Confidence.LIKELY, null), ROUND);
    // When
    Refusal refusal = hears(patient, down("app", STOPPED), 2 * ROUND);
    // Then
    assertEquals(Refusal.TOO_FEW_ROUNDS, refusal);
  }

  @Test
  void restsAfterARun() {
    // Given
    hears(RESTART, down("app", STOPPED), 0);
    runs(Outcome.NOT_REPAIRED, 0);
    // When
    Refusal soon = hears(RESTART, down("app", STOPPED), 59_999);
    Refusal later = hears(RESTART, down("app", STOPPED), 60_000);
    // Then
    assertEquals(Refusal.COOLING_DOWN, soon);
    assertNull(later);
  }

  @Test
  void runsNotMoreOftenThanAnHourAllows() {
    // Given
    for (int i = 0; i < 3; i++) {
      runs(Outcome.REPAIRED, i * 600_000L);
    }
    // When
    Refusal within = hears(RESTART, down("app", STOPPED), 3_599_999);
    Refusal after = hears(RESTART, down("app", STOPPED), 3_600_000);
    // Then
    assertEquals(Refusal.TOO_OFTEN, within);
    assertNull(after);
  }

  @Test
  void worseStopsUntilAPersonActs() {
    // Given
    hears(RESTART, down("app", STOPPED), 0);
    runs(Outcome.WORSE, 0);
    // When
    Refusal weekLater = hears(RESTART, down("app", STOPPED), 7 * 86_400_000L);
    boolean resumed = clearance.resume("restart");
    Refusal afterwards = hears(RESTART, down("app", STOPPED), 7 * 86_400_000L);
    // Then
    assertEquals(Refusal.STOPPED, weekLater);
    assertTrue(resumed);
    assertNull(afterwards);
    assertFalse(clearance.resume("restart"));
  }

  @Test
  void threeFailuresInARowStop() {
    // Given
    runs(Outcome.NOT_REPAIRED, 0);
    runs(Outcome.NOT_REPAIRED, 4_000_000);
    runs(Outcome.REPAIRED, 8_000_000);
    runs(Outcome.NOT_REPAIRED, 12_000_000);
    runs(Outcome.NOT_REPAIRED, 16_000_000);
    // When
    Refusal two = hears(RESTART, down("app", STOPPED), 20_000_000);
    runs(Outcome.NOT_REPAIRED, 20_000_000);
    Refusal three = hears(RESTART, down("app", STOPPED), 30_000_000);
    // Then
    assertNull(two);
    assertEquals(Refusal.STOPPED, three);
    assertEquals("3 runs in a row repaired nothing", clearance.stopped("restart"));
  }

  @Test
  void whatWasWithdrawnNeitherRestsNorCounts() {
    // Given
    runs(Outcome.WITHDRAWN, 0);
    // When
    Refusal refusal = hears(RESTART, down("app", STOPPED), 1);
    // Then
    assertNull(refusal);
    assertEquals(0, clearance.runsThisHour("restart", 1));
  }

  @Test
  void oneRunsAtATime() {
    // Given
    clearance.began("other", 0);
    // When
    Refusal during = hears(RESTART, down("app", STOPPED), 0);
    clearance.ended("other", Outcome.NOT_REPAIRED, 5);
    Refusal after = hears(RESTART, down("app", STOPPED), 5);
    // Then
    assertEquals(Refusal.ANOTHER_RUNS, during);
    assertNull(after);
  }

  @Test
  void nothingRunsBeforeThePastIsKnown() {
    // Given
    Clearance fresh = new Clearance(true);
    Verdict verdict = down("app", STOPPED);
    fresh.heard(verdict, ROUND, 0);
    // When
    Refusal refusal = fresh.refusal(RESTART, verdict, true, false, 0);
    // Then
    assertEquals(Refusal.NOT_RECALLED, refusal);
  }

  @Test
  void oneReasonIsGivenAtATime() {
    // Given
    Clearance denied = clearance(false);
    Verdict verdict = down("app", STOPPED);
    denied.heard(verdict, ROUND, 0);
    // When
    Refusal silenced = denied.refusal(RESTART, verdict, false, true, 0);
    Refusal unfilled = denied.refusal(RESTART, verdict, false, false, 0);
    Refusal allElse = denied.refusal(RESTART, verdict, true, false, 0);
    // Then
    assertEquals(Refusal.MAINTENANCE, silenced);
    assertEquals(Refusal.NOT_FILLED, unfilled);
    assertEquals(Refusal.NOT_ALLOWED, allElse);
  }

  @Test
  void restsAndStopsOutliveARestart() {
    // Given
    clearance.restore("restart", Outcome.NOT_REPAIRED, -30_000, -20_000);
    clearance.restore("other", Outcome.WORSE, -90_000_000, -90_000_000);
    clearance.restore("third", Outcome.WORSE, -90_000_000, -90_000_000);
    clearance.restore("third", Outcome.RESUMED, -80_000_000, -80_000_000);
    // Killed while it ran.
    clearance.restore("fourth", Outcome.STARTED, -10_000, -10_000);
    // When
    Refusal rests = hears(RESTART, down("app", STOPPED), 39_999);
    Refusal rested = hears(RESTART, down("app", STOPPED), 40_000);
    // Then
    assertEquals(Refusal.COOLING_DOWN, rests);
    assertNull(rested);
    assertEquals("its last run made it worse", clearance.stopped("other"));
    assertNull(clearance.stopped("third"));
    assertEquals(1, clearance.runsThisHour("fourth", 0));
  }

  /** Whatever is heard and however long things take, no limit is ever passed. */
  @Test
  void noScheduleOfVerdictsPassesALimit() {
    long runs = 0;
    long base = Long.getLong("why502.seed", 502);
    for (long seed = base; seed < base + 2_000; seed++) {
      runs += schedule(new Random(seed), "seed " + seed);
    }
    assertTrue(runs > 10_000, runs + " runs in all schedules");
  }

  private static long schedule(Random chance, String name) {
    // Given
    boolean allowed = chance.nextInt(10) > 0;
    Clearance clearance = clearance(allowed);
    List<Remedy> remedies = new ArrayList<>();
    for (String id : List.of("a", "b")) {
      remedies.add(
          new Remedy(
              id,
              Set.of(STOPPED.code(), Cause.PROCESS_KILLED.code()),
              Given.remedy(id, "app", "x").selection(),
              List.of("x"),
              "/",
              Map.of(),
              Duration.ofSeconds(30),
              Duration.ofSeconds(1 + chance.nextInt(900)),
              1 + chance.nextInt(5),
              1 + chance.nextInt(4),
              chance.nextBoolean() ? Remedy.Sureness.CERTAIN : Remedy.Sureness.LIKELY));
    }
    Cause[] causes = {STOPPED, STOPPED, Cause.PROCESS_KILLED, Cause.UPSTREAM_REFUSED};
    Map<String, List<Long>> begun = new HashMap<>();
    Map<String, Long> ended = new HashMap<>();
    Map<String, Integer> failures = new HashMap<>();
    Cause last = null;
    int certain = 0;
    int likely = 0;
    long now = 0;
    String running = null;
    long count = 0;
    for (int i = 0; i < 150; i++) {
      now += chance.nextInt(20) == 0 ? chance.nextInt(2_000_000) : ROUND + chance.nextInt(40_000);
      boolean well = chance.nextInt(8) == 0;
      Cause cause = well ? Cause.OK : causes[chance.nextInt(12) < 9 ? 0 : chance.nextInt(4)];
      Confidence sure =
          chance.nextInt(6) == 0
              ? List.of(Confidence.POSSIBLE, Confidence.LIKELY, Confidence.CERTAIN)
                  .get(chance.nextInt(3))
              : Confidence.CERTAIN;
      State state = well ? State.UP : chance.nextInt(20) == 0 ? State.UNKNOWN : State.DOWN;
      boolean silenced = chance.nextInt(10) == 0;
      Verdict verdict = Given.verdict("app", state, cause, sure, null);
      // What the rules say, told in another way.
      boolean fault = state == State.DOWN;
      boolean same = fault && cause == last;
      certain = fault && sure == Confidence.CERTAIN ? (same ? certain : 0) + 1 : 0;
      likely = fault && sure != Confidence.POSSIBLE ? (same ? likely : 0) + 1 : 0;
      last = fault ? cause : null;
      // When
      clearance.heard(verdict, ROUND, now);
      for (Remedy remedy : remedies) {
        Refusal refusal = clearance.refusal(remedy, verdict, true, silenced, now);
        if (refusal != null) {
          continue;
        }
        // Then
        String where = name + ", step " + i + ", " + remedy.id();
        List<Long> before = begun.computeIfAbsent(remedy.id(), id -> new ArrayList<>());
        long at = now;
        assertTrue(allowed && !silenced && running == null, where);
        assertTrue(fault && remedy.causes().contains(cause.code()), where);
        assertTrue(
            (remedy.sureness() == Remedy.Sureness.CERTAIN ? certain : likely) >= remedy.rounds(),
            where);
        assertTrue(
            before.stream().filter(then -> at - then < 3_600_000).count() < remedy.maxPerHour(),
            where);
        assertTrue(
            now - ended.getOrDefault(remedy.id(), Long.MIN_VALUE / 2)
                >= remedy.cooldown().toMillis(),
            where);
        assertTrue(failures.getOrDefault(remedy.id(), 0) < 3, where);
        clearance.began(remedy.id(), now);
        before.add(now);
        running = remedy.id();
        count++;
      }
      if (running != null && chance.nextInt(3) > 0) {
        Outcome outcome =
            chance.nextInt(4) == 0
                ? Outcome.NOT_REPAIRED
                : chance.nextInt(30) == 0 ? Outcome.WORSE : Outcome.REPAIRED;
        now += chance.nextInt(30_000);
        clearance.ended(running, outcome, now);
        ended.put(running, now);
        int soFar = failures.getOrDefault(running, 0);
        failures.put(
            running, outcome == Outcome.REPAIRED ? 0 : outcome == Outcome.WORSE ? 3 : soFar + 1);
        running = null;
      }
      if (chance.nextInt(30) == 0) {
        for (Remedy remedy : remedies) {
          if (clearance.resume(remedy.id())) {
            failures.put(remedy.id(), 0);
          }
        }
      }
    }
    return count;
  }

  private static Remedy with(Remedy like, Remedy.Sureness sureness, int rounds) {
    return new Remedy(
        like.id(),
        like.causes(),
        like.selection(),
        like.run(),
        like.directory(),
        like.environment(),
        like.timeout(),
        like.cooldown(),
        like.maxPerHour(),
        rounds,
        sureness);
  }
}
