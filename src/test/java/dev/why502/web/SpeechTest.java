package dev.why502.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.bus.Samples;
import dev.why502.web.Service.Reply;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the API says is said in the language that the request asks for. */
@Timeout(30)
class SpeechTest {
  private static final String VERDICT = "/api/v1/verdicts/templates";

  private Service service;

  @BeforeEach
  void start() {
    service = Service.start();
    service.feed.verdict(Samples.down("templates"));
  }

  @AfterEach
  void stop() {
    service.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "zh-CN,zh;q=0.9,en;q=0.8 | zh-Hans",
        "zh-TW | zh-Hans",
        "en, zh;q=0.5 | en",
        "fr | en",
        "zh;q=0 | en"
      })
  void verdictComesInTheAcceptedLanguage(String accepted, String expected) {
    // When
    Reply reply = get(VERDICT, accepted);

    // Then
    assertEquals(200, reply.status());
    assertEquals(expected, reply.headers().get("Content-Language"));
    assertTrue(reply.headers().get("Vary").contains("Accept-Language"));
    assertEquals(expected.equals("zh-Hans"), chinese(reply.json().getString("summary")));
  }

  @Test
  void commandsCodesAndNamesAreTheSameInEachLanguage() {
    // When
    JsonObject english = get(VERDICT, "en").json();
    JsonObject chinese = get(VERDICT, "zh").json();

    // Then
    for (String same : new String[] {"probe", "state", "cause", "confidence", "upstream", "seq"}) {
      assertEquals(english.getValue(same), chinese.getValue(same), same);
    }
    JsonObject fix = english.getJsonObject("fix");
    assertEquals(fix.getValue("steps"), chinese.getJsonObject("fix").getValue("steps"));
    assertEquals(fix.getValue("verify"), chinese.getJsonObject("fix").getValue("verify"));
    assertNotEquals(fix.getString("summary"), chinese.getJsonObject("fix").getString("summary"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/v1/verdicts", VERDICT})
  void tagDiffersByLanguage(String path) {
    // Given
    String english = get(path, "en").headers().get("ETag");

    // When
    Reply chinese =
        service.request(
            HttpMethod.GET, path, Map.of("Accept-Language", "zh", "If-None-Match", english), null);

    // Then
    assertEquals(200, chinese.status());
    assertNotEquals(english, chinese.headers().get("ETag"));
  }

  @Test
  void parameterStandsAboveTheHeader() {
    // When
    Reply reply = get(VERDICT + "?lang=zh", "en");

    // Then
    assertTrue(chinese(reply.json().getString("summary")));
  }

  @Test
  void unknownLanguageInTheParameterLeavesTheHeadersChoice() {
    // When
    Reply reply = get(VERDICT + "?lang=tlh", "zh");

    // Then
    assertTrue(chinese(reply.json().getString("summary")));
  }

  @Test
  void eventsComeInTheLanguageOfTheirReader() {
    // Given
    EventClient chinese = service.events("?types=verdicts", Map.of("Accept-Language", "zh"));
    EventClient english = service.events("?types=verdicts&lang=en", Map.of());
    chinese.next("reset");
    english.next("reset");

    // When
    service.feed.verdict(Samples.down("templates"));

    // Then
    assertTrue(chinese(chinese.next("verdicts").data().getString("summary")));
    EventClient.Event told = english.next("verdicts");
    assertEquals(Samples.down("templates").summary(), told.data().getString("summary"));
    assertEquals("zh-Hans", chinese.response.getHeader("Content-Language"));
  }

  private Reply get(String path, String accepted) {
    return service.request(HttpMethod.GET, path, Map.of("Accept-Language", accepted), null);
  }

  private static boolean chinese(String text) {
    return text.codePoints().anyMatch(Character::isIdeographic);
  }
}
