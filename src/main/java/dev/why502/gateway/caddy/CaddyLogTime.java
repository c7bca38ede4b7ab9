package dev.why502.gateway.caddy;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Times as Caddy's encoders write them (modules/logging/encoders.go): seconds, milliseconds or
 * nanoseconds since 1970, RFC 3339, ISO 8601, wall clocks in UTC.
 */
final class CaddyLogTime {
  private static final double MAX_SECONDS = 1e11;
  private static final double MAX_MILLIS = 1e14;

  private static final DateTimeFormatter WALL =
      new DateTimeFormatterBuilder()
          .appendPattern("yyyy/MM/dd HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .toFormatter(Locale.ROOT);

  private static final DateTimeFormatter COMMON =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT);

  private static final DateTimeFormatter ISO_8601 =
      new DateTimeFormatterBuilder()
          .appendPattern("yyyy-MM-dd'T'HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .appendPattern("XX")
          .toFormatter(Locale.ROOT);

  private CaddyLogTime() {}

  static @Nullable Instant of(@Nullable String text, ZoneId zone) {
    if (text == null || text.length() < 8 || text.length() > 64) {
      return null;
    }
    if (text.chars().allMatch(c -> (c >= '0' && c <= '9') || ".eE+".indexOf(c) >= 0)) {
      return epoch(text);
    }
    try {
      if (text.charAt(4) == '/') {
        // UTC unless the encoder is told otherwise, which the line does not show.
        return LocalDateTime.parse(text, WALL).toInstant(ZoneOffset.UTC);
      }
      if (text.charAt(2) == '/') {
        return OffsetDateTime.parse(text, COMMON).toInstant();
      }
      boolean colon = text.endsWith("Z") || text.charAt(text.length() - 3) == ':';
      return colon
          ? OffsetDateTime.parse(text).toInstant()
          : OffsetDateTime.parse(text, ISO_8601).toInstant();
    } catch (DateTimeException e) {
      return local(text, zone);
    }
  }

  private static @Nullable Instant local(String text, ZoneId zone) {
    try {
      return LocalDateTime.parse(text).atZone(zone).toInstant();
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static @Nullable Instant epoch(String text) {
    try {
      double value = Double.parseDouble(text);
      double seconds = value > MAX_MILLIS ? value / 1e9 : value > MAX_SECONDS ? value / 1e3 : value;
      return Instant.ofEpochSecond(0, Math.round(seconds * 1e6) * 1_000);
    } catch (NumberFormatException | ArithmeticException | DateTimeException e) {
      return null;
    }
  }
}
