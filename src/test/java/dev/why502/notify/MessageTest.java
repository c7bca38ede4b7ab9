package dev.why502.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.bus.Spoken;
import dev.why502.language.Language;
import dev.why502.notify.Notice.Kind;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MessageTest {
  private static final Spoken ENGLISH = Spoken.in(Language.ENGLISH);

  @Test
  void beginningTellsStateCauseAndWhatToDo() {
    // Given
    Notice notice = Notices.opened("ops", "I1");
    // When
    Message message = Message.of(notice, ENGLISH, "http://w/#incident/I1");
    // Then
    assertEquals(
        List.of(
            "down: gateway-wrong-port (templates and 1 more)",
            "nginx sends /api/ to 127.0.0.1:3001, where nothing listens",
            "Affected: 2 probes: templates, permissions",
            "Since: 2025-09-18 09:45:50 UTC",
            "Certainty: certain",
            "Fix: point proxy_pass at port 3002",
            "sed -i 's/3001/3002/' a.conf",
            "nginx -t",
            "Then: curl -sS http://127.0.0.1/api/",
            "Open in why502: http://w/#incident/I1"),
        message.lines());
  }

  @Test
  void endTellsWhatItWasAndHowLong() {
    // Given
    Notice notice = Notices.resolved("ops", "I1");
    // When
    Message message = Message.of(notice, ENGLISH, null);
    // Then
    assertEquals(
        List.of(
            "resolved: gateway-wrong-port (templates and 1 more)",
            "nginx sends /api/ to 127.0.0.1:3001, where nothing listens",
            "Affected: 2 probes: templates, permissions",
            "Lasted: 12 min, from 2025-09-18 09:45:50 UTC"),
        message.lines());
    assertEquals(Message.Tone.GOOD, message.tone());
  }

  @Test
  void deeperCauseTellsWhatItWasBefore() {
    // Given
    JsonObject incident = Notices.incident("I1", "open", "gateway-wrong-port").put("failing", 1);
    Notice notice = Notices.of("ops", Kind.CHANGED, incident, "gateway-bad-gateway");
    // When
    List<String> lines = Message.of(notice, ENGLISH, null).lines();
    // Then
    assertEquals("down: gateway-wrong-port (templates and 1 more)", lines.get(0));
    assertEquals("Before: gateway-bad-gateway", lines.get(2));
    assertEquals("Affected: 2 probes: templates, permissions; 1 of them still fail", lines.get(3));
    assertEquals("Since: 2025-09-18 09:45:50 UTC, for 60 s", lines.get(4));
  }

  @Test
  void chineseSpeaksChinese() {
    // Given
    JsonObject incident = Notices.incident("I1", "open", "gateway-wrong-port").put("affected", 7);
    Notice notice = Notices.of("ops", Kind.REMINDED, incident);
    // When
    List<String> lines = Message.of(notice, Spoken.in(Language.CHINESE), "http://w/").lines();
    // Then
    assertEquals(
        List.of(
            "仍然故障: gateway-wrong-port (templates 等共 7 个)",
            "影响: 7 个探测：templates, permissions 等共 7 个；其中 2 个仍未恢复",
            "开始于: 2025-09-18 09:45:50 UTC，已持续 60 秒",
            "确定程度: 确定"),
        List.of(lines.get(0), lines.get(2), lines.get(3), lines.get(4)));
  }

  @Test
  void sameCauseIsNoNews() {
    // Given
    JsonObject incident = Notices.incident("I1", "open", "gateway-wrong-port");
    // When
    Notice grew = Notices.of("ops", Kind.CHANGED, incident, "gateway-wrong-port");
    Notice over = Notices.of("ops", Kind.RESOLVED, incident, "gateway-bad-gateway");
    // Then
    assertEquals(null, grew.before());
    assertEquals(null, over.before());
  }

  @ParameterizedTest
  @CsvSource({
    "repaired,     repaired,              GOOD",
    "not repaired, not repaired,          BAD",
    "not-repaired, not repaired,          BAD",
    "worse,        worse after a remedy,  BAD",
    "would run,    'a remedy would run, and is not allowed to', NEUTRAL",
    "WITHDRAWN,    a remedy was withdrawn, NEUTRAL",
    "resumed,      a remedy may run again, NEUTRAL",
    "started,      a remedy runs,         NEUTRAL"
  })
  void remedyTellsItsOutcome(String outcome, String word, Message.Tone tone) {
    // Given
    JsonObject remedy =
        new JsonObject().put("remedy", "restart").put("outcome", outcome).put("summary", "done");
    Notice notice =
        new Notice(
            "k",
            "ops",
            Kind.REMEDIED,
            Notices.incident("I1", "open", "process-not-running"),
            Map.of(),
            null,
            remedy);
    // When
    Message message = Message.of(notice, ENGLISH, null);
    // Then
    assertEquals(word + ": process-not-running (templates and 1 more)", message.title());
    assertEquals("done", message.summary());
    assertEquals("Remedy: restart", message.lines().get(2));
    assertEquals(tone, message.tone());
  }

  @Test
  void incidentThatJoinsAnotherSaysWhich() {
    // Given
    JsonObject incident =
        Notices.incident("I1", "resolved", "gateway-bad-gateway").put("mergedInto", "I2");
    // When
    Message message = Message.of(Notices.of("ops", Kind.RESOLVED, incident), ENGLISH, null);
    // Then
    assertTrue(message.title().startsWith("part of another incident: "), message.title());
    assertTrue(message.lines().contains("Goes on as: I2"), message.lines().toString());
    assertEquals(Message.Tone.NEUTRAL, message.tone());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void nothingIsTooLongAndNothingIsNeeded(Kind kind) {
    // Given
    String long1 = "<&\u202e\n".repeat(5_000);
    JsonArray many = new JsonArray();
    for (int i = 0; i < 1_000; i++) {
      many.add(long1);
    }
    JsonObject huge =
        new JsonObject()
            .put("id", long1)
            .put("cause", long1)
            .put("summary", long1)
            .put("probes", many)
            .put("affected", 1_000)
            .put("since", long1)
            .put("mergedInto", long1)
            .put("state", 7)
            .put(
                "verdict",
                new JsonObject()
                    .put(
                        "fix",
                        new JsonObject()
                            .put("summary", long1)
                            .put("steps", many)
                            .put("verify", 3)));
    Notice notice = Notice.of("k", "ops", kind, huge, Map.of(long1, long1), long1);
    Notice empty = Notice.of("k", "ops", kind, new JsonObject(), Map.of(), null);
    // When
    Message message = Message.of(notice, ENGLISH, null);
    List<String> bare = new ArrayList<>(Message.of(empty, ENGLISH, null).lines());
    // Then
    int length = String.join("\n", message.lines()).length();
    assertTrue(length < 5_000, kind + " " + length);
    assertTrue(message.title().length() <= Message.MAX_TITLE);
    assertTrue(SlackBody.of(message).encode().length() < 30_000);
    assertTrue(DingTalkBody.of(message).encode().length() < 20_000);
    assertTrue(
        WeComBody.of(message)
                .getJsonObject("text")
                .getString("content")
                .getBytes(java.nio.charset.StandardCharsets.UTF_8)
                .length
            <= 2_048);
    assertTrue(bare.size() > 0);
  }

  @Test
  void noticeComesBackFromTheStoreAsItWas() {
    // Given
    Notice notice =
        new Notice(
            "I1-2",
            "ops",
            Kind.CHANGED,
            Notices.incident("I1", "open", "gateway-wrong-port"),
            Map.of("team", "shop"),
            "upstream-refused",
            new JsonObject().put("outcome", "repaired").put("data", "what it printed"));
    // When
    Notice back = Notice.of(new JsonObject(notice.json().encode()));
    // Then
    assertEquals(notice, back);
    assertEquals(new JsonObject().put("outcome", "repaired"), notice.remedy());
    assertEquals(null, Notice.of(new JsonObject().put("key", 1)));
    assertEquals(null, Notice.of(new JsonObject()));
  }
}
