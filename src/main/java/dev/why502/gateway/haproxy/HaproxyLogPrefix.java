package dev.why502.gateway.haproxy;

import dev.why502.gateway.ByteText;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands before a message.
 *
 * @param length of it, where the message begins
 * @param at null when it has no time
 * @param tagged whether it names HAProxy's process, or nothing at all stands before the message
 * @param level "ALERT", "WARNING", ... of what HAProxy writes to its standard error, or null
 */
record HaproxyLogPrefix(int length, @Nullable Instant at, boolean tagged, @Nullable String level) {
  private static final List<String> MONTHS =
      List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");

  /** Longest host name, tag or field of a prefix. */
  private static final int MAX_WORD = 256;

  static HaproxyLogPrefix of(String text, ZoneId zone, InstantSource clock) {
    int at = 0;
    if (text.startsWith("<")) {
      int close = text.indexOf('>');
      if (close > 1 && close <= 4 && ByteText.number(text.substring(1, close)) >= 0) {
        at = close + 1;
      }
    }
    if (text.startsWith("1 ", at)) {
      HaproxyLogPrefix structured = structured(text, at + 2);
      if (structured != null) {
        return structured;
      }
    }
    Instant time = null;
    int afterTime = at;
    int blank = text.indexOf(' ', at);
    if (blank > at && blank - at <= 40 && text.indexOf('T', at) == at + 10) {
      time = iso(text.substring(at, blank));
      afterTime = time == null ? at : blank + 1;
    } else {
      int end = at + "Nov 22 18:29:51 ".length();
      time = end <= text.length() ? classic(text.substring(at, end), zone, clock) : null;
      afterTime = time == null ? at : end;
    }
    int message = tag(text, afterTime);
    boolean tagged = message > 0 || time == null || isRequest(text, afterTime);
    int start = message > 0 ? message : afterTime;
    return standardError(text, start, time, tagged);
  }

  /** {@code [WARNING] (2775) : }, as it writes to its standard error. */
  private static HaproxyLogPrefix standardError(
      String text, int start, @Nullable Instant time, boolean tagged) {
    for (String level : List.of("ALERT", "WARNING", "NOTICE", "DIAG")) {
      if (text.startsWith("[" + level + "]", start)) {
        int end = text.indexOf(") : ", start);
        return new HaproxyLogPrefix(
            end < 0 || end - start > 64 ? start + level.length() + 2 : end + 4, time, true, level);
      }
    }
    return new HaproxyLogPrefix(start, time, tagged, null);
  }

  /** {@code [host ]haproxy[123]: }; where the message begins, or -1. */
  private static int tag(String text, int from) {
    int at = from;
    for (int words = 0; words < 2; words++) {
      int blank = text.indexOf(' ', at);
      if (blank < 0 || blank - at > MAX_WORD) {
        return -1;
      }
      String word = text.substring(at, blank);
      boolean numbered = word.endsWith("]:") && word.indexOf('[') > 0;
      if (numbered || word.equals("haproxy:")) {
        return blank + 1;
      }
      at = blank + 1;
    }
    return -1;
  }

  private static boolean isRequest(String text, int from) {
    int blank = text.indexOf(' ', from);
    return blank > 0 && text.startsWith("[", blank + 1);
  }

  /** RFC 5424: time, host, application, process, message id, structured data. */
  private static @Nullable HaproxyLogPrefix structured(String text, int from) {
    int at = from;
    Instant time = null;
    for (int field = 0; field < 5; field++) {
      int blank = text.indexOf(' ', at);
      if (blank < 0 || blank - at > MAX_WORD) {
        return null;
      }
      time = field == 0 ? iso(text.substring(at, blank)) : time;
      at = blank + 1;
    }
    if (text.startsWith("- ", at)) {
      at += 2;
    } else if (text.startsWith("[", at)) {
      int close = text.indexOf("] ", at);
      at = close < 0 ? at : close + 2;
    }
    if (text.startsWith("\ufeff", at)) {
      at++;
    }
    return standardError(text, at, time, true);
  }

  private static @Nullable Instant iso(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  /** {@code Nov 22 18:29:51 }: the year is the one that brings it nearest to now. */
  private static @Nullable Instant classic(String text, ZoneId zone, InstantSource clock) {
    int month = MONTHS.indexOf(text.substring(0, 3));
    long day = ByteText.number(text.substring(4, 6).strip());
    long hour = ByteText.number(text.substring(7, 9));
    long minute = ByteText.number(text.substring(10, 12));
    long second = ByteText.number(text.substring(13, 15));
    boolean formed =
        text.charAt(3) == ' '
            && text.charAt(6) == ' '
            && text.charAt(9) == ':'
            && text.charAt(12) == ':'
            && text.charAt(15) == ' ';
    if (!formed || month < 0 || day < 0 || hour < 0 || minute < 0 || second < 0) {
      return null;
    }
    Instant now = clock.instant();
    int year = now.atZone(zone).getYear();
    Instant nearest = null;
    for (int each = year - 1; each <= year + 1; each++) {
      try {
        Instant candidate =
            LocalDateTime.of(each, month + 1, (int) day, (int) hour, (int) minute, (int) second)
                .atZone(zone)
                .toInstant();
        if (nearest == null
            || Math.abs(candidate.getEpochSecond() - now.getEpochSecond())
                < Math.abs(nearest.getEpochSecond() - now.getEpochSecond())) {
          nearest = candidate;
        }
      } catch (DateTimeException e) {
        // The 29th of February exists in some years only.
      }
    }
    return nearest;
  }

  /** {@code 22/Nov/2026:18:29:45.122}; null when it is no such time. */
  static @Nullable Instant accepted(String text, ZoneId zone) {
    if (text.length() != "22/Nov/2026:18:29:45.122".length()
        || text.charAt(2) != '/'
        || text.charAt(6) != '/'
        || text.charAt(11) != ':') {
      return null;
    }
    int month = MONTHS.indexOf(text.substring(3, 6));
    long[] parts = {
      ByteText.number(text.substring(7, 11)),
      ByteText.number(text.substring(0, 2)),
      ByteText.number(text.substring(12, 14)),
      ByteText.number(text.substring(15, 17)),
      ByteText.number(text.substring(18, 20)),
      ByteText.number(text.substring(21))
    };
    for (long part : parts) {
      if (part < 0 || month < 0) {
        return null;
      }
    }
    try {
      return LocalDateTime.of(
              (int) parts[0],
              month + 1,
              (int) parts[1],
              (int) parts[2],
              (int) parts[3],
              (int) parts[4],
              (int) parts[5] * 1_000_000)
          .atZone(zone)
          .toInstant();
    } catch (DateTimeException e) {
      return null;
    }
  }
}
