package dev.why502.incident;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Probe;
import dev.why502.definition.Threshold;
import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.State;
import dev.why502.diagnosis.Verdict;
import dev.why502.incident.Event.Kind;
import dev.why502.incident.Event.Why;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What becomes of verdicts, step by step. */
class IncidentsTest {
  private static final String A = "10.0.0.5:3001";
  private static final String B = "10.0.0.6:3001";

  private AsOf now = new AsOf(Site.START, 0);
  private final Probe api = Site.edge("api", "nginx", List.of("backend"));
  private final Probe shop = Site.edge("shop", "nginx", null);
  private final Probe backend = Site.service("backend", 3001);
  private final Map<String, Probe> defined = new LinkedHashMap<>();
  private final Incidents incidents = incidents(0);
  private final List<Event> told = new ArrayList<>();

  private Incidents incidents(long remindMillis) {
    Incidents fresh = new Incidents(new Ulids(new SplittableRandom(1)::nextLong), remindMillis);
    fresh.define(List.of(api, shop, backend), now);
    return fresh;
  }

  @Test
  void deadServiceIsOneIncidentHoweverItIsSeen() {
    // When
    observe(api, dead(api, A));
    observe(backend, Site.dead(backend, Cause.UPSTREAM_REFUSED, null, A, at()));
    observe(shop, dead(shop, A));

    // Then
    assertEquals("OPENED, CHANGED GREW, CHANGED GREW", said());
    assertEquals(List.of("api", "backend", "shop"), probesOf(0));
  }

  @Test
  void recoveriesOneByOneEndItOnce() {
    // Given
    observe(api, dead(api, A));
    observe(shop, dead(shop, A));
    told.clear();

    // When
    observe(api, up(api));
    observe(shop, up(shop));

    // Then
    assertEquals("RESOLVED", said());
    assertEquals(List.of(), incidents.open());
  }

  @Test
  void twoOutagesAtOnceStayTwo() {
    // When
    observe(api, dead(api, A));
    observe(shop, dead(shop, B));

    // Then
    assertEquals("OPENED, OPENED", said());
  }

  @Test
  void deepeningCauseChangesTheIncidentThatItBegan() {
    // When
    observe(api, Site.seen(api, State.DOWN, Cause.GATEWAY_BAD_GATEWAY, at()));
    observe(api, dead(api, A));
    observe(api, Site.dead(api, Cause.PROCESS_NOT_RUNNING, "backend", A, at()));

    // Then
    assertEquals("OPENED, CHANGED DEEPENED, CHANGED DEEPENED", said());
    assertEquals(Cause.PROCESS_NOT_RUNNING, incidents.open().get(0).story().cause());
  }

  @Test
  void symptomOfADeclaredServiceJoinsItsIncident() {
    // Given
    observe(backend, Site.dead(backend, Cause.UPSTREAM_REFUSED, null, A, at()));

    // When
    observe(api, Site.seen(api, State.DOWN, Cause.GATEWAY_BAD_GATEWAY, at()));

    // Then
    assertEquals("OPENED, CHANGED GREW", said());
  }

  @Test
  void serviceThatIsFoundDeadExplainsSymptomsSeenBefore() {
    // Given
    Instant began = at();
    observe(api, Site.seen(api, State.DOWN, Cause.GATEWAY_BAD_GATEWAY, began));

    // When
    observe(backend, Site.dead(backend, Cause.UPSTREAM_REFUSED, null, A, at()));

    // Then
    assertEquals("OPENED, CHANGED DEEPENED", said());
    assertEquals(began, incidents.open().get(0).story().since());
  }

  @Test
  void symptomIsMovedToWhatExplainsItWithTheOlderSince() {
    // Given
    Probe one = Site.edge("one", "nginx", null);
    Probe two = Site.edge("two", "haproxy", null);
    Instant began = at();
    observe(one, Site.seen(one, State.DOWN, Cause.GATEWAY_TIMEOUT, began));
    observe(two, dead(two, A));
    told.clear();

    // When
    observe(one, dead(one, A));

    // Then
    assertEquals("RESOLVED into, CHANGED MERGED", said());
    assertEquals(1, incidents.open().size());
    assertEquals(began, incidents.open().get(0).story().since());
  }

  @Test
  void whatIsNotExplainedStaysItsOwn() {
    // Given
    observe(shop, dead(shop, A));
    Probe other = Site.edge("other", "nginx", null);

    // When
    observe(other, Site.seen(other, State.DOWN, Cause.GATEWAY_BAD_GATEWAY, at()));
    observe(other, dead(other, B));

    // Then
    assertEquals("OPENED, CHANGED GREW, OPENED", said());
    assertEquals(List.of("other"), probesOf(1));
  }

  @Test
  void gatewayThatDiesInFrontOfADeadServiceIsAnotherOutage() {
    // Given
    observe(api, dead(api, A));
    observe(api, Site.shut(api, at()));
    observe(shop, Site.shut(shop, at()));

    // When
    observe(shop, up(shop));
    observe(api, dead(api, A));

    // Then
    assertEquals("OPENED, OPENED, CHANGED GREW, RESOLVED", said());
    assertEquals(Cause.UPSTREAM_REFUSED, incidents.open().get(0).story().cause());
  }

  @Test
  void unknownNeitherOpensNorResolvesNorAges() {
    // Given
    Incidents reminding = incidents(60_000);
    reminding.observe(dead(api, A), now);

    // When
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      now = now.plus(Duration.ofSeconds(1));
      events.addAll(reminding.observe(Site.offline(api, at()), now));
      events.addAll(reminding.observe(Site.offline(shop, at()), now));
      events.addAll(reminding.tick(now));
    }

    // Then
    assertEquals(List.of(), events);
    assertEquals(1, reminding.open().size());
  }

  @Test
  void reminderComesOnceAnInterval() {
    // Given
    Incidents reminding = incidents(60_000);
    reminding.observe(dead(api, A), now);

    // When
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < 185; i++) {
      now = now.plus(Duration.ofSeconds(1));
      events.addAll(reminding.tick(now));
    }

    // Then
    assertEquals(
        List.of(Kind.REMINDED, Kind.REMINDED, Kind.REMINDED),
        events.stream().map(Event::kind).toList());
  }

  @Test
  void thresholdCountsRoundsAndNotTheVerdictsOfOneLook() {
    // Given
    Probe slow =
        Site.probe(
            "slow", api.target().endpoint(), "nginx", null, Site.INTERVAL, new Threshold(3, 2));

    // When
    Verdict first = dead(slow, A);
    observe(slow, first);
    observe(slow, first);
    observe(slow, dead(slow, A));
    now = now.plus(Site.INTERVAL);
    observe(slow, dead(slow, A));
    observe(slow, dead(slow, A));
    assertEquals("", said());
    now = now.plus(Site.INTERVAL);
    observe(slow, dead(slow, A));
    assertEquals("OPENED", said());
    observe(slow, up(slow));
    observe(slow, dead(slow, A));
    observe(slow, up(slow));
    assertEquals("OPENED", said());
    observe(slow, up(slow));

    // Then
    assertEquals("OPENED, RESOLVED", said());
  }

  @Test
  void blipThatTheCloseLookDidNotMeetAgainIsNoIncident() {
    // When
    observe(api, Site.seen(api, State.DEGRADED, Cause.GATEWAY_BAD_GATEWAY, at()));
    observe(api, Site.seen(api, State.DEGRADED, Cause.GATEWAY_BAD_GATEWAY, at()));
    now = now.plus(Site.INTERVAL);
    observe(api, up(api));

    // Then
    assertEquals("", said());
  }

  @Test
  void degradedIsAnIncidentOfItsOwnSeverityAndWorsens() {
    // When
    for (int i = 0; i < 2; i++) {
      now = now.plus(Site.INTERVAL);
      observe(api, Site.dead(api, Cause.UPSTREAM_REFUSED, "backend", A, at(), State.DEGRADED));
    }
    Severity before = incidents.open().get(0).story().severity();
    observe(api, dead(api, A));

    // Then
    assertEquals("OPENED, CHANGED WORSENED", said());
    assertEquals(Severity.DEGRADED, before);
    assertEquals(Severity.DOWN, incidents.open().get(0).story().severity());
  }

  @Test
  void whatIsServedAgainWithAnEndingCertificateHasRecoveredFromTheRest() {
    // Given
    observe(api, dead(api, A));
    told.clear();

    // When
    observe(api, Site.seen(api, State.DEGRADED, Cause.CERTIFICATE_EXPIRING, at()));

    // Then
    assertEquals("RESOLVED", said());
  }

  @Test
  void flappingIsToldThriceAndEndsWhenItIsCalm() {
    // When
    for (int i = 0; i < 60; i++) {
      observe(api, dead(api, A));
      now = now.plus(Site.INTERVAL);
      observe(api, up(api));
      now = now.plus(Site.INTERVAL);
      told.addAll(incidents.tick(now));
    }
    String during = said();
    String state = incidents.open().get(0).state();
    now = now.plus(Duration.ofMillis(Incidents.CALM_MILLIS));
    told.addAll(incidents.tick(now));

    // Then
    assertEquals("OPENED, RESOLVED, OPENED, RESOLVED, OPENED", during);
    assertEquals("flapping", state);
    assertEquals(during + ", RESOLVED", said());
  }

  @Test
  void flappingThatNoLongerRecoversIsOpen() {
    // Given
    for (int i = 0; i < 3; i++) {
      observe(api, dead(api, A));
      now = now.plus(Site.INTERVAL);
      observe(api, i == 2 ? dead(api, A) : up(api));
    }

    // When
    told.clear();
    now = now.plus(Duration.ofMillis(Relapses.WINDOW_MILLIS));
    told.addAll(incidents.tick(now));

    // Then
    assertEquals("CHANGED STEADY", said());
    assertEquals("open", incidents.open().get(0).state());
  }

  @Test
  void incidentOutlivesARestartWithItsSinceAndIsNotOpenedTwice() {
    // Given
    Instant began = at();
    observe(api, dead(api, A));
    String id = incidents.open().get(0).id();
    Stored stored = incidents.stored(id, now);
    observe(shop, dead(shop, A));

    // When
    Incidents next = incidents(0);
    now = now.plus(Duration.ofSeconds(20));
    next.restore(List.of(stored), now);
    List<Event> events = new ArrayList<>();
    events.addAll(next.observe(up(api), now));
    now = now.plus(Duration.ofSeconds(5));
    events.addAll(next.observe(dead(shop, A), now));
    now = now.plus(Duration.ofSeconds(60));
    events.addAll(next.tick(now));
    boolean held = next.open().size() == 1;
    events.addAll(next.observe(up(shop), now));

    // Then
    assertTrue(held);
    assertEquals("CHANGED GREW, RESOLVED", said(events));
    assertEquals(id, events.get(1).incident().id());
    assertEquals(began, events.get(1).incident().story().since());
  }

  @Test
  void restoredIncidentEndsWhenAllProbesWereHeard() {
    // Given
    observe(api, dead(api, A));
    Stored stored = incidents.stored(incidents.open().get(0).id(), now);
    Incidents next = incidents(0);
    next.restore(List.of(stored), now);
    List<Event> events = new ArrayList<>(next.observe(up(api), now));
    boolean held = events.isEmpty();

    // When
    events.addAll(next.observe(up(shop), now));
    events.addAll(next.observe(up(backend), now));
    events.addAll(next.tick(now));

    // Then
    assertTrue(held);
    assertEquals("RESOLVED", said(events));
  }

  @Test
  void forgottenProbeIsNoMember() {
    // Given
    observe(api, dead(api, A));

    // When
    told.addAll(incidents.define(List.of(shop), now));

    // Then
    assertEquals("OPENED, RESOLVED", said());
  }

  @Test
  void clockThatIsSetBackMakesNoIncidentShorterThanNothing() {
    // Given
    observe(api, dead(api, A));

    // When
    now = new AsOf(now.wall().minus(Duration.ofHours(1)), now.millis() + 10_000);
    observe(api, up(api));

    // Then
    Incident.Resolved over = (Incident.Resolved) told.get(1).incident();
    assertEquals(over.story().since(), over.resolvedAt());
  }

  @Test
  void wordOfALookThatBeganBeforeTheRecoveryOpensNothing() {
    // Given
    Probe late = Site.edge("late", "nginx", null);
    Verdict seenBefore = dead(late, A);
    observe(api, dead(api, A));
    now = now.plus(Duration.ofSeconds(2));
    observe(api, up(api));

    // When
    told.clear();
    now = now.plus(Duration.ofSeconds(3));
    observe(late, seenBefore);

    // Then
    assertEquals("", said());
  }

  @Test
  void faultsOfProbesAloneAreGatheredWhereTheyAreMany() {
    // When
    for (int i = 0; i < 100; i++) {
      Probe one = Site.edge("p" + i, "nginx", null);
      observe(one, Site.seen(one, State.DOWN, Cause.UNEXPECTED_STATUS, at()));
    }

    // Then
    assertEquals(Places.MAX_ALIKE + 1, incidents.open().size());
  }

  @Test
  void openIncidentsAreBoundedAndNothingIsLost() {
    // When
    int opened = 0;
    for (int i = 0; i < 3_000; i++) {
      Probe one = Site.service("s" + i, 1 + i);
      String address = "10.0.0.5:" + (1 + i);
      opened += observe(one, Site.dead(one, Cause.UPSTREAM_REFUSED, null, address, at()));
    }

    // Then
    assertEquals(Incidents.MAX_OPEN + 1, incidents.open().size());
    assertEquals(3_000, incidents.open().stream().mapToInt(one -> one.story().failing()).sum());
    assertTrue(opened < 1_100, "events " + opened);
  }

  @Test
  void risksAloneOpenNothing() {
    // When
    Verdict risky = up(api);
    observe(api, risky);

    // Then
    assertEquals("", said());
  }

  private int observe(Probe probe, Verdict verdict) {
    if (defined.put(probe.id(), probe) == null && !known(probe)) {
      incidents.define(defined(), now);
    }
    List<Event> events = incidents.observe(verdict, now);
    told.addAll(events);
    now = now.plus(Duration.ofMillis(1));
    return events.size();
  }

  private boolean known(Probe probe) {
    return List.of(api, shop, backend).contains(probe);
  }

  private List<Probe> defined() {
    List<Probe> all = new ArrayList<>(List.of(api, shop, backend));
    defined.values().stream().filter(probe -> !known(probe)).forEach(all::add);
    return all;
  }

  private Instant at() {
    return now.wall();
  }

  private Verdict up(Probe probe) {
    return Site.up(probe, at());
  }

  private Verdict dead(Probe probe, String address) {
    return Site.dead(probe, Cause.UPSTREAM_REFUSED, null, address, at());
  }

  private List<String> probesOf(int incident) {
    return incidents.open().get(incident).story().probes();
  }

  private String said() {
    return said(told);
  }

  private static String said(List<Event> events) {
    return String.join(", ", events.stream().map(IncidentsTest::said).toList());
  }

  private static String said(Event event) {
    Why why = event.why();
    String into =
        event.incident() instanceof Incident.Resolved over && over.mergedInto() != null
            ? " into"
            : "";
    return event.kind() + (why == null ? "" : " " + why) + into;
  }
}
