package dev.why502.web;

import dev.why502.definition.Objective;
import dev.why502.history.Budget;
import dev.why502.history.Counts;
import dev.why502.history.Figures;
import dev.why502.history.Latency;
import dev.why502.history.Rollup;
import dev.why502.history.Uptime;
import dev.why502.history.Window;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Figures of the past as the API shows them: what is not known is null, and never 0 or 1. */
final class HistoryJson {
  private static final DateTimeFormatter MILLIS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  /** What a list shows of a verdict or an incident; the whole has its own address. */
  private static final List<String> BRIEF =
      List.of(
          "id",
          "at",
          "event",
          "state",
          "severity",
          "cause",
          "confidence",
          "summary",
          "since",
          "resolvedAt",
          "affected",
          "failing",
          "mergedInto");

  private HistoryJson() {}

  static String at(Instant at) {
    return MILLIS.format(at);
  }

  static JsonObject bucket(Rollup rollup) {
    JsonObject json = new JsonObject().put("start", at(rollup.start()));
    counts(json, rollup.counts());
    return json.mergeIn(latency(rollup.latency()));
  }

  /** Of what no good run is known, nothing. */
  static JsonObject latency(Latency latency) {
    JsonObject json = new JsonObject();
    put(json, "p50Millis", tenths(latency.millisAt(500)));
    put(json, "p95Millis", tenths(latency.millisAt(950)));
    put(json, "p99Millis", tenths(latency.millisAt(990)));
    return json;
  }

  static JsonArray uptimes(Figures figures) {
    JsonArray all = new JsonArray();
    Window.UPTIME.forEach(window -> all.add(uptime(figures.uptime(window))));
    return all;
  }

  private static JsonObject uptime(Uptime uptime) {
    JsonObject json =
        new JsonObject().put("window", uptime.window().code()).put("from", at(uptime.from()));
    put(json, "ratio", uptime.ratio());
    put(json, "ratioOutsideMaintenance", uptime.ratioOutsideMaintenance());
    json.put("coverage", uptime.coverage());
    counts(json, uptime.counts());
    return json;
  }

  /** Null where nothing is promised. */
  static @Nullable JsonObject objective(Figures figures) {
    Objective objective = figures.objective();
    Window window = figures.promised();
    Budget budget = figures.budget();
    if (objective == null || window == null || budget == null) {
      return null;
    }
    JsonObject json =
        new JsonObject().put("target", objective.target()).put("window", window.code());
    put(json, "ratio", figures.uptime(window).ratioOutsideMaintenance());
    json.put("coverage", figures.uptime(window).coverage());
    json.put(
        "budget",
        new JsonObject()
            .put("totalSeconds", Math.round(budget.totalMillis()) / 1000.0)
            .put("spentSeconds", Math.round(budget.spentMillis()) / 1000.0)
            .put("leftSeconds", Math.round(budget.leftMillis()) / 1000.0)
            .put("leftRatio", budget.leftRatio()));
    JsonArray burn = new JsonArray();
    for (Window one : Window.BURN) {
      JsonObject rate = new JsonObject().put("window", one.code());
      put(rate, "rate", figures.burnRate(one));
      burn.add(rate);
    }
    return json.put("burn", burn);
  }

  /** Without verdict, evidence and fix. */
  static JsonObject brief(JsonObject published) {
    JsonObject json = new JsonObject();
    for (String key : BRIEF) {
      if (published.containsKey(key)) {
        json.put(key, published.getValue(key));
      }
    }
    return json;
  }

  private static void counts(JsonObject json, Counts counts) {
    json.put("runs", counts.runs())
        .put("failures", counts.failures())
        .put("unknown", counts.unknown())
        .put("maintenanceRuns", counts.maintenanceRuns())
        .put("maintenanceFailures", counts.maintenanceFailures());
  }

  /** The histogram knows no more. */
  private static OptionalDouble tenths(OptionalDouble millis) {
    return millis.isEmpty()
        ? millis
        : OptionalDouble.of(Math.round(millis.getAsDouble() * 10) / 10.0);
  }

  private static void put(JsonObject json, String key, OptionalDouble value) {
    if (value.isPresent()) {
      json.put(key, value.getAsDouble());
    } else {
      json.putNull(key);
    }
  }
}
