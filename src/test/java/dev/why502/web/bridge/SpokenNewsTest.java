package dev.why502.web.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.bus.Addresses;
import dev.why502.bus.Samples;
import dev.why502.web.Service;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A viewer hears the news, and the answers to its questions, in the language of its URL. */
@Timeout(30)
class SpokenNewsTest {
  private static final String RAW = "/eventbus/websocket";
  private static final String QUESTION =
      "{\"type\":\"send\",\"address\":\"why502.query.verdicts\",\"replyAddress\":\"r\",\"body\":%s}";

  private Service service;

  @BeforeEach
  void start() {
    service = Service.start();
  }

  @AfterEach
  void stop() {
    service.close();
  }

  @Test
  void eachViewerHearsItsOwnLanguage() {
    // Given
    Service.Peer chinese = service.connect(RAW + "?lang=zh", Map.of());
    Service.Peer alsoChinese = service.connect(RAW + "?lang=zh-CN", Map.of());
    Service.Peer english = service.connect(RAW + "?lang=en", Map.of());
    Service.Peer silent = service.connect();
    for (Service.Peer viewer : new Service.Peer[] {chinese, alsoChinese, english, silent}) {
      viewer.register(Addresses.VERDICTS);
      viewer.send(
          "{\"type\":\"send\",\"address\":\"why502.query.incidents\",\"replyAddress\":\"r\"}");
      viewer.next();
    }

    // When
    service.feed.verdict(Samples.down("templates"));

    // Then
    String said = chinese.next();
    assertTrue(ideographic(summary(said)), said);
    assertEquals(said, alsoChinese.next());
    String told = english.next();
    assertEquals(Samples.down("templates").summary(), summary(told));
    assertEquals(told, silent.next());
    assertEquals(steps(told), steps(said));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "?lang=zh | {} | true",
        "?lang=zh | null | true",
        "?lang=zh | {\"lang\":\"en\"} | false",
        "'' | {\"lang\":\"zh\"} | true",
        "'' | {} | false",
        "?lang=tlh | {} | false"
      })
  void answerComesInTheLanguageOfTheQuestionElseOfTheViewer(
      String parameter, String body, boolean chinese) {
    // Given
    service.feed.verdict(Samples.down("templates"));
    Service.Peer viewer = service.connect(RAW + parameter, Map.of());

    // When
    viewer.send(QUESTION.formatted(body));

    // Then
    JsonObject answer = new JsonObject(viewer.next()).getJsonObject("body");
    String summary = answer.getJsonArray("verdicts").getJsonObject(0).getString("summary");
    assertEquals(chinese, ideographic(summary), summary);
  }

  @Test
  void olderTransportsOfSockJsSpeakItToo() {
    // Given
    service.feed.verdict(Samples.down("templates"));
    String session = "/eventbus/123/spoken";
    service.request(HttpMethod.POST, session + "/xhr?lang=zh", Map.of(), "");

    // When
    String frame = new JsonArray().add(QUESTION.formatted("{}")).encode();
    service.request(HttpMethod.POST, session + "/xhr_send?lang=zh", Map.of(), frame);
    String polled = service.request(HttpMethod.POST, session + "/xhr?lang=zh", Map.of(), "").body();

    // Then
    // SockJS escapes what is not ASCII: 转发到.
    assertTrue(polled.contains("\\u8f6c\\u53d1\\u5230"), polled);
  }

  @Test
  void whatIsTranslatedIsNotChangedForOthersOnTheBus() {
    // Given
    Service.Peer chinese = service.connect(RAW + "?lang=zh", Map.of());
    chinese.register(Addresses.verdicts("templates"));
    Service.Peer english = service.connect();
    english.register(Addresses.verdicts("templates"));
    english.send(
        "{\"type\":\"send\",\"address\":\"why502.query.incidents\",\"replyAddress\":\"r\"}");
    english.next();
    chinese.send(
        "{\"type\":\"send\",\"address\":\"why502.query.incidents\",\"replyAddress\":\"r\"}");
    chinese.next();

    // When
    service.feed.verdict(Samples.down("templates"));

    // Then
    assertTrue(ideographic(summary(chinese.next())));
    assertFalse(ideographic(english.next()));
  }

  private static String summary(String frame) {
    return new JsonObject(frame).getJsonObject("body").getString("summary");
  }

  private static JsonArray steps(String frame) {
    return new JsonObject(frame).getJsonObject("body").getJsonObject("fix").getJsonArray("steps");
  }

  private static boolean ideographic(String text) {
    return text.codePoints().anyMatch(Character::isIdeographic);
  }
}
