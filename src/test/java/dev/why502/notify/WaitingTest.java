package dev.why502.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.notify.Notice.Kind;
import dev.why502.notify.Outbox.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What waits, and how long. */
class WaitingTest {
  @ParameterizedTest
  @CsvSource({
    "OPENED,   CHANGED,  OPENED",
    "OPENED,   REMINDED, OPENED",
    "OPENED,   RESOLVED, RESOLVED",
    "CHANGED,  REMINDED, CHANGED",
    "CHANGED,  CHANGED,  CHANGED",
    "CHANGED,  RESOLVED, RESOLVED",
    "REMINDED, CHANGED,  CHANGED"
  })
  void newsOfOneIncidentBecomeItsLatestState(Kind older, Kind newer, Kind both) {
    // Given
    Outbox outbox = new Outbox(9);
    outbox.add(Notices.of("ops", older, Notices.incident("I1", "open", "b"), "a"), true, 0);
    outbox.add(Notices.opened("ops", "I2"), true, 0);
    // When
    outbox.add(Notices.of("ops", newer, Notices.incident("I1", "open", "c"), "b"), true, 0);
    // Then
    Waiting first = outbox.poll();
    assertNotNull(first);
    assertEquals(both, first.notice().kind());
    assertEquals("c", first.notice().cause());
    assertEquals(List.of("I1-" + older + "-b", "I1-" + newer + "-c"), first.keys());
    String before = older == Kind.CHANGED ? "a" : "b";
    assertEquals(both == Kind.CHANGED ? before : null, first.notice().before());
    assertEquals(1, outbox.size());
  }

  @Test
  void beginningThatIsToldWithMoreKeepsItsKey() {
    // Given
    Outbox outbox = new Outbox(9);
    outbox.add(Notices.of("ops", Kind.OPENED, Notices.incident("I1", "open", "b")), false, 0);
    // When
    outbox.add(Notices.of("ops", Kind.CHANGED, Notices.incident("I1", "open", "c")), false, 0);
    // Then
    Waiting first = outbox.poll();
    assertNotNull(first);
    assertEquals("I1-OPENED-b", first.notice().key());
    assertEquals("c", first.notice().cause());
    assertEquals(0, outbox.size());
  }

  @Test
  void whatAnEarlierRunMayHaveToldIsToldAsItWas() {
    // Given
    Outbox outbox = new Outbox(9);
    outbox.addAgain(Notices.of("ops", Kind.OPENED, Notices.incident("I1", "open", "b")), false, 0);
    // When
    outbox.addAgain(Notices.of("ops", Kind.CHANGED, Notices.incident("I1", "open", "c")), false, 0);
    outbox.add(Notices.of("ops", Kind.CHANGED, Notices.incident("I1", "open", "d")), false, 0);
    // Then
    Waiting first = outbox.poll();
    assertNotNull(first);
    assertEquals("I1-OPENED-b", first.notice().key());
    assertEquals("b", first.notice().cause());
    assertEquals(2, outbox.size());
  }

  @Test
  void outcomeOfARemedyIsToldByItself() {
    // Given
    Outbox outbox = new Outbox(9);
    outbox.add(Notices.opened("ops", "I1"), true, 0);
    // When
    outbox.add(Notices.of("ops", Kind.REMEDIED, Notices.incident("I1", "open", "c")), true, 0);
    // Then
    assertEquals(2, outbox.size());
  }

  @Test
  void fullQueueKeepsBeginningsAndEnds() {
    // Given
    Outbox outbox = new Outbox(1_000);
    for (int i = 0; i < 500; i++) {
      outbox.add(Notices.opened("ops", "I" + i), false, 0);
      outbox.add(
          Notices.of("ops", Kind.REMINDED, Notices.incident("I" + i, "open", "c")), false, 0);
    }
    // When
    int gone = 0;
    for (int i = 0; i < 600; i++) {
      Waiting one = outbox.add(Notices.resolved("ops", "I" + i), false, 0);
      assertNotNull(one);
      gone += one.notice().kind() == Kind.REMINDED ? 1 : 0;
    }
    // Then
    assertEquals(500, gone);
    assertEquals(1_000, outbox.size());
  }

  @Test
  void paceIsKeptInEveryWindow() {
    // Given
    Pace pace = new Pace(18, 60_000);
    long now = 0;
    long[] sent = new long[100];
    // When
    for (int i = 0; i < sent.length; i++) {
      now += pace.waitMillis(now);
      assertEquals(0, pace.waitMillis(now));
      pace.sent(now);
      sent[i] = now;
      now += 100;
    }
    // Then
    for (int i = 18; i < sent.length; i++) {
      assertTrue(sent[i] - sent[i - 18] >= 60_000);
    }
  }

  @Test
  void pauseIsReadAsSecondsOrAsADate() {
    // Given
    Instant now = Instant.parse("2025-09-18T09:45:50Z");
    // When Then
    assertEquals(Duration.ofSeconds(30), Caller.retryAfter("30", now));
    assertEquals(Duration.ofSeconds(10), Caller.retryAfter("Thu, 18 Sep 2025 09:46:00 GMT", now));
    assertEquals(Duration.ZERO, Caller.retryAfter("Thu, 18 Sep 2025 09:00:00 GMT", now));
    assertNull(Caller.retryAfter("soon", now));
    assertNull(Caller.retryAfter("-1", now));
    assertNull(Caller.retryAfter("99999999999999999999", now));
    assertNull(Caller.retryAfter(null, now));
  }
}
