package dev.why502.definition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Schedules: what they mean, and what is wrong with them. */
class CronTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 3 * * *            | 2025-09-18T10:00Z[UTC] | 2025-09-19T03:00Z[UTC]
          */15 * * * *         | 2025-09-18T10:00Z[UTC] | 2025-09-18T10:15Z[UTC]
          5,35 8-10 * * *      | 2025-09-18T10:35Z[UTC] | 2025-09-19T08:05Z[UTC]
          0 0-23/6 * * *       | 2025-09-18T10:00Z[UTC] | 2025-09-18T12:00Z[UTC]
          0 22 * * mon-fri     | 2025-09-19T22:00Z[UTC] | 2025-09-22T22:00Z[UTC]
          0 4 * * 0            | 2025-09-18T10:00Z[UTC] | 2025-09-21T04:00Z[UTC]
          0 4 * * 7            | 2025-09-18T10:00Z[UTC] | 2025-09-21T04:00Z[UTC]
          0 4 * * sat-sun      | 2025-09-20T10:00Z[UTC] | 2025-09-21T04:00Z[UTC]
          0 4 * * 5-7          | 2025-09-20T10:00Z[UTC] | 2025-09-21T04:00Z[UTC]
          0 0 29 2 *           | 2025-09-18T10:00Z[UTC] | 2028-02-29T00:00Z[UTC]
          0 0 1 jan,JUL *      | 2025-09-18T10:00Z[UTC] | 2026-01-01T00:00Z[UTC]
          0 0 13 * fri         | 2025-09-18T10:00Z[UTC] | 2025-09-19T00:00Z[UTC]
          0 0 13 * fri         | 2025-09-12T10:00Z[UTC] | 2025-09-13T00:00Z[UTC]
          0 0 */2 * fri        | 2025-09-18T10:00Z[UTC] | 2025-09-19T00:00Z[UTC]
          30 2 * * *           | 2025-03-30T00:00+01:00[Europe/Berlin] | 2025-03-30T03:00+02:00[Europe/Berlin]
          30 2 * * *           | 2025-10-26T00:00+02:00[Europe/Berlin] | 2025-10-26T02:30+02:00[Europe/Berlin]
          30 2 * * *           | 2025-10-26T02:30+02:00[Europe/Berlin] | 2025-10-27T02:30+01:00[Europe/Berlin]
          30 * * * *           | 2025-10-26T02:30+02:00[Europe/Berlin] | 2025-10-26T02:30+01:00[Europe/Berlin]
          30 * * * *           | 2025-03-30T01:30+01:00[Europe/Berlin] | 2025-03-30T03:30+02:00[Europe/Berlin]
          15 2 * * *           | 2025-10-05T00:00+10:30[Australia/Lord_Howe] | 2025-10-05T02:30+11:00[Australia/Lord_Howe]
          """)
  void nextIsWhatCrontabMeans(String text, ZonedDateTime after, ZonedDateTime next) {
    // When
    ZonedDateTime found = cron(text).next(after);

    // Then
    assertEquals(next, found);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          60 * * * *       | minute: "60" is not from 0 to 59
          * 24 * * *       | hour: "24" is not from 0 to 23
          * * 0 * *        | day of the month: "0" is not from 1 to 31
          * * * 13 *       | month: "13" is not from 1 to 12 or one of JAN, FEB, MAR, APR, MAY, JUN, JUL, AUG, SEP, OCT, NOV, DEC
          * * * * 8        | day of the week: "8" is not from 0 to 7 or one of SUN, MON, TUE, WED, THU, FRI, SAT
          * * * * funday   | day of the week: "funday" is not from 0 to 7 or one of SUN, MON, TUE, WED, THU, FRI, SAT
          * 22-4 * * *     | hour: "22-4" ends before it begins; write it as two ranges
          */0 * * * *      | minute: "*/0" has a step that is no number from 1 to 59
          */x * * * *      | minute: "*/x" has a step that is no number from 1 to 59
          5/10 * * * *     | minute: "5/10" has a step and no range; write 5-59/10
          1, * * * *       | minute: "" lacks a value
          1- * * * *       | minute: "1-" lacks a value
          -1 * * * *       | minute: "-1" lacks a value
          * * L * *        | day of the month: "l" is not from 1 to 31
          @daily           | "@daily" is not known: five fields are needed
          0 3 * *          | five fields are needed (minute hour day month weekday), there are 4
          0 0 3 * * *      | five fields are needed (minute hour day month weekday), there are 6
          0 0 30 2 *       | it never comes: no month of it has such a day
          99999999999 * * * * | minute: "99999999999" is not from 0 to 59
          """)
  void faultIsNamed(String text, String fault) {
    // When
    Cron.Reading reading = Cron.read(text);

    // Then
    assertEquals(List.of(fault), reading.faults());
    assertNull(reading.cron());
  }

  @Test
  void everyFaultIsNamedAndNotOnlyTheFirst() {
    // When
    List<String> faults = Cron.read("60,61 24 * nix *").faults();

    // Then
    assertEquals(4, faults.size());
  }

  @Test
  void emptyTextHasNoFields() {
    // When
    List<String> faults = Cron.read("  ").faults();

    // Then
    assertEquals(
        List.of("five fields are needed (minute hour day month weekday), there are 0"), faults);
  }

  @Test
  void lastIsTheGreatestThatNextLeadsTo() {
    // Given
    List<String> wrong = new ArrayList<>();
    ZonedDateTime start = ZonedDateTime.parse("2025-03-28T00:00+01:00[Europe/Berlin]");

    // When
    for (String text : List.of("30 2 * * *", "*/20 * * * *", "0 1-3 * * 0", "59 23 * * *")) {
      Cron cron = cron(text);
      ZonedDateTime before = start;
      for (ZonedDateTime at = cron.next(start); before.isBefore(start.plusDays(4)); ) {
        ZonedDateTime shortly = at.minusSeconds(1);
        if (!at.equals(cron.last(at, Duration.ofDays(8)))) {
          wrong.add(text + " at " + at);
        }
        if (!before.equals(start) && !before.equals(cron.last(shortly, Duration.ofDays(8)))) {
          wrong.add(text + " before " + at);
        }
        before = at;
        at = cron.next(at);
      }
    }

    // Then
    assertEquals(List.of(), wrong);
  }

  private static Cron cron(String text) {
    Cron.Reading reading = Cron.read(text);
    assertEquals(List.of(), reading.faults());
    return Objects.requireNonNull(reading.cron());
  }
}
