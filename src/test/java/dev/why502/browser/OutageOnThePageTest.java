package dev.why502.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.options.ColorScheme;
import dev.why502.app.ServiceProcess;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A real browser before a running service, in front of the real nginx. */
@Timeout(120)
class OutageOnThePageTest {
  @RegisterExtension static final Chromium CHROMIUM = new Chromium();

  private static final long SEEN_MILLIS = 2_000;
  private static final long READY_MILLIS = 20_000;
  private static final double HEALTH_MILLIS = 20_000;
  private static final double RUNS_SHOWN_MILLIS = 12_000;
  private static final String LEAD = "document.getElementById('hero').dataset.state";

  private static Vertx vertx;

  @BeforeAll
  static void start() {
    ServiceProcess.require("nginx", "-v");
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stop() {
    if (vertx != null) {
      vertx.close().await();
    }
  }

  @Test
  void outageIsSeenItsFixCopiedAndRecoverySeen(@TempDir Path directory) throws Exception {
    // Given
    Path home = Screenshots.home(directory);
    try (Shop shop = Shop.start(vertx, home, request -> request.response().end("[]"));
        ServiceProcess service = ServiceProcess.start(shop.definitions())) {
      service.untilStatus(READY_MILLIS, "/health/ready", 200);
      Chromium.Window window = CHROMIUM.open(Chromium.Look.DESKTOP).go(service.url().toString());
      window.until(LEAD + " === 'up'");
      window.page.evaluate(
          "() => new MutationObserver(() => { if ("
              + LEAD
              + " === 'down' && !window.seenAt) window.seenAt = Date.now(); })"
              + ".observe(document.getElementById('hero'), { attributes: true })");

      // When
      shop.misdirect();
      ServiceProcess.until(5_000, "visitors get 502", () -> shop.status() == 502);
      long first = System.currentTimeMillis();
      window.until("window.seenAt");
      long seenAfter = ((Number) window.page.evaluate("window.seenAt")).longValue() - first;
      window.untilLead("where nothing listens");
      window.until("document.querySelector('#cases .case .copy')");
      System.out.printf("the page showed the outage %d ms after the first 502%n", seenAfter);
      List<String> stops =
          window.page.locator("#cases .case").first().locator(".stop .what").allInnerTexts();
      String broken = window.text("#cases .cross");
      pictures(service);
      String steps = copied(window);

      // Then
      assertTrue(seenAfter <= SEEN_MILLIS, seenAfter + " ms");
      assertEquals(List.of("prober", "edge", "gateway", "upstream", "backend", "process"), stops);
      assertEquals("refused", broken);

      // When
      ServiceProcess.run("sh", "-c", steps);

      // Then
      window.until(LEAD + " === 'up'");
      window.untilLead("All 4 probes are up");
      assertEquals(List.of(), window.errors);
      assertEquals(List.of(), window.console);
      assertEquals(List.of(), window.violations());
    }
  }

  /** The page's clock is put forward: what the browser hears and does not hear is real. */
  @Test
  void stoppedServiceIsNoNewsAndComesBack(@TempDir Path directory) throws Exception {
    // Given
    try (Shop shop = Shop.start(vertx, directory, request -> request.response().end("[]"));
        ServiceProcess service = ServiceProcess.start(shop.definitions())) {
      service.untilStatus(READY_MILLIS, "/health/ready", 200);
      Chromium.Window window = CHROMIUM.open(Chromium.Look.DESKTOP);
      window.page.clock().install();
      window.go(service.url().toString()).until(LEAD + " === 'up'");

      // When
      service.signal("STOP");
      window.page.clock().fastForward(25_000);
      Object before = window.page.evaluate(LEAD);
      window.page.clock().fastForward(10_000);

      // Then
      window.until(LEAD + " === 'silent'");
      window.untilLead("No news");
      assertEquals("up", before);
      assertTrue(window.page.title().startsWith("? "), window.page.title());
      service.signal("CONT");
      window.until("document.querySelector('#link[data-link=live]')", HEALTH_MILLIS);
      window.untilLead("All 4 probes are up");
    }
  }

  /** What lies in the clipboard after the button was pressed: taken out as people do. */
  private static String copied(Chromium.Window window) {
    window.page.locator("#cases .copy").first().click();
    assertEquals("Copied", window.text("#cases .copy"));
    window.page.locator("#filter").focus();
    window.page.evaluate(
        "() => document.body.append(Object.assign(document.createElement('textarea'), { id: 'paste' }))");
    window.page.locator("#paste").focus();
    window.page.keyboard().press("Control+V");
    String text = window.page.locator("#paste").inputValue();
    window.page.evaluate("document.getElementById('paste').remove()");
    return text;
  }

  private static void pictures(ServiceProcess service) throws Exception {
    String url = service.url().toString();
    picture(url, Chromium.Look.DESKTOP, "page");
    picture(url, Chromium.Look.DARK, "page-dark");
    picture(url, Chromium.Look.PHONE, "page-phone");
    picture(url, Chromium.Look.CHINESE, "page-zh");
    picture(url + "status", new Chromium.Look(1280, 500, ColorScheme.DARK, "en-GB"), "status");
  }

  private static void picture(String url, Chromium.Look look, String name) throws Exception {
    Chromium.Window window = CHROMIUM.open(look).go(url);
    window.until(LEAD + " === 'down'");
    window.until("document.querySelector('.case .copy, .tile')");
    window.page.waitForTimeout(Screenshots.KEPT ? RUNS_SHOWN_MILLIS : 0);
    Screenshots.take(window, name);
  }
}
