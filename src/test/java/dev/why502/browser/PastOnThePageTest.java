package dev.why502.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.ColorScheme;
import dev.why502.web.PastSamples;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a person sees of what has been. */
@Timeout(60)
class PastOnThePageTest {
  @RegisterExtension static final Chromium CHROMIUM = new Chromium();

  private static final String HOSTILE = "<img src=x onerror=alert(1)>\u202e";

  private PageService service;

  @BeforeEach
  void start() {
    service = PageService.start();
    service.health();
    PastSamples.fill(service.history, service.json);
    service.declare("templates", "Templates", "down", "2026-01-01T00:00:00Z");
    service.feed.verdict(Verdicts.down("templates"));
  }

  @AfterEach
  void stop() {
    service.close();
  }

  private Chromium.Window open(Chromium.Look look) {
    return CHROMIUM
        .open(look)
        .go(service.url())
        .until("document.querySelectorAll('.past .cell').length === 25")
        .until("document.querySelectorAll('#incidents li').length === 1");
  }

  @Test
  void stripIsReadByKeyboardAndTellsItsFigures() {
    // Given
    Chromium.Window window = open(Chromium.Look.DESKTOP);
    assertEquals(
        List.of(1, 1),
        List.of(
            window.page.locator(".past .cell[tabindex='0']").count(),
            window
                        .page
                        .locator(".past .cell[data-state=down], .past .cell[data-state=degraded]")
                        .count()
                    > 0
                ? 1
                : 0));
    // When
    window.page.locator(".past .cell[tabindex='0']").focus();
    window.page.keyboard().press("ArrowLeft");
    window.page.keyboard().press("Home");
    String first = String.valueOf(window.page.evaluate("document.activeElement.ariaLabel"));
    // Then
    assertTrue(
        first.matches(".*: 100 % good, \\d+ runs, 0 failed, median .* ms, p95 .* ms.*"), first);
    assertEquals(first, window.text(".past .said"));
    assertTrue(window.text(".past .windows").contains("99.3 %"), window.text(".past .windows"));
    assertTrue(window.text(".past .windows").contains("of it known"));
    assertTrue(
        window
            .text(".past .promise")
            .contains("33.2 min of 43.2 min of its error budget are left"));
    assertTrue(
        window.page.locator(".past .latency").getAttribute("aria-label").startsWith("Response"));
    // When
    window.page.locator(".past [data-span=quarter]").click();
    // Then
    window.until("document.querySelectorAll('.past .cell').length === 91");
    assertTrue(
        window.page.locator(".past .cell").first().getAttribute("aria-label").contains("nothing"));
    window.page.locator(".past [data-span=week]").click();
    window.until("document.querySelectorAll('.past .cell').length === 29");
    assertEquals(List.of(), window.console);
  }

  @Test
  void storyOfAnIncidentGoesOnWhileItIsRead() {
    // Given
    Chromium.Window window = open(Chromium.Look.DESKTOP);
    window.page.locator("#incidents .title").click();
    window.until("document.querySelectorAll('#incidents .story li').length === 5");
    List<String> told = window.page.locator("#incidents .story b").allInnerTexts();
    assertEquals(List.of("Opened", "Changed", "Reminded", "Repaired", "Resolved"), told);
    assertTrue(window.text("#incidents .incident").contains("gateway-wrong-port"));
    // When
    JsonObject news = service.history.events.get(1).copy();
    news.remove("event");
    news.put("id", "01JZ").put("since", service.history.now.toString()).put("seq", 100);
    service.vertx.eventBus().publish("why502.incidents", news);
    window.until("document.querySelectorAll('#incidents .incident').length === 2");
    window.page.locator("#incidents .incident:first-child .title").click();
    JsonObject run = service.history.remedies.get(0).copy();
    run.put("id", "01JY").put("incident", "01JZ").put("outcome", "not-repaired");
    service.vertx.eventBus().publish("why502.remedies", run);
    // Then
    window.until(
        "document.querySelectorAll('#incidents .incident:first-child .story li').length === 2");
    assertTrue(window.text("#incidents .incident:first-child .story").contains("Not repaired"));
    assertEquals(5, window.page.locator("#incidents .incident:last-child .story li").count());
  }

  @Test
  void hostileTextOfThePastRunsNothing() {
    // Given
    for (JsonObject event : service.history.events) {
      event.put("summary", HOSTILE).put("cause", HOSTILE).put("confidence", HOSTILE);
      event.getJsonArray("probes").add(HOSTILE);
    }
    service.history.remedies.forEach(
        run -> run.put("reason", HOSTILE).put("remedy", HOSTILE).put("outcome", HOSTILE));
    Chromium.Window window = open(Chromium.Look.DESKTOP);
    // When
    window.page.locator("#incidents .title").click();
    window.until("document.querySelectorAll('#incidents .story li').length === 5");
    // Then
    assertTrue(window.text("#incidents .story").contains("<img src=x onerror=alert(1)>\\u202e"));
    assertEquals(0, window.page.locator("#incidents img").count());
    assertEquals(List.of(), window.dialogs);
    assertEquals(List.of(), window.violations());
    assertEquals(List.of(), window.console);
    assertEquals(List.of(), window.errors);
  }

  @Test
  void memoryThatCannotBeReadIsSaid() {
    // Given
    service.history.broken = true;
    // When
    Chromium.Window window = CHROMIUM.open(Chromium.Look.DESKTOP).go(service.url());
    // Then
    window.until("document.querySelector('.past')?.innerText.includes('cannot be read now')");
    assertEquals("No incident is known.", window.text("#incidents .quiet"));
  }

  @ParameterizedTest
  @CsvSource({"LIGHT, 1280, en-GB", "DARK, 390, zh-CN"})
  void nothingSeriousIsFound(ColorScheme scheme, int width, String locale) {
    // Given
    Chromium.Window window = open(new Chromium.Look(width, 900, scheme, locale));
    window.page.locator("#incidents .title").click();
    window.until("document.querySelectorAll('#incidents .story li').length === 5");
    window.page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)");
    // When
    List<String> found =
        new AxeBuilder(window.page)
            .setLegacyMode(true).analyze().getViolations().stream()
                .filter(rule -> List.of("serious", "critical").contains(rule.getImpact()))
                .flatMap(
                    rule -> rule.getNodes().stream().map(node -> rule.getId() + node.getHtml()))
                .toList();
    Object wider =
        window.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth");
    // Then
    assertEquals(List.of(), found);
    assertEquals(0, wider);
    window.page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = false)");
    for (String part : List.of(".past", "#incidents")) {
      String name = part.substring(1) + "-" + width + ".png";
      window
          .page
          .locator(part)
          .screenshot(new Locator.ScreenshotOptions().setPath(Path.of("target/screenshots", name)));
    }
  }
}
