package dev.why502.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.State;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** R7 of the reliability facts: what a stranger says stays text on the pages. */
@Timeout(120)
class HostileTextTest {
  @RegisterExtension static final Chromium CHROMIUM = new Chromium();

  private static final String CANARY = "//canary.invalid/why502";

  private static final List<String> FIRST =
      List.of(
          "<script>alert(1)</script>",
          "<img src=x onerror=alert(1)>",
          "<svg onload=alert(1)>",
          "<iframe srcdoc='<script>parent.alert(1)</script>'>",
          "<body onload=alert(1)>",
          "<details open ontoggle=alert(1)>",
          "<input autofocus onfocus=alert(1)>",
          "<a href=javascript:alert(1) id=lead>x</a>",
          "<base href=" + CANARY + "/>",
          "<link rel=stylesheet href=" + CANARY + ".css>",
          "<meta http-equiv=refresh content='0;url=" + CANARY + "'>",
          "<style>*{background:url(" + CANARY + ")}</style>",
          "<img src=" + CANARY + ".png>",
          "<object data=" + CANARY + "></object>",
          "<form action=" + CANARY + "><button>x</button></form>",
          "</p></section><script src=" + CANARY + ".js></script>",
          "\"><script>alert(1)</script>",
          "'><img src=x onerror=alert(1)>",
          "javascript:alert(1)",
          "{{constructor.constructor('alert(1)')()}}",
          "${alert(1)}",
          "`+alert(1)+`",
          "__proto__",
          "constructor",
          "</textarea><script>alert(1)</script>",
          "<!--<img src=\"--><img src=x onerror=alert(1)//\">",
          "<math><mtext><style><img src=x onerror=alert(1)>",
          "<template><script>alert(1)</script></template>",
          "&lt;script&gt;alert(1)&lt;/script&gt;",
          "\u202egnp.exe\u0000\u001b[2J\u2028\u2029\ufeff");

  private PageService service;

  @BeforeEach
  void start() {
    service = PageService.start();
  }

  @AfterEach
  void stop() {
    service.close();
  }

  /** Thirty as they are, and thirty with an attribute's or a string's end before them. */
  static List<String> payloads() {
    List<String> all = new ArrayList<>(FIRST);
    FIRST.forEach(payload -> all.add("x'\"/> autofocus onfocus=alert(1) " + payload));
    return all;
  }

  @Test
  void hostileTextRunsNothing() {
    // Given
    List<String> payloads = payloads();
    Chromium.Window window = CHROMIUM.open(Chromium.Look.DESKTOP).go(service.url());
    service.health();
    service.declare("templates", FIRST.get(0), "down", "2026-01-01T00:00:00Z");
    window.until("document.querySelector('#link[data-link=live]')");
    Set<String> before = new HashSet<>(window.requests);

    // When
    for (int i = 0; i < payloads.size(); i++) {
      say(payloads.get(i), "no " + i + ":");
      window.untilLead("no " + i + ":");
      window.page.evaluate(
          "document.querySelectorAll('details').forEach((one) => one.open = true)");
      window.page.evaluate(
          "document.querySelectorAll('[aria-expanded=false]').forEach((one) => one.click())");
    }
    window.untilLead("no " + (payloads.size() - 1) + ":");

    // Then
    String shown = window.page.locator("main").innerText();
    assertTrue(shown.contains(FIRST.get(0)), shown);
    assertTrue(shown.contains("\\u202egnp.exe"), shown);
    assertUnharmed(window, before);
  }

  @Test
  void hostileNamesRunNothingOnTheWall() {
    // Given
    List<String> payloads = payloads();
    for (int i = 0; i < payloads.size(); i++) {
      service.declare("p" + i, payloads.get(i), "down", payloads.get(i));
    }

    // When
    Chromium.Window window = CHROMIUM.open(Chromium.Look.DESKTOP).go(service.url() + "/status");
    window.until("document.querySelectorAll('.tile').length === 60");

    // Then
    assertTrue(window.text("#tiles").contains("<script>alert(1)</script>"));
    assertUnharmed(window, Set.of());
  }

  private void say(String payload, String number) {
    String said = number + payload;
    service.feed.verdict(
        Verdicts.of("templates", State.DOWN, Cause.UPSTREAM_ERROR, said, Verdicts.saying(said)));
    service.feed.definitions(false, List.of("/probes/0: " + said));
    service.health(said);
    service.probes.clear();
    service.declare("templates", payload, "down", "2026-01-01T00:00:00Z");
    Objects.requireNonNull(service.probes.one("templates"))
        .put("labels", new JsonObject(Map.of("team", payload)));
    service
        .vertx
        .eventBus()
        .publish(
            "why502.incidents",
            new JsonObject()
                .put("id", payload)
                .put("state", payload)
                .put("cause", payload)
                .put("summary", payload)
                .put("probes", JsonArray.of(payload))
                .put("since", payload)
                .put("resolvedAt", payload));
  }

  private void assertUnharmed(Chromium.Window window, Set<String> before) {
    assertEquals(List.of(), window.dialogs);
    assertEquals(List.of(), window.violations());
    assertEquals(List.of(), window.console);
    assertEquals(List.of(), window.errors);
    Set<String> asked = new HashSet<>(window.requests);
    asked.removeAll(before);
    asked.removeIf(
        url ->
            url.startsWith(service.url() + "/") && !url.contains("canary") && !url.contains("<"));
    assertEquals(Set.of(), asked);
    // All elements are of kinds that the page itself makes, and none has a handler or a style.
    Object foreign =
        window.page.evaluate(
            "() => [...document.body.querySelectorAll('*')].filter((one) =>"
                + " /^(script|img|iframe|object|embed|base|link|meta|style|template|math)$/i.test(one.tagName)"
                + " && !one.matches('.brand img')"
                + " || [...one.attributes].some((a) => /^on|^style$/.test(a.name) && !one.matches('.chunk')"
                + " || /^(href|src|action)$/.test(a.name) && !/^(#|\\/)/.test(a.value)))"
                + ".map((one) => one.outerHTML.slice(0, 200))");
    assertEquals(List.of(), foreign);
  }
}
