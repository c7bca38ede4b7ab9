package dev.why502.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.why502.bus.Samples;
import dev.why502.definition.Objective;
import dev.why502.history.Counts;
import dev.why502.history.Figures;
import dev.why502.history.Uptime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What dashboards and alerts are written against. */
@Timeout(30)
class MetricsTest {
  /** Name, type and labels, as the contract has them. */
  private static final Map<String, String> CONTRACT =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("why502_build_info", "gauge [version]"),
              Map.entry("why502_probe_up", "gauge [probe]"),
              Map.entry("why502_verdict_info", "gauge [cause, confidence, probe, state]"),
              Map.entry("why502_probe_duration_seconds", "gauge [phase, probe]"),
              Map.entry("why502_probe_runs_total", "counter [probe, result]"),
              Map.entry("why502_probe_uptime_ratio", "gauge [probe, window]"),
              Map.entry("why502_probe_objective_ratio", "gauge [probe]"),
              Map.entry("why502_receivers_failing", "gauge []"),
              Map.entry("why502_probe_error_budget_remaining_ratio", "gauge [probe]"),
              Map.entry("why502_probe_burn_rate", "gauge [probe, window]"),
              Map.entry("why502_probe_lateness_seconds", "gauge []"),
              Map.entry("why502_incidents_open", "gauge []"),
              Map.entry("why502_config_last_reload_successful", "gauge []"),
              Map.entry("why502_config_last_reload_success_timestamp_seconds", "gauge []"),
              Map.entry("why502_bridge_sockets", "gauge []"),
              Map.entry("why502_store_errors_total", "counter []"),
              Map.entry("why502_event_loop_blocked_total", "counter []")));

  private final Meters meters = new Meters("0.1.0");

  @BeforeEach
  void measure() {
    meters.observed(Samples.answered("templates", 502));
    meters.observed(Samples.refused("backend"));
    meters.judged(Samples.down("templates"));
    meters.judged(Samples.up("backend"));
    Counts counts = new Counts(1000, 5, 0, 0, 0, 10_000_000);
    Objective objective = new Objective(0.999, Duration.ofDays(30));
    meters.figures("templates", figures(counts, objective));
    meters.figures("backend", figures(Counts.NONE, null));
    meters.reloaded(true, Samples.AT);
  }

  private static Figures figures(Counts counts, @Nullable Objective objective) {
    return Figures.of(
        window -> new Uptime(window, window.from(Samples.AT), Samples.AT, counts), objective);
  }

  @Test
  void ofNothingThereIsNoRatio() {
    // Given
    String text = meters.text();
    // When
    long windows = text.lines().filter(line -> line.startsWith("why502_probe_uptime_")).count();
    long rates = text.lines().filter(line -> line.startsWith("why502_probe_burn_rate")).count();
    // Then
    assertEquals(List.of(5L, 4L), List.of(windows, rates));
    assertTrue(
        text.contains("why502_probe_uptime_ratio{probe=\"templates\",window=\"7d\"} 0.995"), text);
    assertFalse(text.contains("_ratio{probe=\"backend\""), text);
  }

  @Test
  void familiesAreTheContracts() {
    // Given
    String text = meters.text();
    Map<String, Set<String>> labels = new TreeMap<>();
    Map<String, String> types = new TreeMap<>();
    // When
    Matcher lines =
        Pattern.compile("(?m)^(?:# TYPE (\\w+) (\\w+)|(\\w+)(?:\\{(.*)\\})? \\S+)$").matcher(text);
    while (lines.find()) {
      if (lines.group(1) != null) {
        types.put(lines.group(1), lines.group(2));
        labels.putIfAbsent(lines.group(1), new TreeSet<>());
      } else if (lines.group(4) != null) {
        Matcher names = Pattern.compile("(\\w+)=\"(?:[^\"\\\\]|\\\\.)*\"").matcher(lines.group(4));
        while (names.find()) {
          labels.get(lines.group(3)).add(names.group(1));
        }
      }
    }
    Map<String, String> families = new TreeMap<>();
    types.forEach((name, type) -> families.put(name, type + " " + labels.get(name)));
    // Then
    assertEquals(CONTRACT, families);
    assertFalse(text.contains("instance=") || text.contains("job="), text);
  }

  @Test
  void promtoolFindsNothing() throws Exception {
    // Given
    String text = meters.text();
    // When
    Process promtool;
    try {
      promtool =
          new ProcessBuilder("promtool", "check", "metrics").redirectErrorStream(true).start();
    } catch (IOException missing) {
      if (Boolean.getBoolean("why502.require.gateways")) {
        fail("required and not usable here: promtool");
      }
      assumeTrue(false, "skipped, not usable here: promtool");
      return;
    }
    promtool.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    promtool.getOutputStream().close();
    String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    // Then
    assertEquals(true, promtool.waitFor(20, TimeUnit.SECONDS));
    assertEquals("", said);
    assertEquals(0, promtool.exitValue());
  }
}
