package dev.why502.definition;

import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The five fields of crontab(5): minute, hour, day of the month, month, day of the week. With
 * lists, ranges, steps and English names; Sunday is 0 and 7. Where both days are restricted, one of
 * them suffices.
 *
 * <p>Where clocks are set forward, what would have begun in the hour that is left out begins at its
 * end; where they are set back, what begins at certain hours begins once, at the first of the two,
 * and what begins every hour begins in both. So does Debian's cron.
 */
public final class Cron {
  private static final int SHOWN = 40;

  private final long minutes;
  private final long hours;
  private final long days;
  private final long months;
  private final long weekdays;
  private final boolean anyDay;
  private final boolean anyWeekday;

  /**
   * What became of a text.
   *
   * @param cron null where there is a fault
   * @param faults every one, each with the field that it is in
   */
  public record Reading(@Nullable Cron cron, List<String> faults) {
    public Reading {
      faults = List.copyOf(faults);
    }
  }

  private Cron(long[] sets, String[] fields) {
    this.minutes = sets[0];
    this.hours = sets[1];
    this.days = sets[2];
    this.months = sets[3];
    // Sunday has two numbers.
    this.weekdays = (sets[4] | sets[4] >> 7) & 0x7f;
    this.anyDay = fields[2].startsWith("*");
    this.anyWeekday = fields[4].startsWith("*");
  }

  /** Reads the text of a schedule; never throws. */
  public static Reading read(String text) {
    String[] fields = text.strip().split("\\s+");
    if (text.strip().startsWith("@")) {
      return new Reading(
          null, List.of("\"" + cut(text.strip()) + "\" is not known: five fields are needed"));
    }
    if (fields.length != CronField.values().length) {
      int count = text.isBlank() ? 0 : fields.length;
      return new Reading(
          null,
          List.of("five fields are needed (minute hour day month weekday), there are " + count));
    }
    List<String> faults = new ArrayList<>();
    long[] sets = new long[fields.length];
    CronField[] all = CronField.values();
    for (int i = 0; i < all.length; i++) {
      sets[i] = all[i].read(fields[i].toUpperCase(Locale.ROOT), faults);
    }
    if (!faults.isEmpty()) {
      return new Reading(null, faults);
    }
    Cron cron = new Cron(sets, fields);
    return cron.comes()
        ? new Reading(cron, List.of())
        : new Reading(null, List.of("it never comes: no month of it has such a day"));
  }

  static String cut(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
  }

  /** The last time at which it began, not after a moment and not as long ago as given; or null. */
  @Nullable ZonedDateTime last(ZonedDateTime at, Duration within) {
    // In days of 23 hours it may have begun a date earlier.
    LocalDate earliest = at.minus(within).toLocalDate().minusDays(1);
    for (LocalDate date = at.toLocalDate(); !date.isBefore(earliest); date = date.minusDays(1)) {
      ZonedDateTime found = on(date) ? lastOf(date, at) : null;
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /** The next time at which it begins after a moment. */
  public ZonedDateTime next(ZonedDateTime after) {
    // The calendar repeats after 400 years; 29 February on a Sunday comes at least every 40.
    LocalDate date = after.toLocalDate();
    for (LocalDate end = date.plusYears(41); date.isBefore(end); date = date.plusDays(1)) {
      if (on(date)) {
        for (ZonedDateTime time : times(date, after)) {
          if (time.isAfter(after)) {
            return time;
          }
        }
      }
    }
    throw new AssertionError("a schedule that comes");
  }

  private @Nullable ZonedDateTime lastOf(LocalDate date, ZonedDateTime at) {
    ZonedDateTime last = null;
    for (ZonedDateTime time : times(date, at)) {
      if (!time.isAfter(at)) {
        last = time;
      }
    }
    return last;
  }

  /** Every time of a date at which it begins, in their order. */
  private List<ZonedDateTime> times(LocalDate date, ZonedDateTime zoned) {
    List<ZonedDateTime> times = new ArrayList<>();
    boolean everyHour = hours == (1L << 24) - 1;
    for (int hour = 0; hour < 24; hour++) {
      for (int minute = 0; minute < 60 && has(hours, hour); minute++) {
        if (!has(minutes, minute)) {
          continue;
        }
        LocalDateTime local = LocalDateTime.of(date, LocalTime.of(hour, minute));
        ZoneOffsetTransition change = zoned.getZone().getRules().getTransition(local);
        if (change == null) {
          times.add(local.atZone(zoned.getZone()));
        } else if (change.isOverlap()) {
          times.add(ZonedDateTime.ofLocal(local, zoned.getZone(), change.getOffsetBefore()));
          if (everyHour) {
            times.add(ZonedDateTime.ofLocal(local, zoned.getZone(), change.getOffsetAfter()));
          }
        } else if (!everyHour) {
          times.add(change.getInstant().atZone(zoned.getZone()));
        }
      }
    }
    times.sort(null);
    return times;
  }

  private boolean on(LocalDate date) {
    if (!has(months, date.getMonthValue())) {
      return false;
    }
    boolean day = has(days, date.getDayOfMonth());
    boolean weekday = has(weekdays, date.getDayOfWeek().getValue() % 7);
    return (anyDay || anyWeekday) ? (day && weekday) : (day || weekday);
  }

  /** Whether some day of some year is one of its days. */
  private boolean comes() {
    if (!anyDay && !anyWeekday) {
      return true;
    }
    // A leap year; that the weekday fits as well is only a question of the year.
    for (LocalDate date = LocalDate.of(2024, 1, 1);
        date.getYear() == 2024;
        date = date.plusDays(1)) {
      if (has(months, date.getMonthValue()) && has(days, date.getDayOfMonth())) {
        return true;
      }
    }
    return false;
  }

  static boolean has(long set, int value) {
    return ((set >> value) & 1) == 1;
  }
}
