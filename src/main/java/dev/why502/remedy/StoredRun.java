package dev.why502.remedy;

import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.Confidence;
import dev.why502.diagnosis.State;
import dev.why502.remedy.RemedyRun.Execution;
import dev.why502.remedy.RemedyRun.Seen;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Reads runs back; a store may hold what a later version wrote, which is then no run. */
final class StoredRun {
  private StoredRun() {}

  static @Nullable RemedyRun read(JsonObject json) {
    try {
      return new RemedyRun(
          required(json, "id"),
          required(json, "remedy"),
          required(json, "probe"),
          json.getString("incident"),
          json.containsKey("cause") ? cause(json) : null,
          constant(Outcome.class, required(json, "outcome")),
          required(json, "summary"),
          Instant.parse(required(json, "startedAt")),
          json.containsKey("endedAt") ? Instant.parse(required(json, "endedAt")) : null,
          seen(json.getJsonObject("before")),
          seen(json.getJsonObject("after")),
          execution(json.getJsonObject("data")));
    } catch (ClassCastException | IllegalArgumentException | DateTimeException other) {
      return null;
    }
  }

  private static @Nullable Seen seen(@Nullable JsonObject json) {
    return json == null
        ? null
        : new Seen(
            constant(State.class, required(json, "state")),
            cause(json),
            constant(Confidence.class, required(json, "confidence")),
            required(json, "summary"));
  }

  private static @Nullable Execution execution(@Nullable JsonObject json) {
    if (json == null) {
      return null;
    }
    JsonArray argv = json.getJsonArray("argv", new JsonArray());
    List<String> words = IntStream.range(0, argv.size()).mapToObj(argv::getString).toList();
    return new Execution(words, json.getInteger("exit"), required(json, "output"));
  }

  private static Cause cause(JsonObject json) {
    Cause cause = Cause.of(required(json, "cause"));
    if (cause == null) {
      throw new IllegalArgumentException("no cause");
    }
    return cause;
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String code) {
    return Enum.valueOf(type, code.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  private static String required(JsonObject json, String key) {
    String value = json.getString(key);
    if (value == null) {
      throw new IllegalArgumentException(key + " is missing");
    }
    return value;
  }
}
