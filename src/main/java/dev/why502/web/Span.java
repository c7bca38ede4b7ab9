package dev.why502.web;

import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From when until when something is asked for.
 *
 * @param to does not belong to it
 */
record Span(Instant from, Instant to) {
  /** Nothing was kept for longer than that. */
  static final Duration LONGEST = Duration.ofDays(3660);

  private static final int LONGEST_TEXT = 40;

  /**
   * What {@code from} and {@code to} say: until now where it does not say, and for so long before.
   * Answers the request itself where they cannot be read, and is null then.
   */
  static @Nullable Span of(RoutingContext context, Instant now, Duration otherwise) {
    Instant to = instant(context, "to", now);
    Instant from = to == null ? null : instant(context, "from", to.minus(otherwise));
    if (from == null || to == null) {
      return null;
    }
    if (!from.isBefore(to) || Duration.between(from, to).compareTo(LONGEST) > 0) {
      Replies.problem(context.response(), "from", "must be before \"to\", by ten years at most");
      return null;
    }
    return new Span(from, to);
  }

  /** One of these words, and the first one where the query does not say; else as above. */
  static @Nullable String word(RoutingContext context, String name, List<String> known) {
    List<String> values = context.queryParam(name);
    String value = values.isEmpty() ? known.get(0) : values.get(0);
    if (values.size() > 1 || !known.contains(value)) {
      Replies.problem(context.response(), name, "must be one of " + String.join(", ", known));
      return null;
    }
    return value;
  }

  private static @Nullable Instant instant(RoutingContext context, String name, Instant otherwise) {
    List<String> values = context.queryParam(name);
    if (values.isEmpty()) {
      return otherwise;
    }
    try {
      String text = values.get(0);
      if (values.size() == 1 && text.length() <= LONGEST_TEXT) {
        Instant at = OffsetDateTime.parse(text).toInstant();
        if (!at.isBefore(Instant.EPOCH)) {
          return at;
        }
      }
    } catch (DateTimeParseException notOne) {
      // Said below.
    }
    Replies.problem(
        context.response(), name, "must be a time such as 2026-03-01T12:00:00Z (RFC 3339)");
    return null;
  }
}
