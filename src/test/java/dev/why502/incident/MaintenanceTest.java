package dev.why502.incident;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.why502.definition.Cron;
import dev.why502.definition.Maintenance;
import dev.why502.definition.Maintenance.Once;
import dev.why502.definition.Maintenance.Recurring;
import dev.why502.definition.Probe;
import dev.why502.definition.Selection;
import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Maintenance silences, and nothing else. */
class MaintenanceTest {
  private static final String A = "10.0.0.5:3001";

  private final Probe api =
      Site.labelled(Site.edge("api", "nginx", null), Map.of("team", "shop", "tier", "1"));
  private final Probe web = Site.edge("web", "nginx", null);
  private final Incidents incidents =
      new Incidents(new Ulids(new SplittableRandom(1)::nextLong), 0);
  private AsOf now = new AsOf(Site.START, 0);

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          2025-03-30T00:59:59Z, false
          2025-03-30T01:00:00Z, true
          2025-03-30T01:59:59Z, true
          2025-03-30T02:00:00Z, false
          2025-10-26T00:29:59Z, false
          2025-10-26T00:30:00Z, true
          2025-10-26T01:29:59Z, true
          2025-10-26T01:30:00Z, false
          2025-06-01T00:30:00Z, true
          2025-06-01T01:30:00Z, false
          """)
  void windowAtHalfPastTwoLastsAnHourOnDaysOfAnyLength(Instant at, boolean covered) {
    // Given
    Cron cron = Objects.requireNonNull(Cron.read("30 2 * * *").cron());
    Recurring window =
        new Recurring(Selection.ALL, cron, ZoneId.of("Europe/Berlin"), Duration.ofHours(1));

    // Then
    assertEquals(covered, window.covers(at));
  }

  @Test
  void selectionIsByIdOrByEveryLabel() {
    // Then
    assertEquals(true, Selection.ALL.takes(web));
    assertEquals(true, new Selection(Set.of("web"), Map.of()).takes(web));
    assertEquals(false, new Selection(Set.of("web"), Map.of()).takes(api));
    assertEquals(true, new Selection(Set.of("web"), Map.of("team", "shop")).takes(api));
    assertEquals(false, new Selection(Set.of(), Map.of("team", "shop", "tier", "2")).takes(api));
  }

  @Test
  void outageWithinMaintenanceIsSilencedFromOpeningToResolution() {
    // Given
    maintain(Selection.ALL, Duration.ofHours(1));

    // When
    List<Event> events = new ArrayList<>(observe(dead(api)));
    events.addAll(observe(Site.up(api, now.wall())));

    // Then
    assertEquals("OPENED silenced, RESOLVED silenced", said(events));
  }

  @Test
  void outageThatOutlivesMaintenanceIsToldWhenItEnds() {
    // Given
    maintain(Selection.ALL, Duration.ofMinutes(1));
    List<Event> events = new ArrayList<>(observe(dead(api)));

    // When
    now = now.plus(Duration.ofMinutes(2));
    events.addAll(incidents.tick(now));
    events.addAll(incidents.tick(now));
    events.addAll(observe(Site.up(api, now.wall())));

    // Then
    assertEquals("OPENED silenced, CHANGED AUDIBLE, RESOLVED", said(events));
  }

  @Test
  void memberOutsideMaintenanceMakesItHeard() {
    // Given
    maintain(new Selection(Set.of(), Map.of("team", "shop")), Duration.ofHours(1));

    // When
    List<Event> events = new ArrayList<>(observe(dead(api)));
    events.addAll(observe(dead(web)));

    // Then
    assertEquals("OPENED silenced, CHANGED AUDIBLE", said(events));
  }

  @Test
  void whatWasToldIsResolvedAloudWithinMaintenance() {
    // Given
    List<Event> events = new ArrayList<>(observe(dead(api)));
    maintain(Selection.ALL, Duration.ofHours(1));

    // When
    events.addAll(observe(Site.up(api, now.wall())));

    // Then
    assertEquals("OPENED, RESOLVED", said(events));
  }

  @Test
  void windowThatCannotBeIsRefused() {
    // Then
    assertThrows(
        IllegalArgumentException.class, () -> new Once(Selection.ALL, Site.START, Site.START));
    Cron cron = Objects.requireNonNull(Cron.read("0 3 * * *").cron());
    assertThrows(
        IllegalArgumentException.class,
        () -> new Recurring(Selection.ALL, cron, ZoneId.of("UTC"), Duration.ofDays(32)));
  }

  private void maintain(Selection selection, Duration length) {
    Once once = new Once(selection, Site.START, Site.START.plus(length));
    incidents.maintain(new Maintenance(List.of(once)));
  }

  private List<Event> observe(Verdict verdict) {
    incidents.define(List.of(api, web), now);
    List<Event> events = incidents.observe(verdict, now);
    now = now.plus(Duration.ofMillis(1));
    return events;
  }

  private Verdict dead(Probe probe) {
    return Site.dead(probe, Cause.UPSTREAM_REFUSED, null, A, now.wall());
  }

  private static String said(List<Event> events) {
    return String.join(
        ", ",
        events.stream()
            .map(
                event ->
                    event.kind()
                        + (event.why() == null ? "" : " " + event.why())
                        + (event.silenced() ? " silenced" : ""))
            .toList());
  }
}
