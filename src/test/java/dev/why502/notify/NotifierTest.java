package dev.why502.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Receiver.Format;
import dev.why502.notify.Notice.Kind;
import dev.why502.notify.Receiving.Came;
import dev.why502.notify.Receiving.Manner;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Each way against a service that answers as the real one does. */
@Timeout(30)
class NotifierTest {
  private static final String KEY = "I1-OPENED-gateway-wrong-port";

  /** Format, the answers in their order, and what became of it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          SLACK        | 200 ok                                              | 1 | delivered
          SLACK        | 200 invalid_payload                                 | 1 | given up
          SLACK        | 404 no_service                                      | 1 | given up
          SLACK        | 429 ; 200 ok                                        | 2 | delivered
          SLACK        | 500 rollup_error ; 503 ; 200 ok                     | 3 | delivered
          FEISHU       | 200 {"code":0,"msg":"success"}                      | 1 | delivered
          FEISHU       | 200 {"StatusCode":0,"StatusMessage":"success"}      | 1 | delivered
          FEISHU       | 200 {"code":19021,"msg":"sign match fail"}          | 1 | given up
          FEISHU       | 200 {"code":11232,"msg":"frequency limited"} ; 200 {"code":0} | 2 | delivered
          FEISHU       | 200 <html>a proxy</html>                            | 1 | given up
          DINGTALK     | 200 {"errcode":0,"errmsg":"ok"}                     | 1 | delivered
          DINGTALK     | 200 {"errcode":310000,"errmsg":"sign not match"}    | 1 | given up
          DINGTALK     | 200 {"errcode":130101,"errmsg":"send too fast"} ; 200 {"errcode":0} | 2 | delivered
          DINGTALK     | 200 {"errcode":"0"}                                 | 1 | given up
          WECOM        | 200 {"errcode":0,"errmsg":"ok"}                     | 1 | delivered
          WECOM        | 200 {"errcode":93000,"errmsg":"invalid webhook url"} | 1 | given up
          WECOM        | 200 {"errcode":45009,"errmsg":"api freq out of limit"} ; 200 {"errcode":0} | 2 | delivered
          WECOM        | 200                                                 | 1 | given up
          WEBHOOK      | 204                                                 | 1 | delivered
          WEBHOOK      | 400 no                                              | 1 | given up
          WEBHOOK      | 401 ; 200                                           | 1 | given up
          WEBHOOK      | 408 ; 200                                           | 2 | delivered
          WEBHOOK      | 502 ; 502 ; 502 ; 502 ; 200                         | 4 | given up
          ALERTMANAGER | 200 {}                                              | 1 | delivered
          ALERTMANAGER | 400 {"code":600}                                    | 1 | given up
          ALERTMANAGER | 500 ; 200                                           | 2 | delivered
          """)
  void answerOfTheServiceDecides(Format format, String answers, int tries, String outcome)
      throws Exception {
    // Given
    try (Receiving service = new Receiving();
        Telling telling = new Telling(service.receiver("ops", format))) {
      for (String answer : answers.split(" ; ")) {
        service.then(Integer.parseInt(answer.substring(0, 3)), "", answer.substring(3).strip());
      }
      // When
      telling.tell(Notices.opened("ops", "I1"));
      // Then
      String heard = telling.hear();
      assertTrue(heard.startsWith(outcome + " " + KEY), heard);
      assertFalse(heard.contains("Kq7vN2xT9b"), heard);
      for (int i = 0; i < tries; i++) {
        assertNotNull(service.next());
      }
      assertEquals(0, service.left());
      assertEquals(outcome.equals("delivered") ? 0 : 1, telling.notifier.failures());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Manner.class,
      names = {"HANG", "RESET", "STALL"})
  void serviceThatBreaksOffIsTriedAgain(Manner manner) throws Exception {
    // Given
    try (Receiving service = new Receiving();
        Telling telling = new Telling(Telling.IMPATIENT, service.receiver("ops", Format.SLACK))) {
      service.then(manner).then(manner).always(200, "ok");
      // When
      telling.tell(Notices.opened("ops", "I1"));
      // Then
      assertEquals("delivered " + KEY + ": answered 200, ok", telling.hear());
    }
  }

  @Test
  void deadServiceIsGivenUpOnceToldAndComesBack() throws Exception {
    // Given
    try (Receiving service = new Receiving();
        Telling telling = new Telling(service.receiver("ops", Format.WEBHOOK))) {
      service.always(Manner.RESET);
      // When
      telling.tell(Notices.opened("ops", "I1"), Notices.opened("ops", "I2"));
      // Then
      String first = telling.hear();
      assertTrue(first.startsWith("given up I1") && first.endsWith(", 4 times"), first);
      assertTrue(telling.hear().startsWith("ops fails: "));
      assertTrue(telling.hear().startsWith("given up I2"));
      service.always(200, "");
      telling.tell(Notices.resolved("ops", "I1"));
      assertTrue(telling.hear().startsWith("delivered I1-RESOLVED"));
      assertEquals("ops works", telling.hear());
      assertEquals(2, telling.notifier.failures());
    }
  }

  @Test
  void redirectIsNotFollowed() throws Exception {
    // Given
    try (Receiving service = new Receiving();
        Receiving elsewhere = new Receiving();
        Telling telling = new Telling(service.receiver("ops", Format.WEBHOOK))) {
      service.always(200, "");
      service.then(307, "Location: http://127.0.0.1:" + elsewhere.port() + "/\r\n", "");
      // When
      telling.tell(Notices.opened("ops", "I1"));
      // Then
      assertEquals(
          "given up " + KEY + ": answered 307; redirects are not followed", telling.hear());
      assertEquals(1, service.left());
      assertEquals(0, elsewhere.left());
    }
  }

  @Test
  void endlessAnswerIsCutOff() throws Exception {
    // Given
    String huge = "x".repeat(3 * 1024 * 1024);
    try (Receiving service = new Receiving();
        Telling telling =
            new Telling(
                service.receiver("hook", Format.WEBHOOK),
                service.receiver("ding", Format.DINGTALK))) {
      service.always(200, huge);
      // When
      telling.tell(Notices.opened("hook", "I1"));
      String hook = telling.hear();
      telling.tell(Notices.opened("ding", "I2"));
      String ding = telling.hear();
      // Then
      assertEquals("delivered " + KEY + ": answered 200", hook);
      assertTrue(ding.startsWith("given up I2"), ding);
      assertTrue(ding.length() < 400, ding);
    }
  }

  @Test
  void pauseThatTheServiceAsksForIsKeptUpToALimit() throws Exception {
    // Given
    Timing timing =
        new Timing(0, List.of(1L, 1L, 1L), 5_000, 400, 150, 9, 9, 60_000, Duration.ofMinutes(4));
    try (Receiving service = new Receiving();
        Telling telling =
            new Telling(timing, 9, InstantSource.system(), service.receiver("ops", Format.SLACK))) {
      service.then(429, "Retry-After: 3600\r\n", "").always(200, "ok");
      long began = System.nanoTime();
      // When
      telling.tell(Notices.opened("ops", "I1"));
      // Then
      assertTrue(telling.hear().startsWith("delivered"));
      long millis = (System.nanoTime() - began) / 1_000_000;
      assertTrue(millis >= 140 && millis < 20_000, millis + " ms");
    }
  }

  @Test
  void causeThatIsFoundRightAfterTheBeginningIsToldWithIt() throws Exception {
    // Given
    Timing timing =
        new Timing(300, List.of(1L), 5_000, 400, 100, 9, 9, 60_000, Duration.ofMinutes(4));
    try (Receiving service = new Receiving();
        Telling telling =
            new Telling(
                timing, 99, InstantSource.system(), service.receiver("ops", Format.WEBHOOK))) {
      service.always(200, "");
      JsonObject deeper = Notices.incident("I1", "open", "process-not-running");
      // When
      telling.tell(
          Notices.opened("ops", "I1"),
          Notices.of("ops", Kind.CHANGED, deeper, "gateway-wrong-port"),
          Notices.resolved("ops", "I1"));
      telling.hear();
      telling.hear();
      telling.hear();
      // Then
      JsonObject first = new JsonObject(service.next().body());
      assertEquals("opened", first.getString("event"));
      assertEquals("process-not-running", first.getJsonObject("incident").getString("cause"));
      assertEquals("resolved", new JsonObject(service.next().body()).getString("event"));
    }
  }

  @Test
  void botIsNotAskedFasterThanItTakesAndHearsTheLatest() throws Exception {
    // Given
    Timing timing =
        new Timing(0, List.of(1L), 5_000, 400, 100, 2, 700, 60_000, Duration.ofMinutes(4));
    try (Receiving service = new Receiving();
        Telling telling =
            new Telling(
                timing, 99, InstantSource.system(), service.receiver("ops", Format.SLACK))) {
      service.always(200, "ok");
      JsonObject deeper = Notices.incident("I3", "open", "upstream-refused");
      // When
      telling.tell(
          Notices.opened("ops", "I1"),
          Notices.opened("ops", "I2"),
          Notices.opened("ops", "I3"),
          Notices.of("ops", Kind.CHANGED, deeper, "gateway-wrong-port"),
          Notices.resolved("ops", "I1"),
          Notices.resolved("ops", "I3"));
      List<String> heard = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        heard.add(telling.hear().replaceAll(":.*", ""));
      }
      // Then
      assertEquals(
          List.of(
              "delivered I1-OPENED-gateway-wrong-port",
              "delivered I2-OPENED-gateway-wrong-port",
              "delivered I3-OPENED-gateway-wrong-port",
              "delivered I3-CHANGED-upstream-refused",
              "delivered I3-RESOLVED-gateway-wrong-port",
              "delivered I1-RESOLVED-gateway-wrong-port"),
          heard);
      assertEquals(4, service.left());
      service.next();
      service.next();
      assertTrue(new JsonObject(service.next().body()).getString("text").startsWith("resolved: "));
    }
  }

  @Test
  void receiverThatHangsKeepsNobodyElseFromHearing() throws Exception {
    // Given
    try (Receiving hangs = new Receiving();
        Receiving works = new Receiving();
        Telling telling =
            new Telling(
                hangs.receiver("hangs", Format.WEBHOOK), works.receiver("works", Format.WEBHOOK))) {
      hangs.always(Manner.HANG);
      // When
      telling.tell(Notices.opened("hangs", "I1"), Notices.opened("works", "I2"));
      // Then
      assertTrue(telling.hear().startsWith("delivered I2"));
    }
  }

  @Test
  void fullQueueLosesRemindersFirst() throws Exception {
    // Given
    try (Receiving service = new Receiving();
        Telling telling =
            new Telling(
                Telling.QUICK,
                2,
                InstantSource.system(),
                service.receiver("ops", Format.WEBHOOK))) {
      service.then(Manner.HANG).always(200, "");
      Notice reminder =
          Notices.of("ops", Kind.REMINDED, Notices.incident("I2", "open", "gateway-wrong-port"));
      // When
      telling.tell(
          Notices.opened("ops", "I1"),
          reminder,
          Notices.opened("ops", "I3"),
          Notices.resolved("ops", "I3"));
      // Then
      assertEquals(
          "given up I2-REMINDED-gateway-wrong-port: too much waits for this receiver",
          telling.hear());
      assertTrue(telling.hear().startsWith("ops fails"));
      assertTrue(telling.hear().startsWith("delivered I1"));
      assertEquals("ops works", telling.hear());
      assertTrue(telling.hear().startsWith("delivered I3-OPENED"));
      assertTrue(telling.hear().startsWith("delivered I3-RESOLVED"));
    }
  }

  @Test
  void newDefinitionsLoseNothingThatWaits() throws Exception {
    // Given
    try (Receiving old = new Receiving();
        Receiving next = new Receiving();
        Telling telling =
            new Telling(
                Telling.IMPATIENT,
                old.receiver("ops", Format.WEBHOOK),
                old.receiver("gone", Format.WEBHOOK))) {
      old.always(Manner.HANG);
      next.always(200, "");
      telling.tell(
          Notices.opened("ops", "I1"), Notices.opened("gone", "I2"), Notices.opened("gone", "I3"));
      // When
      telling.configure(next.receiver("ops", Format.WEBHOOK)).await();
      // Then
      assertEquals(
          "given up I3-OPENED-gateway-wrong-port: no such receiver any more", telling.hear());
      assertTrue(telling.hear().startsWith("gone fails"));
      List<String> then = List.of(telling.hear(), telling.hear());
      assertTrue(then.stream().anyMatch(one -> one.startsWith("delivered I1")), then.toString());
      assertTrue(
          then.contains("given up I2-OPENED-gateway-wrong-port: no such receiver any more"),
          then.toString());
      telling.tell(Notices.opened("gone", "I4"));
      assertEquals("given up I4-OPENED-gateway-wrong-port: no such receiver", telling.hear());
    }
  }

  @Test
  void testMessageSaysThatItIsOne() throws Exception {
    // Given
    try (Receiving service = new Receiving();
        Telling telling = new Telling(service.receiver("ops", Format.FEISHU, null, "zh"))) {
      service.always(
          200, "{\"code\":19001,\"msg\":\"token " + Receiving.SECRET_PATH + " invalid\"}");
      // When
      Receipt receipt = telling.notifier.test("ops").await();
      // Then
      assertFalse(receipt.taken());
      assertEquals("answered 200, code 19001: token *** invalid", receipt.words());
      assertTrue(service.next().body().contains("测试"));
    }
  }

  @Test
  void webhookHasTheShapeOfAlertmanagersOwn() throws Exception {
    // Given
    try (Receiving service = new Receiving();
        Telling telling = new Telling(service.receiver("hook", Format.WEBHOOK))) {
      // When
      telling.tell(Notices.opened("hook", "I1"), Notices.resolved("hook", "I1"));
      Came opened = service.next();
      JsonObject firing = new JsonObject(opened.body());
      JsonObject over = new JsonObject(service.next().body());
      // Then
      assertEquals("POST " + Receiving.SECRET_PATH + " HTTP/1.1", opened.line());
      assertEquals(KEY, opened.header("Idempotency-Key"));
      assertEquals("4", firing.getString("version"));
      assertEquals("firing", firing.getString("status"));
      assertEquals("resolved", over.getString("status"));
      assertEquals("opened", firing.getString("event"));
      assertEquals(firing.getString("groupKey"), over.getString("groupKey"));
      JsonObject alert = firing.getJsonArray("alerts").getJsonObject(0);
      JsonObject end = over.getJsonArray("alerts").getJsonObject(0);
      assertEquals(alert.getJsonObject("labels"), end.getJsonObject("labels"));
      assertEquals(alert.getString("fingerprint"), end.getString("fingerprint"));
      assertEquals(
          new JsonObject()
              .put("alertname", "Why502")
              .put("incident", "I1")
              .put("probe", "templates")
              .put("severity", "critical")
              .put("team", "shop"),
          alert.getJsonObject("labels"));
      assertEquals(
          "down: gateway-wrong-port (templates and 1 more)",
          alert.getJsonObject("annotations").getString("summary"));
      assertEquals("2025-09-18T09:45:50.001Z", alert.getString("startsAt"));
      assertEquals("2025-09-18T09:57:52.001Z", end.getString("endsAt"));
      assertEquals("http://why502.example/#incident/I1", alert.getString("generatorURL"));
      assertFalse(opened.body().contains("never told"), "evidence stays here");
    }
  }

  @Test
  void signedBotsAreSigned() throws Exception {
    // Given
    Instant at = Instant.ofEpochMilli(1_577_262_236_757L);
    String secret = "SEC00this0is0a0secret";
    try (Receiving service = new Receiving();
        Telling telling =
            new Telling(
                Telling.QUICK,
                9,
                InstantSource.fixed(at),
                service.receiver("ding", Format.DINGTALK, secret, null),
                service.receiver("lark", Format.FEISHU, secret, null))) {
      // When
      telling.tell(Notices.opened("ding", "I1"));
      String line = service.next().line();
      telling.tell(Notices.opened("lark", "I1"));
      JsonObject card = new JsonObject(service.next().body());
      // Then
      assertEquals(
          "POST "
              + Receiving.SECRET_PATH
              + "?timestamp=1577262236757&sign=l%2Bcv6pdfnMiu3Kf7zXDvSmJEJI%2Br47j5W%2F3PfnChtnA%3D"
              + " HTTP/1.1",
          line);
      assertEquals("1577262236", card.getString("timestamp"));
      assertEquals(Signature.feishu(1_577_262_236L, secret), card.getString("sign"));
    }
  }

  @Test
  void whatLastsIsToldAgainUntilItIsOver() throws Exception {
    // Given
    Timing timing = new Timing(0, List.of(1L), 5_000, 400, 100, 9, 9, 50, Duration.ofMinutes(4));
    Instant now = Instant.parse("2025-09-18T10:00:00Z");
    JsonObject incident = Notices.incident("I1", "open", "gateway-wrong-port");
    try (Receiving service = new Receiving();
        Telling telling =
            new Telling(
                timing, 9, InstantSource.fixed(now), service.receiver("am", Format.ALERTMANAGER))) {
      // When
      telling
          .notifier
          .firing(
              () ->
                  List.of(
                      new Firing(incident, java.util.Map.of(), Set.of("am")),
                      new Firing(incident.copy().put("id", "I2"), java.util.Map.of(), Set.of("x"))))
          .await();
      service.next();
      Came again = service.next();
      // Then
      assertEquals("POST " + Receiving.SECRET_PATH + "/api/v2/alerts HTTP/1.1", again.line());
      JsonArray alerts = new JsonArray(again.body());
      assertEquals(1, alerts.size());
      assertEquals("2025-09-18T10:04:00Z", alerts.getJsonObject(0).getString("endsAt"));
    }
  }
}
