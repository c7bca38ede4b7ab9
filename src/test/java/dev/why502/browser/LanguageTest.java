package dev.why502.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Route;
import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.State;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** No text of the pages lacks a translation. */
@Timeout(60)
class LanguageTest {
  @RegisterExtension static final Chromium CHROMIUM = new Chromium();

  private static final Path WEB = Path.of("src/main/resources/dev/why502/web");
  private static final String DATA = "§";

  private PageService service;

  @BeforeEach
  void start() {
    service = PageService.start();
  }

  @AfterEach
  void stop() {
    service.close();
  }

  @Test
  void bothLanguagesSayTheSame() {
    // Given
    Chromium.Window window = CHROMIUM.open(Chromium.Look.DESKTOP).go(service.url());

    // When
    Object differing =
        window.page.evaluate(
            "async () => { const { WORDS } = await import('/words.js');"
                + " const gaps = (text) => (text.match(/\\{\\w+\\}/g) || []).sort().join();"
                + " const keys = new Set([...Object.keys(WORDS.en), ...Object.keys(WORDS.zh)]);"
                + " return [...keys].filter((key) => !WORDS.en[key] || !WORDS.zh[key]"
                + " || gaps(WORDS.en[key]) !== gaps(WORDS.zh[key])); }");
    Object untranslated =
        window.page.evaluate(
            "async () => { const { WORDS } = await import('/words.js');"
                + " return Object.keys(WORDS.zh).filter((key) => !/[\\u4e00-\\u9fff]/.test("
                + "WORDS.zh[key].replace(/\\{\\w+\\}/g, '')) && /[a-z]/i.test("
                + "WORDS.zh[key].replace(/\\{\\w+\\}/g, ''))); }");

    // Then
    assertEquals(List.of(), differing);
    assertEquals(Set.of("phase.tls", "seen.pid"), Set.copyOf((List<?>) untranslated));
  }

  @Test
  void everyKeyIsUsedAndEveryUsedKeyIsThere() throws IOException {
    // Given
    Set<String> known = new TreeSet<>();
    Matcher entry =
        Pattern.compile("(?m)^ {4}\"([a-z._]+)\":")
            .matcher(Files.readString(WEB.resolve("words.js")));
    while (entry.find()) {
      known.add(entry.group(1));
    }

    // When
    Set<String> used = new TreeSet<>();
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.list(WEB)) {
      for (Path file : files.filter(one -> !one.endsWith("words.js")).toList()) {
        all.append(Files.readString(file, StandardCharsets.UTF_8));
      }
    }
    Matcher call =
        Pattern.compile("(?:\\bt\\(|data-t(?:-label|-hint)?=)\"([a-z._]+)\"(?! *\\+)").matcher(all);
    while (call.find()) {
      used.add(call.group(1));
    }

    // Then
    Set<String> missing = new TreeSet<>(used);
    missing.removeAll(known);
    assertEquals(Set.of(), missing);
    Set<String> idle = new TreeSet<>(known);
    // A family's key is put together: "state." + verdict.state.
    idle.removeIf(
        key ->
            all.indexOf("\"" + key + "\"") >= 0
                || all.indexOf("\"" + key.substring(0, key.lastIndexOf('.') + 1) + "\" +") >= 0
                || all.indexOf("\"" + key.replaceAll("\\.(one|many)$", "") + "\"") >= 0);
    assertEquals(Set.of(), idle);
  }

  /**
   * With a catalogue whose texts are all in brackets, every text without them is one that it lacks.
   */
  @Test
  void noTextOfThePagesStandsOutsideTheCatalogue() throws IOException {
    // Given
    String bracketed =
        Files.readString(WEB.resolve("words.js"))
            .replaceAll("(?m)^( {4}\"[a-z._]+\": \")(.*)\",$", "$1⟦$2⟧\",");
    Chromium.Window window = CHROMIUM.open(Chromium.Look.DESKTOP);
    window.page.route(
        "**/words.js",
        route ->
            route.fulfill(
                new Route.FulfillOptions()
                    .setContentType("text/javascript; charset=utf-8")
                    .setBody(bracketed)));
    String said = DATA + "said";
    service.declare(DATA + "probe", DATA + "about", "down", "2026-01-01T00:00:00Z");
    service.feed.verdict(
        Verdicts.of(DATA + "probe", State.DOWN, Cause.UPSTREAM_ERROR, said, Verdicts.saying(said)));
    service.feed.verdict(Verdicts.up(DATA + "backend"));
    service.health(said);
    service.feed.definitions(false, List.of(said));
    window.go(service.url()).until("document.querySelector('.case .copy')");

    // When
    service
        .vertx
        .eventBus()
        .publish(
            "why502.incidents",
            new JsonObject()
                .put("id", "01A")
                .put("state", "open")
                .put("cause", "upstream-error")
                .put("summary", said)
                .put("probes", JsonArray.of(DATA))
                .put("since", "2026-01-01T00:00:00Z"));
    service.health(said);
    window.until("document.querySelector('#incidents li')");
    List<?> outside = (List<?>) window.page.evaluate(OUTSIDE);
    window.page.locator(".copy").first().click();
    List<?> copied = (List<?>) window.page.evaluate(OUTSIDE);
    window.go(service.url() + "/status").until("document.querySelector('.tile')");
    List<?> wall = (List<?>) window.page.evaluate(OUTSIDE);

    // Then
    assertEquals(List.of(), outside);
    assertEquals(List.of(), copied);
    assertEquals(List.of(), wall);
    assertTrue(window.text("#lead").startsWith("⟦"));
  }

  /**
   * Texts with letters that are neither of the catalogue nor data: codes, names and times are data,
   * and so is what stands in code.
   */
  private static final String OUTSIDE =
      "() => { const found = []; const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);"
          + " for (let node = walk.nextNode(); node; node = walk.nextNode()) {"
          + " const parent = node.parentElement; const text = node.data.trim();"
          + " if (/\\p{L}/u.test(text) && !/[⟦§]/.test(text)"
          + " && !parent.closest('noscript, script, code, pre, time, dt, .kind, .place, .which, .state, .brand, .evidence, [data-language], .outcome, .c-now, #f-node, .tile')"
          + ") found.push(parent.className + ' ' + text); }"
          + " for (const one of document.querySelectorAll('[aria-label], [placeholder]'))"
          + " for (const name of ['aria-label', 'placeholder']) { const text = one.getAttribute(name);"
          + " if (text && !/[⟦§]/.test(text)) found.push(name + ' ' + text); }"
          + " return found; }";
}
