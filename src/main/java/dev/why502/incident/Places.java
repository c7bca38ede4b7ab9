package dev.why502.incident;

import dev.why502.diagnosis.Locus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the incident that a verdict belongs to: each look-up is one of a hash table. */
final class Places {
  /** Incidents that are alike and known by nothing but a probe each; further ones are one. */
  static final int MAX_ALIKE = 5;

  /** What gathers everything for which there is no room of its own. */
  static final String OVERFLOW = "overflow";

  private final Map<String, Ongoing> byId = new LinkedHashMap<>();
  private final Map<String, Ongoing> byName = new HashMap<>();

  /** Named incidents by where members of them are met. */
  private final Map<String, Ongoing> byMeeting = new HashMap<>();

  /** Incidents of which it is not known what is broken, by what is declared to be behind. */
  private final Map<String, Ongoing> suspects = new HashMap<>();

  private final Map<String, Integer> alike = new HashMap<>();

  int size() {
    return byId.size();
  }

  List<Ongoing> all() {
    return List.copyOf(byId.values());
  }

  @Nullable Ongoing byId(String id) {
    return byId.get(id);
  }

  @Nullable Ongoing byName(String name) {
    return byName.get(name);
  }

  /** The names under which a verdict's fault is looked for; of a symptom where it shows. */
  static Set<String> names(Locus locus) {
    Set<String> names = new LinkedHashSet<>();
    locus.faults().forEach(names::addAll);
    if (names.isEmpty()) {
      names.add(symptom(locus));
    }
    return names;
  }

  static String symptom(Locus locus) {
    return "symptom@" + locus.meeting();
  }

  /**
   * The incidents whose fault this is, for each fault those that know one of its names: more than
   * one for a single fault where it was not known so far that they are the same.
   */
  List<Set<Ongoing>> found(Locus locus) {
    List<Set<Ongoing>> found = new ArrayList<>();
    for (Set<String> fault : locus.faults()) {
      Set<Ongoing> same = new LinkedHashSet<>();
      for (String name : fault) {
        Ongoing known = byName.get(name);
        if (known != null) {
          same.add(known);
        }
      }
      if (!same.isEmpty()) {
        found.add(same);
      }
    }
    return found;
  }

  /** An incident that explains what is seen here only as a symptom, or null. */
  @Nullable Ongoing explaining(Locus locus, Track track, Map<String, Track> tracks) {
    Ongoing known = byName.get(symptom(locus));
    if (known != null) {
      return known;
    }
    for (String name : declared(locus, tracks)) {
      Ongoing service = byName.get(name);
      if (service != null) {
        return service;
      }
      if (suspected(suspects.get(name), track)) {
        return suspects.get(name);
      }
    }
    Ongoing gateway = byName.get(locus.where());
    if (gateway != null && couldBe(locus.stage(), gateway.stage)) {
      return gateway;
    }
    Ongoing met = byMeeting.get(locus.meeting());
    return met != null && coincides(met, track) ? met : null;
  }

  /** An incident of symptoms alone that this named fault explains, or null. */
  @Nullable Ongoing explained(Locus locus, Track track) {
    Ongoing symptoms = byName.get(symptom(locus));
    if (symptoms != null
        && suspected(symptoms, track)
        && locus.shared()
        && couldBe(symptoms.stage, locus.stage())) {
      return symptoms;
    }
    for (Set<String> fault : locus.faults()) {
      for (String name : fault) {
        if (suspected(suspects.get(name), track)) {
          return suspects.get(name);
        }
      }
    }
    return null;
  }

  /** What got an answer from the gateway is not explained by a gateway that takes nothing. */
  private static boolean couldBe(Locus.Stage symptom, Locus.Stage fault) {
    return fault == Locus.Stage.BEHIND || symptom == fault;
  }

  private static boolean suspected(@Nullable Ongoing symptoms, Track track) {
    return symptoms != null && !symptoms.named() && coincides(symptoms, track);
  }

  /** What the declared upstreams are known by: their ids, and where they are themselves probed. */
  private static Set<String> declared(Locus locus, Map<String, Track> tracks) {
    Set<String> names = new LinkedHashSet<>();
    for (String upstream : locus.declared()) {
      names.add(Locus.service(upstream));
      Track track = tracks.get(upstream);
      if (track != null) {
        names.add(Locus.address(track.probe));
      }
    }
    return names;
  }

  /** It was opened when this probe could have met the same fault for the first time. */
  private static boolean coincides(Ongoing incident, Track track) {
    return incident.openedMillis >= track.failingSince - track.windowMillis();
  }

  /** The name that gathers incidents like this one, where there are enough of them; or null. */
  @Nullable String crowd(Locus locus, String crowd) {
    if (byId.size() >= Incidents.MAX_OPEN) {
      return OVERFLOW;
    }
    return locus.grade() != Locus.Grade.NAMED && alike.getOrDefault(crowd, 0) >= MAX_ALIKE
        ? crowd
        : null;
  }

  void add(Ongoing incident) {
    byId.put(incident.id, incident);
    incident.keys.forEach(name -> byName.put(name, incident));
    alike.merge(incident.crowd, 1, Integer::sum);
  }

  void remove(Ongoing incident) {
    byId.remove(incident.id);
    incident.keys.forEach(name -> byName.remove(name, incident));
    incident.meetings.forEach(
        meeting -> {
          byMeeting.remove(meeting, incident);
          suspects.remove(meeting, incident);
        });
    alike.computeIfPresent(incident.crowd, (crowd, count) -> count == 1 ? null : count - 1);
  }

  void learn(Ongoing incident, Set<String> names) {
    incident.learn(names);
    for (String name : names) {
      if (incident.keys.contains(name)) {
        byName.putIfAbsent(name, incident);
      }
    }
  }

  /** Of several the one that was opened last: it is the one that can be about the same time. */
  private static void remember(Map<String, Ongoing> where, String place, Ongoing incident) {
    Ongoing other = where.get(place);
    if (other == incident || (other != null && other.openedMillis > incident.openedMillis)) {
      return;
    }
    if (other != null) {
      other.meetings.remove(place);
    }
    where.put(place, incident);
    incident.meetings.add(place);
  }

  /** Remembers where a member is met, for those who know less. */
  void met(Ongoing incident, Locus locus, Map<String, Track> tracks) {
    if (incident.meetings.size() >= Incidents.MAX_MEETINGS) {
      return;
    }
    if (incident.grade == Locus.Grade.SYMPTOM) {
      for (String service : declared(locus, tracks)) {
        remember(suspects, service, incident);
      }
    } else if (incident.named() && locus.stage() == Locus.Stage.BEHIND) {
      remember(byMeeting, locus.meeting(), incident);
    }
  }
}
