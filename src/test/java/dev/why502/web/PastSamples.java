package dev.why502.web;

import dev.why502.bus.Json;
import dev.why502.bus.Samples;
import dev.why502.definition.Objective;
import dev.why502.diagnosis.Verdict;
import dev.why502.history.Counts;
import dev.why502.history.Latency;
import dev.why502.history.Rollup;
import dev.why502.history.Step;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;

/** A day that was good but for one outage, which a remedy ended. */
public final class PastSamples {
  public static final String INCIDENT = "01JA";

  private static final int MINUTES = 1_440;

  private PastSamples() {}

  /** Of the probe {@code templates}; the outage lasted ten minutes and ended an hour ago. */
  public static void fill(Remembered history, Json json) {
    Instant now = history.now;
    history.objectives.put("templates", new Objective(0.999, Duration.ofDays(30)));
    for (int back = MINUTES; back >= 0; back--) {
      boolean failed = back > 60 && back <= 70;
      Counts counts = new Counts(6, failed ? 6 : 0, back == 90 ? 3 : 0, 0, 0, 60_000);
      Latency latency = Latency.NONE;
      for (int run = 0; run < 6 && !failed; run++) {
        latency = latency.merge(Latency.of(20 + run * 5 + (back % 60 == 7 ? 900 : 0)));
      }
      history.rollups.add(
          new Rollup(
              "templates",
              Step.MINUTE,
              now.minus(Duration.ofMinutes(back)),
              "part",
              counts,
              latency));
    }
    Instant since = now.minus(Duration.ofMinutes(70));
    Instant resolved = now.minus(Duration.ofMinutes(60));
    Verdict down = Samples.down("templates");
    JsonObject verdict = json.verdict(down, 40);
    verdict.put("since", HistoryJson.at(since)).put("at", HistoryJson.at(since.plusSeconds(1)));
    history.verdicts.add(verdict);
    history.verdicts.add(
        json.verdict(Samples.up("templates"), 60).put("at", HistoryJson.at(resolved)));
    event(history, verdict, "opened", since.plusSeconds(1), null, 41)
        .put("cause", "upstream-refused");
    event(history, verdict, "changed", since.plusSeconds(3), null, 42);
    event(history, verdict, "reminded", since.plusSeconds(300), null, 50);
    event(history, verdict, "resolved", resolved, resolved, 61);
    history.remedies.add(
        new JsonObject()
            .put("id", "01JB")
            .put("remedy", "point-at-3002")
            .put("probe", "templates")
            .put("incident", INCIDENT)
            .put("cause", "gateway-wrong-port")
            .put("outcome", "repaired")
            .put("summary", "the probe is up")
            .put("startedAt", HistoryJson.at(resolved.minusSeconds(9)))
            .put("endedAt", HistoryJson.at(resolved.minusSeconds(5))));
  }

  private static JsonObject event(
      Remembered history,
      JsonObject verdict,
      String event,
      Instant at,
      Instant resolved,
      long seq) {
    JsonObject incident =
        new JsonObject()
            .put("event", event)
            .put("id", INCIDENT)
            .put("state", resolved == null ? "open" : "resolved")
            .put("severity", "down")
            .put("cause", verdict.getString("cause"))
            .put("confidence", verdict.getString("confidence"))
            .put("summary", verdict.getString("summary"))
            .put("gateway", verdict.getString("gateway"))
            .put("upstream", verdict.getString("upstream"))
            .put("probes", JsonArray.of("templates", "permissions"))
            .put("affected", 2)
            .put("failing", resolved == null ? 2 : 0)
            .put("since", verdict.getString("since"))
            .put("resolvedAt", resolved == null ? null : HistoryJson.at(resolved))
            .put("mergedInto", null)
            .put("verdict", verdict)
            .put("at", HistoryJson.at(at))
            .put("seq", seq)
            .put("node", "web-1");
    history.events.add(incident);
    return incident;
  }
}
