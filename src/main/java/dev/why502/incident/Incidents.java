package dev.why502.incident;

import dev.why502.definition.Maintenance;
import dev.why502.definition.Probe;
import dev.why502.diagnosis.Locus;
import dev.why502.diagnosis.Locus.Grade;
import dev.why502.diagnosis.Locus.Stage;
import dev.why502.diagnosis.State;
import dev.why502.diagnosis.Verdict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns verdicts into incidents: one for each thing that is broken, however many probes meet it.
 *
 * <p>A probe that fails often enough looks for the incident that knows a name of what its verdict
 * says is broken ({@link Locus}), and joins it; where there is none it opens one. A verdict that
 * tells only where a failure shows joins what explains it, and is moved as soon as the probe's
 * cause deepens. A probe leaves an incident when it is well, or when its request passes the place
 * that was broken. An unknown verdict changes nothing.
 *
 * <p>It is a machine without a clock or chance of its own: the same calls give the same events. It
 * is changed in place, and not copied, because one outage may have ten thousand members and each
 * verdict costs a few look-ups; the records that it gives out do not change. To be used by one
 * thread at a time.
 */
public final class Incidents {
  /** Open at once; what more breaks is gathered in one. */
  public static final int MAX_OPEN = 1_000;

  /** Resolved ones that are remembered. */
  public static final int MAX_RESOLVED = 1_000;

  /** Events of one call. */
  public static final int MAX_EVENTS = 100;

  /** Longest close look: so much later than its observation a verdict may come. */
  static final long LOOK_MILLIS = 30_000;

  /** What flaps is over when it has been well for so long. */
  static final long CALM_MILLIS = 300_000;

  /** Places at which members of one incident are met and that are remembered. */
  static final int MAX_MEETINGS = 1_000;

  private final Ulids ids;
  private long remindMillis;
  private final Places places = new Places();
  private final Relapses relapses = new Relapses();
  private final Map<String, Track> tracks = new HashMap<>();
  private final Announcements said = new Announcements(tracks);

  /**
   * @param ids of incidents
   * @param remindMillis after which an incident that lasts is told again; 0 for never
   */
  public Incidents(Ulids ids, long remindMillis) {
    this.ids = ids;
    this.remindMillis = remindMillis;
  }

  /**
   * Takes another time after which an incident that lasts is told again.
   *
   * @param millis 0 for never
   */
  public void remindAfter(long millis) {
    remindMillis = millis;
  }

  /** Takes other windows of maintenance. */
  public void maintain(Maintenance windows) {
    said.maintain(windows);
  }

  /**
   * Takes the probes that are watched from now on; what is known of those that were before is kept.
   * One that is not among them any more, or not enabled, is no part of anything.
   */
  public List<Event> define(Collection<Probe> probes, AsOf asOf) {
    Set<String> kept = new HashSet<>();
    for (Probe probe : probes) {
      if (probe.enabled()) {
        kept.add(probe.id());
        tracks.computeIfAbsent(probe.id(), id -> new Track(probe)).probe = probe;
      }
    }
    for (String id : List.copyOf(tracks.keySet())) {
      if (!kept.contains(id)) {
        forget(id, asOf);
      }
    }
    return said.take();
  }

  private void forget(String probe, AsOf asOf) {
    Track track = Objects.requireNonNull(tracks.remove(probe));
    for (Ongoing incident : List.copyOf(track.in)) {
      incident.drop(probe, asOf);
      track.left(incident);
      relieved(incident, asOf);
    }
  }

  /**
   * Takes a verdict of a round or a close look, each of them, not only those that are news. One of
   * a probe that is not defined is nobody's.
   *
   * @return what is to be told, in order; at most {@value #MAX_EVENTS}
   */
  public List<Event> observe(Verdict verdict, AsOf asOf) {
    Track track = tracks.get(verdict.probe());
    if (track == null) {
      return List.of();
    }
    String probe = verdict.probe();
    if (verdict.state() == State.UNKNOWN) {
      track.unknown = true;
      track.in.forEach(incident -> incident.lose(probe, asOf));
      return List.of();
    }
    if (track.unknown) {
      track.unknown = false;
      track.in.forEach(incident -> incident.heard(probe, asOf));
    }
    if (verdict.state() == State.UP) {
      track.served(verdict);
      if (track.hasRecovered() && !track.in.isEmpty()) {
        List.copyOf(track.in).forEach(incident -> leave(incident, track, asOf));
        track.recovered(asOf);
      }
    } else {
      fails(verdict, track, asOf);
    }
    return said.take();
  }

  /**
   * Lets time pass: to be called about once a second. What flapped and is calm ends here, and
   * reminders begin here.
   */
  public List<Event> tick(AsOf asOf) {
    for (Ongoing incident : places.all()) {
      if (said.full()) {
        break;
      }
      if (incident.failing == 0) {
        relieved(incident, asOf);
      } else if (!incident.frozen()) {
        lasts(incident, asOf);
      }
    }
    return said.take();
  }

  /** Those that are not over, in the order in which they were opened. */
  public List<Incident> open() {
    return places.all().stream().map(Ongoing::current).toList();
  }

  /** Ids of those that a probe is in and has not recovered from. */
  public List<String> of(String probe) {
    Track track = tracks.get(probe);
    return track == null ? List.of() : track.in.stream().map(incident -> incident.id).toList();
  }

  /** Those that are over, the latest first. */
  public Collection<Incident.Resolved> resolved() {
    return said.resolved();
  }

  /** An incident as it is to be stored, or null where it is over or unknown. */
  public @Nullable Stored stored(String id, AsOf asOf) {
    Ongoing incident = places.byId(id);
    return incident == null ? null : incident.stored(asOf, longestInterval(incident));
  }

  /**
   * Goes on where another run ended. Nothing is resolved before every probe was heard or had its
   * time to be, for some may fail that were not members when it was stored.
   *
   * @param before those that were open, each as last stored Members that are not defined any more
   *     are left out
   */
  public void restore(List<Stored> before, AsOf asOf) {
    for (Stored stored : before) {
      if (stored.incident() instanceof Incident.Resolved) {
        continue;
      }
      Ongoing incident = new Ongoing(stored, asOf);
      for (Stored.Member member : stored.members()) {
        Track track = tracks.get(member.probe());
        if (track == null) {
          incident.drop(member.probe(), asOf);
        } else if (member.failing()) {
          track.joined(incident);
        }
      }
      incident.heldUntil = asOf.millis() + stored.longestIntervalMillis() + LOOK_MILLIS;
      if (incident.failing == 0) {
        incident.wellSince = asOf.millis();
      }
      places.add(incident);
    }
  }

  private void fails(Verdict verdict, Track track, AsOf asOf) {
    Locus locus = Locus.of(verdict, track.probe);
    track.failed(verdict, asOf);
    boolean enough = track.hasFailed(verdict.state());
    if (track.in.isEmpty()) {
      if (enough) {
        place(verdict, locus, track, asOf);
      }
    } else {
      goesOn(verdict, locus, track, enough, asOf);
    }
  }

  /** A probe that is in no incident. */
  private void place(Verdict verdict, Locus locus, Track track, AsOf asOf) {
    List<Ongoing> found = found(locus, asOf);
    if (!found.isEmpty()) {
      found.forEach(incident -> join(incident, verdict, locus, track, true, asOf));
      return;
    }
    // A probe that has itself seen the recovery has seen what it says now after it.
    if (!track.sawRecovery(asOf) && relapses.stale(Places.names(locus), locus.seen(), asOf)) {
      return;
    }
    if (locus.grade() == Grade.SYMPTOM) {
      Ongoing explaining = places.explaining(locus, track, tracks);
      if (explaining != null) {
        join(explaining, verdict, locus, track, !explaining.named(), asOf);
        return;
      }
    } else if (locus.grade() == Grade.NAMED && locus.stage() != Stage.ANSWER) {
      Ongoing explained = places.explained(locus, track);
      if (explained != null) {
        adopt(explained, locus, track, asOf);
        join(explained, verdict, locus, track, true, asOf);
        return;
      }
    }
    open(verdict, locus, track, asOf);
  }

  private void open(Verdict verdict, Locus locus, Track track, AsOf asOf) {
    String crowd = verdict.cause().code() + "@" + locus.where();
    String gathered = places.crowd(locus, crowd);
    Ongoing crowded = gathered == null ? null : places.byName(gathered);
    if (crowded != null) {
      join(crowded, verdict, locus, track, true, asOf);
      return;
    }
    Set<String> names = new LinkedHashSet<>(Places.names(locus));
    boolean flapping = relapses.flaps(names, asOf);
    if (gathered != null) {
      names.add(gathered);
    }
    String id = ids.next(asOf.wall());
    Ongoing incident = new Ongoing(id, locus, crowd, verdict, flapping, asOf);
    incident.learn(names);
    places.add(incident);
    incident.join(track.probe.id(), verdict, true);
    track.joined(incident);
    places.met(incident, locus, tracks);
    incident.refresh(asOf);
    said.tell(Event.Kind.OPENED, null, incident, asOf);
  }

  /** A probe that is in incidents, and whose verdict may say that it is another one. */
  private void goesOn(Verdict verdict, Locus locus, Track track, boolean enough, AsOf asOf) {
    String probe = track.probe.id();
    boolean named = locus.grade() == Grade.NAMED;
    boolean served = verdict.state() == State.DEGRADED && locus.stage() == Stage.ANSWER;
    List<Ongoing> found = new ArrayList<>(named ? found(locus, asOf) : List.of());
    for (Ongoing incident : List.copyOf(track.in)) {
      if (found.contains(incident)) {
        continue;
      }
      boolean passed =
          (served && incident.stage != Stage.ANSWER)
              || (named
                  && incident.named()
                  && incident.stage == Stage.FRONT
                  && locus.stage() == Stage.BEHIND);
      if (passed) {
        leave(incident, track, asOf);
      } else if (named && locus.stage() != Stage.ANSWER && found.isEmpty()) {
        if (unfolds(incident, locus, verdict, track, asOf)) {
          adopt(incident, locus, track, asOf);
          found.add(incident);
        } else {
          parts(incident, verdict, track, asOf);
        }
      } else if (named && !found.isEmpty() && isSymptom(incident, locus, track, asOf)) {
        move(incident, found.get(0), track, asOf);
      } else if (named) {
        parts(incident, verdict, track, asOf);
      } else {
        // A shallower look does not undo what a deeper one has found.
        boolean still = incident.explained(probe) && locus.grade() != Grade.OWN;
        incident.hear(probe, verdict, still || !incident.named());
        said.news(incident, verdict, !incident.named(), asOf);
      }
    }
    if (!named && !track.in.isEmpty()) {
      return;
    }
    if (found.isEmpty() && enough) {
      place(verdict, locus, track, asOf);
    }
    for (Ongoing incident : found) {
      join(incident, verdict, locus, track, true, asOf);
    }
  }

  /** The same story, told better: nobody else is in it, or it has only just begun. */
  private boolean unfolds(Ongoing incident, Locus locus, Verdict verdict, Track track, AsOf asOf) {
    if (!incident.named()) {
      return isSymptom(incident, locus, track, asOf);
    }
    boolean same = incident.explained(track.probe.id()) && locus.stage() == incident.stage;
    boolean deeper =
        verdict.cause().layer().compareTo(incident.incident.story().cause().layer()) > 0;
    return same && (incident.failing == 1 || (deeper && track.looking(asOf)));
  }

  /** What it tells may be all that could be told at first of what is named now. */
  private static boolean isSymptom(Ongoing incident, Locus locus, Track track, AsOf asOf) {
    boolean behind = incident.grade == Grade.SYMPTOM && locus.stage() == Stage.BEHIND;
    return !incident.named() && (behind || track.looking(asOf));
  }

  /** What this probe now says is no part of an incident that it is in. */
  private void parts(Ongoing incident, Verdict verdict, Track track, AsOf asOf) {
    String probe = track.probe.id();
    if (!incident.named() || incident.proven(probe)) {
      // What it said before may still be true behind what it says now: it stays until it is well.
      incident.hear(probe, verdict, false);
    } else {
      leave(incident, track, asOf);
    }
  }

  /** From symptoms to what explains them; symptoms that nobody is left with are explained. */
  private void move(Ongoing from, Ongoing to, Track track, AsOf asOf) {
    if (from.failing == 1) {
      merge(from, to, asOf);
    } else {
      from.drop(track.probe.id(), asOf);
      track.left(from);
      if (from.since.isBefore(to.since)) {
        to.since = from.since;
      }
    }
  }

  /** The incidents that know a name of a fault; those that turn out to be the same become one. */
  private List<Ongoing> found(Locus locus, AsOf asOf) {
    List<Ongoing> found = new ArrayList<>();
    for (Set<Ongoing> same : places.found(locus)) {
      Ongoing kept = null;
      for (Ongoing one : same) {
        if (kept == null) {
          kept = one;
        } else {
          boolean earlier = one.since.isBefore(kept.since);
          merge(earlier ? kept : one, earlier ? one : kept, asOf);
          kept = earlier ? one : kept;
        }
      }
      if (kept != null && !found.contains(kept)) {
        found.add(kept);
      }
    }
    return found;
  }

  /** It is known now what is broken, and so what other symptoms come of it. */
  private void adopt(Ongoing incident, Locus locus, Track track, AsOf asOf) {
    locus.faults().forEach(names -> places.learn(incident, names));
    incident.name(locus.stage());
    Ongoing other = places.explained(locus, track);
    if (other != null && other != incident) {
      merge(other, incident, asOf);
    }
  }

  private void join(
      Ongoing incident, Verdict verdict, Locus locus, Track track, boolean explains, AsOf asOf) {
    String probe = track.probe.id();
    for (Set<String> fault : locus.faults()) {
      for (String name : fault) {
        if (incident.named() && incident.keys.contains(name)) {
          places.learn(incident, fault);
          break;
        }
      }
    }
    if (incident.failing(probe)) {
      incident.hear(probe, verdict, explains);
    } else if (track.in.size() < Track.MAX_INCIDENTS) {
      incident.join(probe, verdict, explains);
      track.joined(incident);
    }
    places.met(incident, locus, tracks);
    said.news(
        incident, verdict, explains && (!incident.named() || locus.grade() == Grade.NAMED), asOf);
  }

  /** All of one incident is part of another one. */
  private void merge(Ongoing from, Ongoing to, AsOf asOf) {
    from.members.forEach(
        (probe, member) -> {
          Track track = tracks.get(probe);
          if (track != null && member.failing) {
            track.left(from);
            if (!to.failing(probe)) {
              to.take(probe, member);
            }
            if (!track.in.contains(to)) {
              track.joined(to);
            }
          }
        });
    if (from.since.isBefore(to.since)) {
      to.since = from.since;
    }
    from.refresh(asOf);
    places.remove(from);
    places.learn(to, from.keys);
    Incident.Resolved over =
        from.incident instanceof Incident.Flapping flapping
            ? flapping.explainedBy(to.id, asOf.wall())
            : ((Incident.Open) from.incident).explainedBy(to.id, asOf.wall());
    said.resolved(from, over);
    said.changed(to, Event.Why.MERGED, asOf);
  }

  private void leave(Ongoing incident, Track track, AsOf asOf) {
    incident.leave(track.probe.id(), asOf);
    track.left(incident);
    relieved(incident, asOf);
  }

  private void relieved(Ongoing incident, AsOf asOf) {
    if (incident.failing > 0) {
      Event.Why why = incident.relief();
      if (why != null && incident.mayTell(asOf)) {
        said.changed(incident, why, asOf);
      }
      return;
    }
    boolean held = asOf.millis() < incident.heldUntil && !allDecided();
    boolean calm = asOf.millis() - incident.wellSince >= CALM_MILLIS;
    if (held || (incident.flapping() && !calm)) {
      return;
    }
    incident.refresh(asOf);
    places.remove(incident);
    relapses.recovered(incident.keys, asOf);
    Incident.Resolved over =
        incident.incident instanceof Incident.Flapping flapping
            ? flapping.calmed(asOf.wall())
            : ((Incident.Open) incident.incident).resolved(asOf.wall());
    said.resolved(incident, over);
  }

  /** Nobody is left who could turn out to be a member too. */
  private boolean allDecided() {
    return tracks.values().stream().allMatch(Track::decided);
  }

  private void lasts(Ongoing incident, AsOf asOf) {
    if (incident.incident instanceof Incident.Flapping flapping
        && asOf.millis() - incident.failingSince >= Relapses.WINDOW_MILLIS) {
      incident.incident = flapping.steady();
      said.changed(incident, Event.Why.STEADY, asOf);
    } else if (!incident.told && said.audible(incident, asOf)) {
      said.changed(incident, Event.Why.AUDIBLE, asOf);
    } else if (remindMillis > 0 && asOf.millis() - incident.remindedMillis >= remindMillis) {
      incident.remindedMillis = asOf.millis();
      incident.refresh(asOf);
      said.tell(Event.Kind.REMINDED, null, incident, asOf);
    }
  }

  private long longestInterval(Ongoing incident) {
    long longest = 0;
    for (String probe : incident.members.keySet()) {
      Track track = tracks.get(probe);
      longest = track == null ? longest : Math.max(longest, track.probe.interval().toMillis());
    }
    return longest;
  }
}
