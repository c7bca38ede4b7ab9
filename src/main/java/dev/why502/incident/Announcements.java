package dev.why502.incident;

import dev.why502.definition.Maintenance;
import dev.why502.diagnosis.Verdict;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is said of incidents, and whether maintenance silences it. */
final class Announcements {
  private final Map<String, Track> tracks;
  private final Deque<Incident.Resolved> resolved = new ArrayDeque<>();
  private Maintenance maintenance = Maintenance.NONE;
  private List<Event> events = new ArrayList<>();

  Announcements(Map<String, Track> tracks) {
    this.tracks = tracks;
  }

  void maintain(Maintenance windows) {
    maintenance = windows;
  }

  /** So much is said that the rest has to wait for the next call. */
  boolean full() {
    return events.size() >= Incidents.MAX_EVENTS;
  }

  List<Incident.Resolved> resolved() {
    return List.copyOf(resolved);
  }

  /** Everything that was said since it was asked last. */
  List<Event> take() {
    if (events.isEmpty()) {
      return List.of();
    }
    List<Event> taken = List.copyOf(events);
    events = new ArrayList<>();
    return taken;
  }

  /** Says what is new after a verdict of a member that fails, if anything is. */
  void news(Ongoing incident, Verdict verdict, boolean explains, AsOf asOf) {
    Event.Why why = incident.news(verdict, explains);
    if (!incident.told && audible(incident, verdict, asOf)) {
      why = Event.Why.AUDIBLE;
    }
    if (why != null && (why == Event.Why.WORSENED || incident.mayTell(asOf))) {
      changed(incident, why, asOf);
    }
  }

  /** Says that it goes on otherwise. */
  void changed(Ongoing incident, Event.Why why, AsOf asOf) {
    incident.tell(why, asOf);
    tell(Event.Kind.CHANGED, why, incident, asOf);
  }

  /** Says that it is over. */
  void resolved(Ongoing incident, Incident.Resolved over) {
    resolved.addFirst(over);
    if (resolved.size() > Incidents.MAX_RESOLVED) {
      resolved.removeLast();
    }
    events.add(new Event(Event.Kind.RESOLVED, null, over, !incident.told));
  }

  /** Says what it is now. */
  void tell(Event.Kind kind, Event.@Nullable Why why, Ongoing incident, AsOf asOf) {
    boolean silenced = !audible(incident, asOf);
    incident.told |= !silenced;
    events.add(new Event(kind, why, incident.incident, silenced));
  }

  /** Some probe that fails by it is not in maintenance. */
  boolean audible(Ongoing incident, AsOf asOf) {
    List<Maintenance.Window> now = maintenance.at(asOf.wall());
    if (now.isEmpty()) {
      incident.quietUnder = List.of();
      return true;
    }
    if (now.equals(incident.quietUnder)) {
      return false;
    }
    for (Map.Entry<String, Ongoing.Member> one : incident.members.entrySet()) {
      Track track = tracks.get(one.getKey());
      if (one.getValue().failing && track != null && !Maintenance.takes(now, track.probe)) {
        incident.quietUnder = List.of();
        return true;
      }
    }
    incident.quietUnder = now;
    return false;
  }

  /** The same after one verdict: where all were silenced before, only its probe need be asked. */
  private boolean audible(Ongoing incident, Verdict verdict, AsOf asOf) {
    List<Maintenance.Window> now = maintenance.at(asOf.wall());
    if (!now.isEmpty() && now.equals(incident.quietUnder)) {
      Track track = tracks.get(verdict.probe());
      boolean heard = track != null && !Maintenance.takes(now, track.probe);
      if (heard) {
        incident.quietUnder = List.of();
      }
      return heard;
    }
    return audible(incident, asOf);
  }
}
