package dev.why502.incident;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.definition.Probe;
import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.State;
import dev.why502.diagnosis.Verdict;
import dev.why502.incident.Event.Kind;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Ten thousand probes behind one service. */
class ManyProbesTest {
  private static final int PROBES = 10_000;
  private static final String A = "10.0.0.5:3001";

  @Test
  void serviceThatDiesAndReturnsIsToldOnceEach() {
    // Given
    List<Probe> probes = new ArrayList<>();
    for (int i = 0; i < PROBES; i++) {
      probes.add(Site.edge("p" + i, "g" + i % 3, i % 2 == 0 ? List.of("backend") : null));
    }
    probes.add(Site.service("backend", 3001));
    Incidents incidents = new Incidents(new Ulids(new SplittableRandom(1)::nextLong), 0);
    AsOf start = new AsOf(Site.START, 0);
    incidents.define(probes, start);
    List<Event> events = new ArrayList<>();
    long heap = heap();
    long grown = 0;

    // When
    long began = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    for (int round = 0; round < 10; round++) {
      AsOf now = start.plus(Site.INTERVAL.multipliedBy(round));
      for (Probe probe : probes) {
        boolean well = round < 2 || round >= 7;
        now = now.plus(Duration.ofNanos(1_000));
        events.addAll(incidents.observe(well ? up(probe, now) : dead(probe, round, now), now));
      }
      events.addAll(incidents.tick(now));
      if (round == 6) {
        long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        grown = heap() - heap;
        began += ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu;
      }
    }
    double seconds = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - began) / 1e9;

    // Then
    double used = grown / 1e6;
    System.out.printf(
        "%,d probes, 10 rounds: %.0f ms of one core, %.1f MB while it lasts; %s%n",
        probes.size(),
        seconds * 1000,
        used,
        events.stream().map(e -> e.kind() + " " + e.why()).toList());
    assertEquals(1, count(events, Kind.OPENED));
    assertEquals(1, count(events, Kind.RESOLVED));
    assertEquals(
        List.of("OPENED null", "CHANGED DEEPENED", "CHANGED DEEPENED", "RESOLVED null"),
        events.stream()
            .filter(Event::transition)
            .map(event -> event.kind() + " " + event.why())
            .toList());
    assertTrue(count(events, Kind.CHANGED) <= 10, "changed " + count(events, Kind.CHANGED));
    Event last = events.get(events.size() - 1);
    assertEquals(PROBES + 1, last.incident().story().affected());
    assertEquals(Story.PROBES_SHOWN, last.incident().story().probes().size());
    assertTrue(seconds < 5, "took " + seconds);
  }

  /** The first words tell no more than the symptom. */
  private static Verdict dead(Probe probe, int round, AsOf now) {
    boolean first = round == 2 && probe.edge() && probe.id().hashCode() % 4 == 0;
    return first
        ? Site.seen(probe, State.DOWN, Cause.GATEWAY_BAD_GATEWAY, now.wall())
        : Site.dead(
            probe,
            round > 4 ? Cause.PROCESS_NOT_RUNNING : Cause.UPSTREAM_REFUSED,
            probe.upstreams() == null ? null : "backend",
            A,
            now.wall());
  }

  private static Verdict up(Probe probe, AsOf now) {
    return Site.up(probe, now.wall());
  }

  private static long count(List<Event> events, Kind kind) {
    return events.stream().filter(event -> event.kind() == kind).count();
  }

  private static long heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
