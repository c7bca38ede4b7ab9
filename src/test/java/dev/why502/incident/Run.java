package dev.why502.incident;

import dev.why502.definition.Probe;
import dev.why502.diagnosis.Cause;
import dev.why502.diagnosis.State;
import dev.why502.diagnosis.Verdict;
import dev.why502.evidence.Answer.Role;
import dev.why502.incident.Event.Kind;
import dev.why502.incident.Schedule.Culprit;
import dev.why502.incident.Schedule.Outage;
import dev.why502.incident.Schedule.Watched;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Runs one schedule against the machine and holds what it says against what is known to be broken.
 * Whatever is not as it should be is an {@link AssertionError}.
 */
final class Run {
  private static final long TICK_MILLIS = 1_000;

  /** After the busy time: until each probe has been well often enough, and what flapped is calm. */
  private static final long QUIET_MILLIS = 150_000;

  private static final long CALM_STEP_MILLIS = 60_000;

  /** The first word of a close look. */
  private static final int FIRST_WORD_MILLIS = 700;

  private static final int LONGEST_LOOK_MILLIS = 4_500;

  /** A verdict on its way. */
  private record Due(
      long at, int probe, int round, @Nullable Outage met, Sort sort, boolean last, long seen)
      implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      return at != other.at
          ? Long.compare(at, other.at)
          : Integer.compare(probe * 2 + (last ? 1 : 0), other.probe * 2 + (other.last ? 1 : 0));
    }
  }

  private enum Sort {
    ROUND,
    UP,
    BLIP,
    UNKNOWN,
    SYMPTOM,
    NAMED,
    DEEPER
  }

  private final Schedule schedule;
  private final boolean trace;
  private final SplittableRandom chance;
  private final PriorityQueue<Due> queue = new PriorityQueue<>();
  private final Map<String, Stored> store = new LinkedHashMap<>();
  private final Map<String, Probe> probes = new HashMap<>();
  private final Map<String, Outage> openedBy = new HashMap<>();
  private final Set<String> over = new HashSet<>();

  /** Those that were opened before anything but a symptom was known. */
  private final Set<String> symptoms = new HashSet<>();

  private final Instant[] since;
  private final State[] state;
  private final int[] failed;
  private final long[] countedAt;
  private final boolean[] blipped;
  private final boolean[] wasWell;
  private final @Nullable Outage[] failedBy;
  private final Ulids ids;
  private Incidents incidents;
  private boolean restarted;
  int verdicts;
  int opened;
  int merged;

  /** Opened by a first word, and over before the rest of the look could tell what it was. */
  int cut;

  long slowestMillis;

  Run(Schedule schedule, boolean trace) {
    this.schedule = schedule;
    this.trace = trace;
    if (trace) {
      System.out.println(schedule);
    }
    this.chance = schedule.chance;
    int count = schedule.probes.size();
    since = new Instant[count];
    state = new State[count];
    failed = new int[count];
    countedAt = new long[count];
    blipped = new boolean[count];
    wasWell = new boolean[count];
    failedBy = new Outage[count];
    ids = new Ulids(chance::nextLong);
    incidents = new Incidents(ids, 0);
    schedule.probes.forEach(watched -> probes.put(watched.probe.id(), watched.probe));
  }

  void run() {
    incidents.define(probes.values(), asOf(0));
    rounds(0);
    long ticked = 0;
    long end = Schedule.BUSY_MILLIS + QUIET_MILLIS;
    while (!queue.isEmpty() && queue.peek().at() < end) {
      Due due = queue.poll();
      if (schedule.restart.length > 0 && !restarted && due.at() >= schedule.restart[0]) {
        restart();
        continue;
      }
      while (ticked + TICK_MILLIS <= due.at()) {
        ticked += TICK_MILLIS;
        if (!store.isEmpty()) {
          take(incidents.tick(asOf(ticked)), null, ticked);
        }
      }
      if (due.sort() == Sort.ROUND) {
        round(due);
      } else {
        observe(due);
      }
    }
    for (long at = end; at < end + 1_000_000 && !store.isEmpty(); at += CALM_STEP_MILLIS) {
      take(incidents.tick(asOf(at)), null, at);
    }
    check(store.isEmpty(), "every opened one is resolved in the end", null);
    check(incidents.open().isEmpty(), "nothing is left open", null);
    for (Outage outage : schedule.outages) {
      long lone = outage.opened.stream().filter(id -> !over.contains("merged " + id)).count();
      check(
          lone <= schedule.views(outage) + outage.cut,
          "one outage is opened once",
          outage + " " + lone);
      merged += outage.opened.size() - (int) lone;
    }
  }

  private void rounds(long from) {
    for (int i = 0; i < schedule.probes.size(); i++) {
      Watched watched = schedule.probes.get(i);
      queue.add(new Due(from + watched.phase, i, 0, null, Sort.ROUND, true, from));
    }
  }

  /** kill -9: what is known is what was stored with the events. */
  private void restart() {
    restarted = true;
    queue.clear();
    long back = schedule.restart[1];
    incidents = new Incidents(ids, 0);
    incidents.define(probes.values(), asOf(back));
    incidents.restore(List.copyOf(store.values()), asOf(back));
    Arrays.fill(failed, 0);
    rounds(back);
  }

  /** One run of a probe, and the verdicts that come of it. */
  private void round(Due due) {
    int i = due.probe();
    Watched watched = schedule.probes.get(i);
    long now = due.at();
    long done = now + 1 + chance.nextInt(400);
    if (Schedule.within(schedule.offline, now)) {
      say(done, due, null, Sort.UNKNOWN, true, now);
    } else {
      Outage met = schedule.met(i, now);
      blipped[i] |= met != null;
      if (met == null) {
        // Two bad rounds in a row are no blip: then some of the requests fail, and people are to
        // know.
        boolean blip = watched.edge() && !blipped[i] && chance.nextDouble() < schedule.blips;
        blipped[i] = blip;
        say(done, due, null, blip ? Sort.BLIP : Sort.UP, true, now);
      } else {
        fails(due, watched, met, done);
      }
    }
    long next = now + watched.probe.interval().toMillis();
    queue.add(new Due(next, i, due.round() + 1, null, Sort.ROUND, true, next));
  }

  private void fails(Due due, Watched watched, Outage met, long done) {
    long now = due.at();
    boolean behind = met.culprit == Culprit.SERVICE || met.culprit == Culprit.LINE;
    if (!watched.edge() || !behind) {
      say(done, due, met, Sort.NAMED, true, now);
    } else if (!schedule.tells[watched.gateway]) {
      say(done, due, met, Sort.SYMPTOM, true, now);
    } else {
      Sort deep = now - met.from > 20_000 ? Sort.DEEPER : Sort.NAMED;
      boolean slow = chance.nextInt(3) == 0;
      if (slow && failed[due.probe()] == 0) {
        say(now + FIRST_WORD_MILLIS, due, met, Sort.SYMPTOM, false, now);
      }
      say(
          slow ? now + 1_000 + chance.nextInt(LONGEST_LOOK_MILLIS - 1_000) : done,
          due,
          met,
          deep,
          true,
          now);
    }
  }

  private void say(long at, Due round, @Nullable Outage met, Sort sort, boolean last, long seen) {
    queue.add(new Due(at, round.probe(), round.round(), met, sort, last, seen));
  }

  private void observe(Due due) {
    int i = due.probe();
    Watched watched = schedule.probes.get(i);
    Verdict verdict = verdict(due, watched);
    verdicts++;
    if (trace && due.sort() != Sort.UP) {
      System.out.println(due.at() + " " + watched.probe.id() + " " + due.sort() + " " + due.met());
    }
    List<Event> events = incidents.observe(verdict, asOf(due.at()));
    check(events.size() <= Incidents.MAX_EVENTS, "events are bounded", due);
    take(events, due, due.at());
    count(due, watched);
  }

  /** Holds the truth against the machine, after a verdict. */
  private void count(Due due, Watched watched) {
    int i = due.probe();
    switch (due.sort()) {
      case UP -> {
        failed[i] = 0;
        wasWell[i] = true;
      }
      case UNKNOWN, ROUND, BLIP -> wasWell[i] = false;
      case SYMPTOM, NAMED, DEEPER -> {
        Outage met = due.met();
        boolean slow = Schedule.served(met);
        boolean same = failedBy[i] == met || slow == Schedule.served(failedBy[i]);
        // What one close look says bit by bit is one round.
        long half = watched.probe.interval().toMillis() / 2;
        boolean round = failed[i] == 0 || !same || due.at() - countedAt[i] >= half;
        if (round) {
          failed[i] = same ? failed[i] + 1 : 1;
          countedAt[i] = due.at();
        }
        failedBy[i] = met;
        int wanted = watched.probe.threshold().failures();
        boolean due1 = failed[i] >= (slow ? Math.max(2, wanted) : wanted);
        if (due1 && met != null) {
          missed(due, watched, met, wanted, slow);
        }
        wasWell[i] = false;
      }
    }
  }

  private void missed(Due due, Watched watched, Outage met, int wanted, boolean slow) {
    String id = watched.probe.id();
    boolean stale = due.at() >= met.to;
    check(!incidents.of(id).isEmpty() || stale, "an outage is not missed", due);
    boolean quick = wanted == 1 && !slow && failed[due.probe()] == 1 && wasWell[due.probe()];
    boolean first = due.seen() - met.from < watched.probe.interval().toMillis();
    if (quick && first) {
      long took = due.at() - met.from;
      slowestMillis = Math.max(slowestMillis, took - watched.probe.interval().toMillis());
    }
  }

  private void take(List<Event> events, @Nullable Due due, long now) {
    for (Event event : events) {
      String id = event.incident().id();
      if (trace) {
        Story story = event.incident().story();
        System.out.printf(
            "%d   %s %s %s %s %s %s%n",
            now,
            event.kind(),
            event.why(),
            id.substring(10),
            event.incident().state(),
            story.cause(),
            story.probes());
      }
      check(!over.contains(id), "a resolved one has no way back", event);
      switch (event.kind()) {
        case OPENED -> {
          opened++;
          check(due != null && due.met() != null, "no false page", event);
          check(!openedBy.containsKey(id), "ids are not used twice", event);
          opened(id, Objects.requireNonNull(due));
          store(id, now);
        }
        case CHANGED, REMINDED -> {
          check(store.containsKey(id), "only what is open changes", event);
          if (event.why() == Event.Why.DEEPENED && due != null && symptoms.contains(id)) {
            named(id, due);
          }
          store(id, now);
        }
        case RESOLVED -> {
          check(store.remove(id) != null, "only what is open is resolved", event);
          over.add(id);
          Incident.Resolved resolved = (Incident.Resolved) event.incident();
          if (resolved.mergedInto() != null) {
            over.add("merged " + id);
          } else {
            Outage cause = openedBy.get(id);
            check(cause == null || cause.to <= now, "resolved when it is over", event);
          }
        }
      }
      check(event.kind() == Kind.CHANGED || event.why() == null, "a reason for changes", event);
    }
  }

  private void opened(String id, Due due) {
    Outage met = Objects.requireNonNull(due.met());
    openedBy.put(id, met);
    met.opened.add(id);
    if (due.sort() == Sort.SYMPTOM) {
      symptoms.add(id);
    }
    boolean first = due.sort() == Sort.SYMPTOM && !due.last();
    boolean declared = schedule.probes.get(due.probe()).probe.upstreams() != null;
    long told = due.at() + LONGEST_LOOK_MILLIS;
    boolean killed =
        schedule.restart.length > 0
            && due.at() <= schedule.restart[0]
            && schedule.restart[0] <= told;
    if (first && !declared && (met.to <= told || killed)) {
      met.cut++;
      cut++;
    }
  }

  /** What first was a symptom is of the outage that it turns out to be. */
  private void named(String id, Due due) {
    symptoms.remove(id);
    Outage before = Objects.requireNonNull(openedBy.get(id));
    Outage met = Objects.requireNonNull(due.met());
    before.opened.remove(id);
    met.opened.add(id);
    openedBy.put(id, met);
  }

  private void store(String id, long now) {
    Stored stored = incidents.stored(id, asOf(now));
    if (stored != null) {
      store.put(id, stored);
    }
  }

  private AsOf asOf(long millis) {
    long wall = millis;
    if (schedule.clock.length > 0 && millis >= schedule.clock[0]) {
      wall += schedule.clock[1];
    }
    long start = restarted ? 7_000_000 : 0;
    return new AsOf(Site.START.plusMillis(wall), start + millis);
  }

  private Verdict verdict(Due due, Watched watched) {
    Probe probe = watched.probe;
    Instant at = asOf(due.at()).wall();
    Instant seen = asOf(due.seen()).wall();
    State now =
        switch (due.sort()) {
          case UP -> State.UP;
          case BLIP -> State.DEGRADED;
          case UNKNOWN -> State.UNKNOWN;
          case ROUND, SYMPTOM, NAMED, DEEPER ->
              Schedule.served(due.met()) ? State.DEGRADED : State.DOWN;
        };
    int i = due.probe();
    if (state[i] != now) {
      state[i] = now;
      since[i] = at;
    }
    Verdict verdict =
        switch (due.sort()) {
          case UP -> Site.up(probe, at);
          case UNKNOWN -> Site.offline(probe, at);
          case BLIP -> Site.seen(probe, now, Cause.GATEWAY_BAD_GATEWAY, at);
          case SYMPTOM -> Site.seen(probe, now, Cause.GATEWAY_BAD_GATEWAY, at);
          case ROUND, NAMED, DEEPER -> named(due, watched, at, seen);
        };
    return since[i].equals(verdict.since()) ? verdict : verdict.withSince(since[i]);
  }

  private static Verdict named(Due due, Watched watched, Instant at, Instant seen) {
    Probe probe = watched.probe;
    Outage met = Objects.requireNonNull(due.met());
    String id = probe.upstreams() == null ? null : "s" + watched.service;
    String address = "10.0.0." + (1 + watched.service) + ":3000";
    return switch (met.culprit) {
      case SERVICE -> {
        Cause cause =
            due.sort() == Sort.DEEPER && id != null
                ? Cause.PROCESS_NOT_RUNNING
                : Cause.UPSTREAM_REFUSED;
        Role role = probe.edge() ? Role.AS_GATEWAY : Role.DECLARED;
        String own = probe.edge() ? null : probe.id();
        yield Site.verdict(
            probe,
            State.DOWN,
            cause,
            id,
            at,
            at,
            List.of(Site.refused(role, own, address, seen)),
            null);
      }
      case GATEWAY -> Site.shut(probe, "192.0.2." + (1 + met.which) + ":443", at, seen);
      case LINE -> Site.line(probe, Cause.GATEWAY_WRONG_PATH, "/etc/nginx/r" + met.which, 14, at);
      case OWN -> Site.seen(probe, State.DOWN, Cause.UNEXPECTED_BODY, at);
      case SLOW -> Site.seen(probe, State.DEGRADED, Cause.SLOW_RESPONSE, at);
    };
  }

  private static void check(boolean holds, String what, @Nullable Object at) {
    if (!holds) {
      throw new AssertionError(what + ": " + at);
    }
  }
}
