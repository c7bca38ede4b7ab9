package dev.why502.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The wall: names, states, since when, and nothing of why; neither on it nor in what it is sent.
 */
@Timeout(60)
class StatusWallTest {
  @RegisterExtension static final Chromium CHROMIUM = new Chromium();

  private PageService service;

  @BeforeEach
  void start() {
    service = PageService.start();
    service.feed.verdict(Verdicts.down("templates"));
    service.declare("backend", null, "up", "2026-01-01T00:00:00Z");
    service.declare("templates", "Templates of the shop", "down", "2026-01-01T00:00:00Z");
  }

  @AfterEach
  void stop() {
    service.close();
  }

  private HttpResponse<String> get(String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(service.url() + "/status.json"));
    return HttpClient.newHttpClient()
        .send(
            (headers.length == 0 ? request : request.headers(headers)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void dataHoldNamesStatesAndTimesOnly() throws Exception {
    // Given
    // When
    HttpResponse<String> first = get();
    HttpResponse<String> second =
        get("If-None-Match", first.headers().firstValue("ETag").orElseThrow());

    // Then
    assertEquals(
        "{\"state\":\"down\",\"stale\":false,\"probes\":["
            + "{\"id\":\"templates\",\"name\":\"Templates of the shop\",\"state\":\"down\",\"since\":\"2026-01-01T00:00:00Z\"},"
            + "{\"id\":\"backend\",\"name\":\"backend\",\"state\":\"up\",\"since\":\"2026-01-01T00:00:00Z\"}],\"more\":0}",
        first.body());
    assertEquals(304, second.statusCode());
    assertEquals("", second.body());
  }

  @Test
  void wallFollowsWithoutReloadAndSaysWhenItHearsNothing() {
    // Given
    Chromium.Window window = CHROMIUM.open(Chromium.Look.DESKTOP);
    window.page.clock().install();
    window.go(service.url() + "/status").untilLead("Something is down");
    window.page.evaluate("window.sameDocument = document.querySelector('.tile')");
    String text = window.page.locator("body").innerText();

    // When
    service.probes.clear();
    service.declare("templates", "Templates of the shop", "up", "2026-01-02T00:00:00Z");
    window.page.clock().fastForward(6_000);
    window.untilLead("Everything works");
    boolean same = (boolean) window.page.evaluate("window.sameDocument.isConnected");
    service.close();
    window.page.clock().fastForward(31_000);

    // Then
    window.untilLead("No news");
    assertTrue(same);
    assertTrue(text.contains("Templates of the shop"), text);
    for (String secret : new String[] {"gateway", "3001", "nginx", "10.7.7.7", "sed "}) {
      assertFalse(text.contains(secret), text);
    }
    service = PageService.start();
  }
}
