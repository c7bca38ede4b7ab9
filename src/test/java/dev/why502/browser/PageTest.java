package dev.why502.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.diagnosis.Cause;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How the page behaves before somebody who looks, clicks and types. */
@Timeout(60)
class PageTest {
  @RegisterExtension static final Chromium CHROMIUM = new Chromium();

  private static final String LIVE = "document.querySelector('#link[data-link=live]')";
  private static final String FOCUSED = "document.activeElement";

  private PageService service;

  @BeforeEach
  void start() {
    service = PageService.start();
    service.feed.definitions(true, List.of());
    service.health();
  }

  @AfterEach
  void stop() {
    service.close();
  }

  /** A page that has been answered: so it has been heard by then that it listens. */
  private Chromium.Window open() {
    return CHROMIUM
        .open(Chromium.Look.DESKTOP)
        .go(service.url())
        .until(LIVE)
        .until("!/^$|Connecting|Asking/.test(document.getElementById('lead').textContent)");
  }

  @Test
  void everyCauseHasAPlaceOnThePath() {
    // Given
    Chromium.Window window = open();
    List<String> codes =
        Arrays.stream(Cause.values()).map(Cause::code).filter(code -> !code.equals("ok")).toList();

    // When
    Object places =
        window.page.evaluate(
            "async (codes) => { const { faultOf } = await import('/path.js');"
                + " return codes.filter((code) => { const one = faultOf(code, false);"
                + " const known = ['prober', 'edge', 'gateway', 'upstream', 'process'];"
                + " return !one || !known.includes(one.at || one.to); }); }",
            codes);
    Object deep =
        window.page.evaluate(
            "async () => { const { faultOf } = await import('/path.js');"
                + " return ['gateway-wrong-port', 'gateway-header-limit', 'upstream-timeout',"
                + " 'process-crash-loop', 'edge-refused', 'edge-tls-expired', 'prober-offline']"
                + ".map((code) => Object.entries(faultOf(code, false))[0].join(' ')); }");

    // Then
    assertEquals(List.of(), places);
    assertEquals(
        List.of(
            "to upstream",
            "at gateway",
            "at upstream",
            "at process",
            "to edge",
            "at edge",
            "at prober"),
        deep);
  }

  @Test
  void newsComeWithoutReload() {
    // Given
    Chromium.Window window = open();
    window.page.evaluate("window.sameDocument = true");
    window.untilLead("Nothing is watched yet");

    // When
    service.feed.verdict(Verdicts.up("backend"));
    window.untilLead("The one probe is up");
    service.feed.verdict(Verdicts.down("templates"));
    service.feed.verdict(Verdicts.down("permissions"));

    // Then
    window.untilLead("nginx sends /api/ to 127.0.0.1:3001, where nothing listens");
    assertEquals(1, window.page.locator(".case").count());
    assertTrue(window.text(".also").contains("permissions"));
    assertEquals("✕ 2 down · why502", window.page.title());
    service.feed.verdict(Verdicts.up("templates"));
    service.feed.verdict(Verdicts.up("permissions"));
    window.untilLead("All 3 probes are up");
    assertEquals(0, window.page.locator(".case").count());
    assertEquals(true, window.page.evaluate("window.sameDocument"));
  }

  @Test
  void lateComerIsToldOfRefusedDefinitions() {
    // Given
    service.feed.definitions(false, List.of("/probes/3/target: missing"));

    // When
    Chromium.Window window = open();

    // Then
    window.until("document.getElementById('refused').innerText.includes('/probes/3/target')");
    service.feed.definitions(true, List.of());
    window.until("document.getElementById('refused').hidden");
    window.until(
        "document.getElementById('f-definitions').textContent.startsWith('in force since')");
  }

  @Test
  void incidentsStandWithWhatIsOpenFirst() {
    // Given
    Chromium.Window window = open();
    Instant now = Instant.now();

    // When
    incident("01A", "resolved", now.minusSeconds(4000), now.minusSeconds(400));
    incident("01B", "open", now.minusSeconds(9000), null);

    // Then
    window.until("document.querySelectorAll('#incidents li').length === 2");
    assertTrue(window.text("#incidents li:first-child").contains("for 2 h 30 min"));
    assertTrue(window.text("#incidents li:last-child").contains("1 h 0 min, until"));
  }

  private void incident(String id, String state, Instant since, Instant resolved) {
    service
        .vertx
        .eventBus()
        .publish(
            "why502.incidents",
            new JsonObject()
                .put("id", id)
                .put("state", state)
                .put("cause", "gateway-wrong-port")
                .put("summary", "nginx sends /api/ to 127.0.0.1:3001, where nothing listens")
                .put("probes", JsonArray.of("templates", "permissions"))
                .put("since", since.toString())
                .put("resolvedAt", resolved == null ? null : resolved.toString())
                .put("node", "web-1"));
  }

  @Test
  void keyboardReachesEverythingInOrder() {
    // Given
    service.feed.verdict(Verdicts.down("templates"));
    service.feed.verdict(Verdicts.up("backend"));
    Chromium.Window window = open();
    window.until("document.querySelectorAll('#rows .row').length === 2");

    // When
    StringBuilder order = new StringBuilder();
    for (int i = 0; i < 21; i++) {
      window.page.keyboard().press("Tab");
      order.append(
          window.page.evaluate(
              "(() => { const one = "
                  + FOCUSED
                  + "; return one.textContent.trim().slice(0, 12)"
                  + " + '|' + (getComputedStyle(one).outlineStyle !== 'none'); })() + '\\n'"));
    }

    // Then
    assertFalse(order.toString().contains("|false"), order.toString());
    List<String> wanted =
        List.of(
            "Skip to all ",
            "Status wall|",
            "English|",
            "中文|",
            "templates|",
            "sed -i",
            "Copy|",
            "24 h|",
            "Ruled out",
            "Evidence",
            "down|",
            "templates|");
    int from = 0;
    for (String one : wanted) {
      int at = order.indexOf(one, from);
      assertTrue(at >= from, one + " in " + order);
      from = at + one.length();
    }
  }

  @Test
  void probeThatIsUpIsOpenedFromItsRow() {
    // Given
    service.feed.verdict(Verdicts.up("backend"));
    Chromium.Window window = open();
    window.until("document.querySelectorAll('#rows .row').length === 1");

    // When
    window.page.locator("#rows .name").focus();
    window.page.keyboard().press("Enter");

    // Then
    assertEquals("backend", window.page.evaluate(FOCUSED + ".textContent"));
    assertEquals(1, window.page.locator("#cases .path").count());
    window.page.locator(".case .small").click();
    assertEquals(0, window.page.locator(".case").count());
  }

  @Test
  void filterShowsWhatFits() {
    // Given
    service.feed.verdict(Verdicts.down("templates"));
    service.feed.verdict(Verdicts.up("backend"));
    service.declare("backend", "Orders of customers", "up", "2026-01-01T00:00:00Z");
    Chromium.Window window = open();
    window.until("document.querySelector('#rows .about')?.textContent !== undefined");
    window.until("document.body.innerText.includes('Orders of customers')");

    // When
    window.page.locator("#filter").fill("customers");
    List<String> fitting = window.page.locator("#rows .row:visible .name").allInnerTexts();
    window.page.locator("#filter").fill("");
    window.page.locator(".chip[data-state=down]").click();
    List<String> down = window.page.locator("#rows .row:visible .name").allInnerTexts();

    // Then
    assertEquals(List.of("backend"), fitting);
    assertEquals(List.of("templates"), down);
    assertEquals("1 of 2", window.text("#shown"));
  }

  @Test
  void openDetailsStayOpenWhenTheVerdictComesAgain() {
    // Given
    service.feed.verdict(Verdicts.down("templates"));
    Chromium.Window window = open();
    window.until("document.querySelector('.case .copy')");
    window.page.locator("[data-part=evidence] summary").first().click();
    window.page.evaluate("document.querySelector('.case pre').marked = true");

    // When
    service.feed.verdict(Verdicts.down("templates"));
    service.feed.verdict(Verdicts.down("permissions"));
    window.until("document.querySelector('.also')");

    // Then
    assertEquals(
        true, window.page.evaluate("document.querySelector('[data-part=evidence] details').open"));
    assertEquals(true, window.page.evaluate("document.querySelector('.case pre').marked"));
  }

  @Test
  void fixIsCopiedWhereTheClipboardIsWithheld() {
    // Given
    service.feed.verdict(Verdicts.down("templates"));
    Chromium.Window window = CHROMIUM.open(Chromium.Look.DESKTOP);
    // As it is on a page that came over plain HTTP from another host.
    window.page.addInitScript(
        "Object.defineProperty(navigator, 'clipboard', { value: undefined })");
    window.go(service.url()).until("document.querySelector('.case .copy')");

    // When
    window.page.locator(".case .copy").first().click();

    // Then
    window.until("document.querySelector('.case .copy').textContent === 'Copied'");
    assertEquals("Copied", window.page.evaluate(FOCUSED + ".textContent"));
    window.page.locator("#filter").focus();
    window.page.keyboard().press("Control+V");
    String pasted = window.page.locator("#filter").inputValue();
    assertTrue(pasted.startsWith("sed -i '14s/127.0.0.1:3001/127.0.0.1:3002/'"), pasted);
    assertTrue(pasted.endsWith("systemctl reload nginx"), pasted);
  }

  @Test
  void pageAsksForTheTokenAndCarriesItself() {
    // Given
    try (PageService guarded = PageService.start("correct-horse-battery")) {
      guarded.feed.verdict(Verdicts.up("backend"));
      guarded.declare("backend", "Orders", "up", "2026-01-01T00:00:00Z");
      Chromium.Window window = CHROMIUM.open(Chromium.Look.DESKTOP).go(guarded.url());
      window.until("!document.getElementById('token').hidden");

      // When
      window.page.locator("#token-text").fill("correct-horse-battery");
      window.page.keyboard().press("Enter");

      // Then
      window.untilLead("The one probe is up");
      window.until("document.body.innerText.includes('Orders')");
      window.go(guarded.url() + "/status").untilLead("Everything works");
      assertEquals("Orders", window.text(".tile .name"));
      assertEquals(List.of(), window.errors);
      assertEquals(List.of(), window.violations());
    }
  }

  @Test
  void pageIsServedInTheLanguageOfTheBrowser() {
    // Given
    service.feed.verdict(Verdicts.up("backend"));

    // When
    Map<String, String> leads =
        Map.of(
            "en-GB", lead(Chromium.Look.DESKTOP),
            "zh-CN", lead(Chromium.Look.CHINESE));

    // Then
    assertEquals(Map.of("en-GB", "The one probe is up", "zh-CN", "唯一的探测正常"), leads);
  }

  private String lead(Chromium.Look look) {
    Chromium.Window window = CHROMIUM.open(look).go(service.url()).until(LIVE);
    window.until("document.getElementById('hero').dataset.state === 'up'");
    assertEquals(
        look.locale().substring(0, 2),
        ((String) window.page.evaluate("document.documentElement.lang")).substring(0, 2));
    return window.text("#lead");
  }

  @Test
  void chosenLanguageIsRemembered() {
    // Given
    service.feed.verdict(Verdicts.up("backend"));
    Chromium.Window window = open().untilLead("The one probe is up");

    // When
    window.page.locator("[data-language=zh]").click();
    window.untilLead("唯一的探测正常");
    window.page.reload();

    // Then
    window.untilLead("唯一的探测正常");
    window.go(service.url() + "/status").until("document.documentElement.lang === 'zh-CN'");
  }
}
