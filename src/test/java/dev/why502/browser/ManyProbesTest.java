package dev.why502.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import dev.why502.bus.Samples;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** 2,000 probes and 200 messages a second. */
@Timeout(90)
class ManyProbesTest {
  @RegisterExtension static final Chromium CHROMIUM = new Chromium();

  private static final int PROBES = 2_000;
  private static final int SECONDS = 6;
  private static final int EACH_20_MILLIS = 4;

  /** Two frames of a screen with 60 of them a second. */
  private static final double MEDIAN_FRAME_MILLIS = 34;

  /**
   * Of the processor's own time, so that a machine that is busy with other things tells the same.
   */
  private static final double MOST_BUSY = 0.5;

  /** By the wall's clock, on a machine that is shared: coarse. */
  private static final double LONGEST_TASK_MILLIS = 1_000;

  @Test
  void manyProbesDoNotStutter() {
    // Given
    try (PageService service = PageService.start()) {
      for (int i = 0; i < PROBES; i++) {
        service.feed.verdict(Verdicts.up(id(i)));
        service.declare(id(i), "Service number " + i, "up", "2026-01-01T00:00:00Z");
      }
      service.health();
      Chromium.Window window = CHROMIUM.open(Chromium.Look.DESKTOP).go(service.url());
      window.untilLead("All 2000 probes are up");
      window.page.evaluate(
          "() => { window.tasks = []; window.frames = []; let last = performance.now();"
              + " new PerformanceObserver((list) => list.getEntries().forEach((one) => tasks.push(one.duration)))"
              + ".observe({ type: 'longtask' });"
              + " const frame = () => { const now = performance.now(); frames.push(now - last); last = now;"
              + " requestAnimationFrame(frame); }; requestAnimationFrame(frame); }");

      CDPSession devtools = window.page.context().newCDPSession(window.page);
      JsonObject ofThread = new JsonObject();
      ofThread.addProperty("timeDomain", "threadTicks");
      devtools.send("Performance.enable", ofThread);
      double busyBefore = busySeconds(devtools);
      long begin = System.nanoTime();

      // When
      int[] sent = {0};
      long timer = service.vertx.setPeriodic(20, tick -> burst(service, sent));
      for (int i = 0; i < SECONDS * 10; i++) {
        window.page.mouse().wheel(0, 900);
        window.page.waitForTimeout(100);
      }
      service.vertx.cancelTimer(timer);
      double busy = (busySeconds(devtools) - busyBefore) / ((System.nanoTime() - begin) / 1e9);

      // Then
      double longest = ((Number) window.page.evaluate("Math.max(0, ...tasks)")).doubleValue();
      double median =
          ((Number)
                  window.page.evaluate(
                      "[...frames].sort((a, b) => a - b)[Math.floor(frames.length / 2)]"))
              .doubleValue();
      double late = ((Number) window.page.evaluate("Math.max(...frames)")).doubleValue();
      int tasks = ((Number) window.page.evaluate("tasks.length")).intValue();
      int elements =
          ((Number) window.page.evaluate("document.querySelectorAll('*').length")).intValue();
      System.out.printf(
          "%d messages: frames median %.1f ms, longest %.0f ms; %d long tasks, longest %.0f ms;"
              + " the page's thread busy %.0f %% of a core; %d elements%n",
          sent[0], median, late, tasks, longest, busy * 100, elements);
      assertTrue(sent[0] >= SECONDS * 100, "messages sent: " + sent[0]);
      assertTrue(busy < MOST_BUSY, "busy " + busy);
      assertTrue(median < MEDIAN_FRAME_MILLIS, "median frame " + median + " ms");
      assertTrue(longest < LONGEST_TASK_MILLIS, "longest task " + longest + " ms");
      assertTrue(elements < 15_000, elements + " elements");
      service.feed.verdict(Verdicts.down(id(1999)));
      window.untilLead("nginx sends");
      assertEquals(List.of(), window.errors);
    }
  }

  private static double busySeconds(CDPSession devtools) {
    for (JsonElement one : devtools.send("Performance.getMetrics").getAsJsonArray("metrics")) {
      JsonObject metric = one.getAsJsonObject();
      if (metric.get("name").getAsString().equals("TaskDuration")) {
        return metric.get("value").getAsDouble();
      }
    }
    throw new AssertionError("the browser does not tell");
  }

  private static String id(int i) {
    return "probe-%04d".formatted(i);
  }

  /** Half runs, half verdicts, of which some change the order of all. */
  private static void burst(PageService service, int[] sent) {
    for (int i = 0; i < EACH_20_MILLIS; i++) {
      int number = sent[0]++;
      String probe = id(number * 37 % PROBES);
      if (number % 2 == 0) {
        service.feed.observation(Samples.answered(probe, number % 10 == 0 ? 502 : 200));
      } else {
        service.feed.verdict(number % 5 == 0 ? Verdicts.degraded(probe) : Verdicts.up(probe));
      }
    }
  }
}
