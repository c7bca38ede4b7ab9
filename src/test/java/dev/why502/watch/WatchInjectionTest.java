package dev.why502.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.terminal.HostileTexts;
import dev.why502.terminal.SafeTextTest;
import dev.why502.terminal.Terminal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** R6 for {@code watch}: whatever comes over the bus is text from outside. */
@Timeout(60)
class WatchInjectionTest {
  private static final List<String> TEXTS = HostileTexts.texts();

  private static JsonObject verdict(int seq, String text) {
    return new JsonObject()
        .put("probe", "p-" + seq)
        .put("state", "down")
        .put("cause", "c" + text)
        .put("confidence", text)
        .put("summary", "s" + text)
        .put(
            "fix",
            new JsonObject()
                .put("summary", "f" + text)
                .put("at", new JsonObject().put("file", text).put("line", 1))
                .put("steps", JsonArray.of("true " + text))
                .put("verify", text))
        .put("node", text)
        .put("seq", seq);
  }

  private static void publish(OddService service, String text, int seq) {
    service.publish("why502.verdicts", verdict(seq, text));
    service.publish(
        "why502.verdicts",
        new JsonObject()
            .put("probe", "q" + text)
            .put("state", "up")
            .put("summary", text)
            .put("seq", seq));
    service.publish(
        "why502.incidents",
        new JsonObject()
            .put("id", "i" + seq)
            .put("state", "s" + text)
            .put("cause", text)
            .put("summary", text)
            .put("probes", JsonArray.of(text)));
    service.publish(
        "why502.definitions",
        new JsonObject().put("accepted", false).put("errors", JsonArray.of("e" + text)));
    service.publish("why502.health", new JsonObject().put("problems", JsonArray.of(seq + text)));
    service.say(
        new JsonObject().put("type", "rec").put("address", text).put("body", text).encode());
  }

  private static String all(Watched viewer, OddService service) throws Exception {
    int seq = 1;
    for (String text : TEXTS) {
      publish(service, text.length() > 200 ? text.substring(0, 199) : text, seq++);
    }
    service.publish("why502.health", new JsonObject().put("problems", JsonArray.of("the end")));
    viewer.until("the end");
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(viewer.bytes())).toString();
  }

  @Test
  void textIsHarmlessAndOneLineARecord() throws Exception {
    // Given
    Terminal wide = new Terminal(false, false, 0, 24);
    try (OddService service = new OddService(OddService::nothing);
        Watched viewer = new Watched(Watched.options(service.port()), false, wide).start()) {
      long before = viewer.text().lines().count();
      // When
      String text = all(viewer, service);
      // Then
      text.lines().forEach(line -> assertTrue(SafeTextTest.harmless(line), line));
      List<String> news = text.lines().skip(before).toList();
      assertEquals(TEXTS.size(), count(news, "✗ down  p-"));
      assertEquals(TEXTS.size(), count(news, "  incident s"));
      assertEquals(TEXTS.size(), count(news, "  definitions refused"));
      assertEquals(TEXTS.size() + 1, count(news, "own trouble: "));
    }
  }

  @Test
  void jsonIsALineAMessageAndHarmless() throws Exception {
    // Given
    try (OddService service = new OddService(OddService::nothing);
        Watched viewer = new Watched(Watched.options(service.port()), true).start()) {
      // When
      String text = all(viewer, service);
      // Then
      text.lines().forEach(line -> assertTrue(SafeTextTest.harmless(line), line));
      assertTrue(text.lines().allMatch(line -> new JsonObject(line).containsKey("address")));
      long strangers = text.lines().filter(line -> !line.contains("\"why502.")).count();
      assertEquals(0, strangers);
    }
  }

  private static long count(List<String> lines, String part) {
    return lines.stream().filter(line -> line.contains(part)).count();
  }
}
