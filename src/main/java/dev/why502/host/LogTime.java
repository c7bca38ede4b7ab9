package dev.why502.host;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the time that a log line carries, in the forms that loggers commonly write. */
final class LogTime {
  /** A time stands near the start of its line. */
  private static final int HEAD_CHARACTERS = 160;

  private static final Pattern ISO =
      Pattern.compile(
          "\\b(\\d{4})[-/](\\d\\d)[-/](\\d\\d)[T ](\\d\\d):(\\d\\d):(\\d\\d)(?:[.,](\\d{1,9}))?"
              + " ?(Z|[+-]\\d\\d:?\\d\\d)?");
  private static final Pattern COMMON =
      Pattern.compile(
          "\\b(\\d\\d)/([A-Z][a-z][a-z])/(\\d{4}):(\\d\\d):(\\d\\d):(\\d\\d)(?: ([+-]\\d{4}))?");
  private static final Pattern SYSLOG =
      Pattern.compile("^([A-Z][a-z][a-z]) ([ \\d]\\d) (\\d\\d):(\\d\\d):(\\d\\d)\\b");
  private static final Pattern EPOCH_MILLIS =
      Pattern.compile("\"(?:time|timestamp|ts)\":\\s*(1\\d{12})\\b");
  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");

  private final int year;

  /**
   * @param year for the forms that name none
   */
  LogTime(int year) {
    this.year = year;
  }

  /** The time, in this host's zone where the line names none; null when it carries no time. */
  @Nullable Instant of(String line) {
    String head = line.length() > HEAD_CHARACTERS ? line.substring(0, HEAD_CHARACTERS) : line;
    try {
      Matcher iso = ISO.matcher(head);
      if (iso.find()) {
        LocalDateTime local =
            LocalDateTime.of(
                number(iso, 1),
                number(iso, 2),
                number(iso, 3),
                number(iso, 4),
                number(iso, 5),
                number(iso, 6),
                nanos(iso.group(7)));
        return instant(local, iso.group(8));
      }
      Matcher common = COMMON.matcher(head);
      if (common.find()) {
        LocalDateTime local =
            LocalDateTime.of(
                number(common, 3),
                month(common.group(2)),
                number(common, 1),
                number(common, 4),
                number(common, 5),
                number(common, 6));
        return instant(local, common.group(7));
      }
      Matcher syslog = SYSLOG.matcher(head);
      if (syslog.find()) {
        LocalDateTime local =
            LocalDateTime.of(
                year,
                month(syslog.group(1)),
                Integer.parseInt(syslog.group(2).trim()),
                number(syslog, 3),
                number(syslog, 4),
                number(syslog, 5));
        return instant(local, null);
      }
      Matcher epoch = EPOCH_MILLIS.matcher(head);
      return epoch.find() ? Instant.ofEpochMilli(Long.parseLong(epoch.group(1))) : null;
    } catch (DateTimeException noSuchDay) {
      return null;
    }
  }

  private static Instant instant(LocalDateTime local, @Nullable String zone) {
    return local.atZone(zone == null ? ZoneId.systemDefault() : ZoneOffset.of(zone)).toInstant();
  }

  private static int number(Matcher matcher, int group) {
    return Integer.parseInt(matcher.group(group));
  }

  private static int nanos(@Nullable String fraction) {
    return fraction == null ? 0 : Integer.parseInt((fraction + "00000000").substring(0, 9));
  }

  /** 0 for a word that is no month, which no date takes. */
  private static int month(String name) {
    return MONTHS.indexOf(name.toLowerCase(Locale.ROOT)) + 1;
  }
}
