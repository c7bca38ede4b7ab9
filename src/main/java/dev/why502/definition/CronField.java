package dev.why502.definition;

import java.util.List;
import java.util.Locale;

/** One field of a schedule, as a set of bits. */
enum CronField {
  MINUTE("minute", 0, 59, ""),
  HOUR("hour", 0, 23, ""),
  DAY("day of the month", 1, 31, ""),
  MONTH("month", 1, 12, "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"),
  WEEKDAY("day of the week", 0, 7, "SUN MON TUE WED THU FRI SAT");

  private final String title;
  private final int least;
  private final int most;
  private final String names;

  CronField(String title, int least, int most, String names) {
    this.title = title;
    this.least = least;
    this.most = most;
    this.names = names;
  }

  /** The values of a field in capitals; what is wrong with it is added to the faults. */
  long read(String text, List<String> faults) {
    long set = 0;
    for (String part : text.split(",", -1)) {
      set |= part(part, faults);
    }
    return set;
  }

  private long part(String part, List<String> faults) {
    int slash = part.indexOf('/');
    String range = slash < 0 ? part : part.substring(0, slash);
    int from = least;
    // Sunday is counted once where all days are meant.
    int to = this == WEEKDAY ? 6 : most;
    boolean many = range.equals("*");
    if (!many) {
      int dash = range.indexOf('-');
      many = dash >= 0;
      from = value(dash < 0 ? range : range.substring(0, dash), part, faults);
      to = dash < 0 ? from : value(range.substring(dash + 1), part, faults);
      if (from < 0 || to < 0) {
        return 0;
      }
      if (this == WEEKDAY && to == 0 && from > 0) {
        to = 7;
      }
      if (from > to) {
        faults.add(fault(part, "ends before it begins; write it as two ranges"));
        return 0;
      }
    }
    int step = 1;
    if (slash >= 0) {
      step = number(part.substring(slash + 1));
      if (step < 1 || step > most) {
        faults.add(fault(part, "has a step that is no number from 1 to " + most));
        return 0;
      }
      if (!many) {
        faults.add(
            fault(part, "has a step and no range; write " + range + "-" + most + "/" + step));
        return 0;
      }
    }
    long set = 0;
    for (int value = from; value <= to; value += step) {
      set |= 1L << value;
    }
    return set;
  }

  private int value(String text, String part, List<String> faults) {
    int named = List.of(names.split(" ")).indexOf(text);
    if (named >= 0 && !text.isEmpty()) {
      return least + named;
    }
    int value = number(text);
    if (value < least || value > most) {
      faults.add(
          fault(
              part,
              text.isEmpty()
                  ? "lacks a value"
                  : "is not from "
                      + least
                      + " to "
                      + most
                      + (names.isEmpty() ? "" : " or one of " + names.replace(" ", ", "))));
      return -1;
    }
    return value;
  }

  private static int number(String text) {
    return text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : -1;
  }

  private String fault(String part, String what) {
    return title + ": \"" + Cron.cut(part).toLowerCase(Locale.ROOT) + "\" " + what;
  }
}
