package dev.why502.incident;

import dev.why502.definition.Maintenance;
import dev.why502.diagnosis.Locus;
import dev.why502.diagnosis.State;
import dev.why502.diagnosis.Verdict;
import dev.why502.incident.Event.Why;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An incident that is not over, with all that need not be copied for each verdict: its members by
 * the thousand, and the names of what is broken. {@link #incident} is what was said of it last.
 */
final class Ongoing {
  /** Names of what is broken; what is known by more goes by the first ones. */
  static final int MAX_KEYS = 24;

  /** Members of which it is news that half of them are well. */
  private static final int CROWD = 10;

  /** Members at which growth is news. */
  private static final int[] GROWTH = {2, 3, 4, 5, 10, 100, 1_000, 10_000, Integer.MAX_VALUE};

  /**
   * So many changes are told at once; later ones no more often than every {@link #SPARSE_MILLIS}.
   */
  static final int MAX_CHANGES = 20;

  static final long SPARSE_MILLIS = 600_000;

  /** One probe's part in it. */
  static final class Member {
    boolean failing;
    boolean down;

    /** Its last verdict that told where the fault is named this incident's. */
    boolean explained;

    /** Some verdict of it did. */
    boolean proven;

    boolean unknown;
  }

  final String id;
  final Map<String, Member> members = new LinkedHashMap<>();
  final Set<String> keys = new LinkedHashSet<>();

  /** Places under which {@link Places} remembers it. */
  final Set<String> meetings = new LinkedHashSet<>();

  final String crowd;
  final long openedMillis;
  Locus.Grade grade;
  Locus.Stage stage;
  Incident incident;
  Instant since;

  /** Somebody was told of it. */
  boolean told;

  /** Windows of maintenance under which it was last found to be silenced; empty when it was not. */
  List<Maintenance.Window> quietUnder = List.of();

  /** It stays open until then, for members may fail that have not been heard yet. */
  long heldUntil = Long.MIN_VALUE;

  /** Since when all members are well, or -1. */
  long wellSince = -1;

  /** Since when, without a break, some member is not well. */
  long failingSince;

  long remindedMillis;
  int failing;
  private int down;
  private int unknown;
  private int explained;
  private long frozenSince = -1;
  private final Lead lead;
  private int growth;
  private boolean recovering;
  private int changes;
  private long changedMillis;

  Ongoing(String id, Locus locus, String crowd, Verdict verdict, boolean flapping, AsOf asOf) {
    this.id = id;
    this.crowd = crowd;
    this.openedMillis = asOf.millis();
    this.failingSince = asOf.millis();
    this.remindedMillis = asOf.millis();
    this.grade = locus.grade();
    this.stage = locus.stage();
    this.lead = new Lead(verdict, named());
    this.since = verdict.since();
    Story story = story(asOf.wall());
    this.incident = flapping ? new Incident.Flapping(story) : new Incident.Open(story);
  }

  /** One that was stored, as it was. */
  Ongoing(Stored stored, AsOf asOf) {
    Story story = stored.incident().story();
    this.id = story.id();
    this.crowd = stored.crowd();
    long away = asOf.wall().toEpochMilli() - story.at().toEpochMilli();
    this.openedMillis = asOf.millis() - stored.ageMillis() - Math.max(0, away);
    this.failingSince = asOf.millis();
    this.remindedMillis = asOf.millis();
    this.grade = stored.grade();
    this.stage = stored.stage();
    this.lead = new Lead(story.verdict(), named());
    this.since = story.since();
    this.incident = stored.incident();
    this.told = stored.told();
    this.changes = stored.changes();
    this.changedMillis = asOf.millis();
    keys.addAll(stored.keys());
    for (Stored.Member one : stored.members()) {
      Member member = new Member();
      members.put(one.probe(), member);
      member.proven = one.proven();
      if (one.failing()) {
        count(member, one.down(), one.proven());
      }
    }
    growth = step(members.size());
  }

  Stored stored(AsOf asOf, long longestIntervalMillis) {
    List<Stored.Member> all = new ArrayList<>(members.size());
    members.forEach(
        (probe, member) ->
            all.add(new Stored.Member(probe, member.failing, member.down, member.proven)));
    return new Stored(
        incident,
        List.copyOf(keys),
        crowd,
        grade,
        stage,
        asOf.millis() - openedMillis,
        longestIntervalMillis,
        told,
        changes,
        all);
  }

  boolean flapping() {
    return incident instanceof Incident.Flapping;
  }

  /** Nothing can be said of any member that has not recovered. */
  boolean frozen() {
    return failing > 0 && unknown == failing;
  }

  /** It is known what is broken. */
  boolean named() {
    return grade == Locus.Grade.NAMED;
  }

  /** How many of its members are known to fail by it. */
  int explained() {
    return explained;
  }

  /** It is known now what is broken; of members that only showed symptoms it is supposed. */
  void name(Locus.Stage where) {
    if (!named()) {
      grade = Locus.Grade.NAMED;
      explained = 0;
      members.values().forEach(member -> member.explained = false);
    }
    stage = where;
  }

  void learn(Set<String> names) {
    for (String name : names) {
      if (keys.size() < MAX_KEYS) {
        keys.add(name);
      }
    }
  }

  /** A probe fails by it, for the first time or again. */
  void join(String probe, Verdict verdict, boolean explains) {
    Member member = members.computeIfAbsent(probe, id -> new Member());
    if (!member.failing) {
      count(member, verdict.state() == State.DOWN, explains);
    }
    wellSince = -1;
    if (verdict.since().isBefore(since)) {
      since = verdict.since();
    }
  }

  private void count(Member member, boolean isDown, boolean explains) {
    member.failing = true;
    member.down = isDown;
    member.explained = explains;
    member.proven |= explains && named();
    failing++;
    down += isDown ? 1 : 0;
    explained += explains ? 1 : 0;
  }

  /** A member of another incident that is part of this one. */
  void take(String probe, Member other) {
    Member member = members.computeIfAbsent(probe, id -> new Member());
    if (!member.failing) {
      count(member, other.down, other.explained);
    }
    wellSince = -1;
  }

  /** A member still fails. */
  void hear(String probe, Verdict verdict, boolean explains) {
    Member member = members.get(probe);
    if (member == null || !member.failing) {
      return;
    }
    boolean isDown = verdict.state() == State.DOWN;
    down += (isDown ? 1 : 0) - (member.down ? 1 : 0);
    member.down = isDown;
    explained += (explains ? 1 : 0) - (member.explained ? 1 : 0);
    member.explained = explains;
    member.proven |= explains && named();
  }

  /** A member is well, or fails by something else. */
  void leave(String probe, AsOf asOf) {
    Member member = members.get(probe);
    if (member == null || !member.failing) {
      return;
    }
    heard(probe, asOf);
    member.failing = false;
    failing--;
    down -= member.down ? 1 : 0;
    explained -= member.explained ? 1 : 0;
    lead.recovered(probe);
    if (failing == 0) {
      wellSince = asOf.millis();
    }
  }

  /** It was no part of it after all, or is not defined any more. */
  void drop(String probe, AsOf asOf) {
    leave(probe, asOf);
    members.remove(probe);
  }

  /** Nothing can be said of a member: while that is so for all, no time passes for it. */
  void lose(String probe, AsOf asOf) {
    Member member = members.get(probe);
    if (member != null && member.failing && !member.unknown) {
      member.unknown = true;
      unknown++;
      if (frozen()) {
        frozenSince = asOf.millis();
      }
    }
  }

  void heard(String probe, AsOf asOf) {
    Member member = members.get(probe);
    if (member == null || !member.unknown) {
      return;
    }
    if (frozen() && frozenSince >= 0) {
      long slept = asOf.millis() - frozenSince;
      remindedMillis += slept;
      failingSince += slept;
    }
    frozenSince = -1;
    member.unknown = false;
    unknown--;
  }

  boolean failing(String probe) {
    Member member = members.get(probe);
    return member != null && member.failing;
  }

  boolean proven(String probe) {
    Member member = members.get(probe);
    return member != null && member.proven;
  }

  boolean explained(String probe) {
    Member member = members.get(probe);
    return member != null && member.explained;
  }

  Severity severity() {
    return down > 0 ? Severity.DOWN : Severity.DEGRADED;
  }

  /** Whoever says what it is has recovered or says something else now, and so do all others. */
  private boolean deserted() {
    Member member = members.get(lead.verdict().probe());
    return named() && explained == 0 && (member == null || !member.failing || !member.explained);
  }

  /**
   * What is new since it was last told, after a verdict of a member that fails; null for nothing.
   */
  @Nullable Why news(Verdict verdict, boolean explains) {
    Why why = lead.hear(verdict, explains, explains && named(), deserted());
    if (severity().compareTo(incident.story().severity()) > 0) {
      return Why.WORSENED;
    }
    if (why != null) {
      return why;
    }
    int step = step(members.size());
    return step > growth ? Why.GREW : null;
  }

  /** What is new after a member recovered. */
  @Nullable Why relief() {
    return !recovering && members.size() >= CROWD && failing <= members.size() / 2
        ? Why.RECOVERING
        : null;
  }

  /** Whether a change may be told now. */
  boolean mayTell(AsOf asOf) {
    return changes < MAX_CHANGES || asOf.millis() - changedMillis >= SPARSE_MILLIS;
  }

  /** Says what it amounts to now. */
  void tell(@Nullable Why why, AsOf asOf) {
    growth = Math.max(growth, step(members.size()));
    recovering |= why == Why.RECOVERING;
    changes++;
    changedMillis = asOf.millis();
    refresh(asOf);
  }

  /** Brings the record up to date. */
  void refresh(AsOf asOf) {
    incident = goesOn(story(asOf.wall()));
  }

  /** The record as it would be told now. */
  Incident current() {
    Story said = incident.story();
    Verdict now = lead.verdict();
    boolean same =
        said.affected() == members.size()
            && said.failing() == failing
            && said.verdict().equals(now);
    return same ? incident : goesOn(story(now.at().isAfter(said.at()) ? now.at() : said.at()));
  }

  private Incident goesOn(Story story) {
    return incident instanceof Incident.Flapping flapping
        ? flapping.goesOn(story)
        : ((Incident.Open) incident).goesOn(story);
  }

  private static int step(int size) {
    int step = 0;
    while (size >= GROWTH[step]) {
      step++;
    }
    return step;
  }

  private Story story(Instant at) {
    List<String> shown = new ArrayList<>(Math.min(members.size(), Story.PROBES_SHOWN));
    for (String probe : members.keySet()) {
      if (shown.size() == Story.PROBES_SHOWN) {
        break;
      }
      shown.add(probe);
    }
    // What has recovered was as bad as it was.
    Severity severity =
        failing == 0 && !members.isEmpty() ? incident.story().severity() : severity();
    return new Story(id, severity, shown, members.size(), failing, since, at, lead.verdict());
  }
}
