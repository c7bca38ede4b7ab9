package dev.why502.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.AxeResults;
import com.microsoft.playwright.options.ColorScheme;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an accessibility engine finds on each page in each look; it finds contrast, too. */
@Timeout(60)
class AccessibilityTest {
  @RegisterExtension static final Chromium CHROMIUM = new Chromium();

  private static PageService broken;
  private static PageService well;

  @BeforeAll
  static void start() {
    broken = PageService.start();
    broken.health("the engine's event loop");
    broken.feed.definitions(false, List.of("/probes/0/target: missing"));
    broken.feed.verdict(Verdicts.down("templates"));
    broken.feed.verdict(Verdicts.degraded("search"));
    broken.feed.verdict(Verdicts.up("backend"));
    broken.declare("templates", "Templates", "down", "2026-01-01T00:00:00Z");
    broken.declare("search", null, "degraded", "2026-01-01T00:00:00Z");
    broken.declare("backend", null, "up", "2026-01-01T00:00:00Z");
    well = PageService.start();
    well.feed.verdict(Verdicts.up("backend"));
    well.declare("backend", null, "up", "2026-01-01T00:00:00Z");
  }

  @AfterAll
  static void stop() {
    broken.close();
    well.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/, down, LIGHT, 1280, en-GB",
    "/, down, DARK, 1280, en-GB",
    "/, down, LIGHT, 390, en-GB",
    "/, down, DARK, 390, zh-CN",
    "/, up, LIGHT, 1280, en-GB",
    "/, up, DARK, 390, en-GB",
    "/status, down, LIGHT, 1280, en-GB",
    "/status, down, DARK, 390, zh-CN",
    "/status, up, LIGHT, 1280, en-GB"
  })
  void nothingSeriousIsFound(
      String path, String state, ColorScheme scheme, int width, String locale) {
    // Given
    PageService service = state.equals("up") ? well : broken;
    Chromium.Window window =
        CHROMIUM
            .open(new Chromium.Look(width, 900, scheme, locale))
            .go(service.url() + path)
            .until("document.getElementById('hero').dataset.state === '" + state + "'");
    window.page.evaluate(
        "document.querySelectorAll('[aria-expanded=false]').forEach((one) => one.click())");
    window.page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)");

    // When
    AxeResults results = new AxeBuilder(window.page).setLegacyMode(true).analyze();

    // Then
    List<String> serious =
        results.getViolations().stream()
            .filter(rule -> List.of("serious", "critical").contains(rule.getImpact()))
            .flatMap(
                rule ->
                    rule.getNodes().stream()
                        .map(
                            node ->
                                rule.getId()
                                    + ": "
                                    + node.getHtml()
                                    + " "
                                    + node.getFailureSummary()))
            .toList();
    assertEquals(List.of(), serious);
  }
}
