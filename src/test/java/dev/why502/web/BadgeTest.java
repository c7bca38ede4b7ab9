package dev.why502.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.bus.Samples;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

@Timeout(30)
class BadgeTest {
  private Service service;

  @BeforeEach
  void start() {
    service = Service.start();
    for (String id : List.of("backend", "slow", "new", "off")) {
      service.probes.declare(id, "unknown");
    }
    service.probes.disable("off");
    service.feed.verdict(Samples.down("templates"));
    service.feed.verdict(Samples.up("backend"));
    service.feed.verdict(Samples.degraded("slow"));
  }

  @AfterEach
  void stop() {
    service.close();
  }

  @ParameterizedTest
  @CsvSource({
    "templates, 200, templates, down: gateway-wrong-port, red, true, #e05d44",
    "backend, 200, backend, up, brightgreen, false, #44cc11",
    "slow, 200, slow, degraded: slow-response, yellow, false, #dfb317",
    "new, 200, new, not known yet, lightgrey, false, #9f9f9f",
    "off, 200, off, disabled, lightgrey, false, #9f9f9f",
    "nobody, 404, why502, no such probe, lightgrey, true, #9f9f9f",
    "templates.svg, 404, why502, no such probe, lightgrey, true, #9f9f9f"
  })
  void badgeSaysStateAndCause(
      String id,
      int status,
      String label,
      String message,
      String colour,
      boolean error,
      String fill)
      throws Exception {
    // Given
    // When
    Service.Reply json = service.get("/badge/" + id + ".json");
    Service.Reply svg = service.get("/badge/" + id + ".svg");
    // Then
    assertEquals(List.of(status, status), List.of(json.status(), svg.status()));
    assertEquals(
        new JsonObject()
            .put("schemaVersion", 1)
            .put("label", label)
            .put("message", message)
            .put("color", colour)
            .put("isError", error)
            .put("cacheSeconds", 60),
        json.json());
    Document picture = parsed(svg.body());
    assertEquals(List.of(label, message), texts(picture));
    assertTrue(svg.body().contains("fill=\"" + fill + "\""), svg.body());
  }

  @Test
  void badgeMayBeShownOnPagesOfOthersAndIsNotKept() {
    // Given
    // When
    Service.Reply svg = service.get("/badge/templates.svg");
    // Then
    assertEquals("image/svg+xml", svg.headers().get("Content-Type"));
    assertEquals(
        "default-src 'none'; style-src 'unsafe-inline'",
        svg.headers().get("Content-Security-Policy"));
    assertEquals("cross-origin", svg.headers().get("Cross-Origin-Resource-Policy"));
    assertEquals("no-cache, no-store, must-revalidate", svg.headers().get("Cache-Control"));
    assertEquals("0", svg.headers().get("Expires"));
    assertEquals("nosniff", svg.headers().get("X-Content-Type-Options"));
    assertEquals(
        405, service.request(HttpMethod.POST, "/badge/templates.svg", Map.of(), null).status());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "templates.svg?label=%3Cscript%3Ealert(1)%3C/script%3E&color=%22onload=%22x",
        "%3Csvg%20onload=alert(1)%3E.svg",
        "nobody%22%20onload=%22alert(1).svg?style=x&logo=javascript:alert(1)&link=https://evil.example",
        "%26lt%3Bscript%26gt%3B.svg"
      })
  void badgeTakesNoTextFromWhoAsks(String path) throws Exception {
    // Given
    // When
    Service.Reply svg = service.get("/badge/" + path);
    // Then
    Document picture = parsed(svg.body());
    assertHarmless(picture.getDocumentElement());
    assertFalse(svg.body().contains("alert"), svg.body());
    assertFalse(svg.body().contains("evil"), svg.body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>alert(1)</script>",
        "\" onload=\"alert(1)",
        "]]><x/>",
        "&#60;b&#62;",
        "\u0000\u0001\ufffe\ud83d",
        "数据 é \u202e"
      })
  void whateverTheWordsTheyStayWords(String words) throws Exception {
    // Given
    Badge badge = new Badge(words, words, Badge.Colour.RED, true);
    // When
    Document picture = parsed(BadgeSvg.of(badge));
    // Then
    assertHarmless(picture.getDocumentElement());
    assertEquals(2, texts(picture).size());
  }

  @Test
  void widthFollowsTheText() {
    // Given
    // When
    int narrow = BadgeSvg.width("illi");
    int wide = BadgeSvg.width("mmww");
    int shields = BadgeSvg.width("build passing");
    // Then
    assertTrue(narrow * 2 < wide, narrow + " " + wide);
    // Verdana's own: 76.9 px at 11 px.
    assertTrue(Math.abs(shields - 77) <= 4, String.valueOf(shields));
  }

  private static Document parsed(String svg) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    return factory
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<String> texts(Document picture) {
    NodeList nodes = picture.getElementsByTagName("text");
    return java.util.stream.IntStream.range(0, nodes.getLength())
        .mapToObj(i -> nodes.item(i).getTextContent())
        .toList();
  }

  /** No script, nothing that could become one, nothing that leads elsewhere. */
  private static void assertHarmless(Element element) {
    String name = element.getTagName().toLowerCase(Locale.ROOT);
    assertTrue(
        List.of("svg", "title", "clippath", "rect", "g", "text").contains(name),
        element.getTagName());
    for (int i = 0; i < element.getAttributes().getLength(); i++) {
      String attribute = element.getAttributes().item(i).getNodeName().toLowerCase(Locale.ROOT);
      assertFalse(attribute.startsWith("on") || attribute.contains("href"), attribute);
    }
    NodeList children = element.getChildNodes();
    for (int i = 0; i < children.getLength(); i++) {
      if (children.item(i) instanceof Element child) {
        assertHarmless(child);
      }
    }
  }
}
