package dev.why502.notify;

import dev.why502.bus.Spoken;
import dev.why502.language.Language;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What people are told, in one fixed shape: no template is evaluated, so nothing that a peer sent
 * can be one. Every text is one bounded line; each format writes them with its own escapes.
 *
 * @param title with state and cause
 * @param link to the page, or null
 * @param open the words under which the link stands
 */
record Message(
    Tone tone,
    String title,
    String summary,
    List<Fact> facts,
    List<String> steps,
    @Nullable String link,
    String open) {
  /** What a colour says. */
  enum Tone {
    BAD,
    WARNING,
    GOOD,
    NEUTRAL
  }

  /** A line with a name before it. */
  record Fact(String name, String text) {}

  static final int MAX_TITLE = 140;
  static final int MAX_SUMMARY = 512;
  static final int MAX_STEP = 300;
  static final int MAX_STEPS = 8;

  /** Probes that are named; the others are counted. */
  static final int MAX_NAMED = 5;

  private static final int MAX_NAME = 60;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

  Message {
    facts = List.copyOf(facts);
    steps = List.copyOf(steps);
  }

  /**
   * The message for a notice.
   *
   * @param link address of the incident's page, or null
   */
  static Message of(Notice notice, Spoken words, @Nullable String link) {
    Language language = words.language();
    String open = Phrase.OPEN.in(language);
    if (notice.kind() == Notice.Kind.TEST) {
      return new Message(
          Tone.NEUTRAL,
          Plain.line(Phrase.TEST.in(language) + ": why502", MAX_TITLE),
          Phrase.TEST_SUMMARY.in(language),
          List.of(),
          List.of(),
          link,
          open);
    }
    JsonObject said = words.incident(notice.incident());
    String summary = said.getValue("summary") instanceof String text ? text : "";
    JsonObject remedy = notice.remedy();
    if (remedy != null && remedy.getValue("summary") instanceof String outcome) {
      summary = words.say(outcome);
    }
    return new Message(
        tone(notice),
        title(notice, language),
        Plain.line(summary, MAX_SUMMARY),
        facts(notice, language),
        notice.over() || remedied(notice) ? List.of() : steps(said, language),
        link,
        open);
  }

  /** All of it as lines of plain text. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(title);
    if (!summary.isEmpty()) {
      lines.add(summary);
    }
    facts.forEach(fact -> lines.add(fact.name() + ": " + fact.text()));
    lines.addAll(steps);
    if (link != null) {
      lines.add(open + ": " + link);
    }
    return lines;
  }

  private static boolean remedied(Notice notice) {
    return notice.kind() == Notice.Kind.REMEDIED && "repaired".equals(outcome(notice));
  }

  private static String title(Notice notice, Language language) {
    String who = names(notice, language, 1);
    String title = state(notice).in(language) + ": " + Plain.line(notice.cause(), MAX_NAME);
    return Plain.line(who.isEmpty() ? title : title + " (" + who + ")", MAX_TITLE);
  }

  private static Phrase state(Notice notice) {
    boolean flapping = "flapping".equals(notice.text("state", ""));
    boolean down = notice.severity().equals("down");
    return switch (notice.kind()) {
      case OPENED, CHANGED -> flapping ? Phrase.FLAPPING : down ? Phrase.DOWN : Phrase.DEGRADED;
      case REMINDED ->
          flapping ? Phrase.STILL_FLAPPING : down ? Phrase.STILL_DOWN : Phrase.STILL_DEGRADED;
      case RESOLVED ->
          notice.time("resolvedAt") != null && merged(notice) != null
              ? Phrase.MERGED
              : Phrase.RESOLVED;
      case REMEDIED ->
          switch (outcome(notice)) {
            case "repaired" -> Phrase.REPAIRED;
            case "worse" -> Phrase.WORSE;
            case "not repaired" -> Phrase.NOT_REPAIRED;
            case "would run" -> Phrase.REMEDY_WOULD_RUN;
            case "withdrawn" -> Phrase.REMEDY_WITHDRAWN;
            case "resumed" -> Phrase.REMEDY_AGAIN;
            default -> Phrase.REMEDY_RUNS;
          };
      case TEST -> Phrase.TEST;
    };
  }

  private static Tone tone(Notice notice) {
    return switch (notice.kind()) {
      case RESOLVED -> merged(notice) == null ? Tone.GOOD : Tone.NEUTRAL;
      case TEST -> Tone.NEUTRAL;
      case REMEDIED ->
          switch (outcome(notice)) {
            case "repaired" -> Tone.GOOD;
            case "not repaired", "worse" -> Tone.BAD;
            default -> Tone.NEUTRAL;
          };
      case OPENED, CHANGED, REMINDED -> notice.severity().equals("down") ? Tone.BAD : Tone.WARNING;
    };
  }

  private static String outcome(Notice notice) {
    JsonObject remedy = notice.remedy();
    return remedy != null && remedy.getValue("outcome") instanceof String outcome
        ? outcome.replace('-', ' ').replace('_', ' ').toLowerCase(Locale.ROOT)
        : "";
  }

  private static @Nullable String merged(Notice notice) {
    return notice.incident().getValue("mergedInto") instanceof String other ? other : null;
  }

  private static List<Fact> facts(Notice notice, Language language) {
    List<Fact> facts = new ArrayList<>();
    JsonObject remedy = notice.remedy();
    if (remedy != null && remedy.getValue("remedy") instanceof String name) {
      facts.add(new Fact(Phrase.BY.in(language), Plain.line(name, MAX_NAME)));
    }
    if (notice.before() != null) {
      facts.add(new Fact(Phrase.BEFORE.in(language), Plain.line(notice.before(), MAX_NAME)));
    }
    facts.add(new Fact(Phrase.AFFECTED.in(language), affected(notice, language)));
    Instant since = notice.time("since");
    if (since != null) {
      facts.add(duration(notice, since, language));
    }
    String other = merged(notice);
    if (other != null) {
      facts.add(new Fact(Phrase.GOES_ON_AS.in(language), Plain.line(other, MAX_NAME)));
    }
    Phrase certainty =
        switch (notice.text("confidence", "")) {
          case "certain" -> Phrase.CERTAIN;
          case "likely" -> Phrase.LIKELY;
          case "possible" -> Phrase.POSSIBLE;
          default -> null;
        };
    if (certainty != null && !notice.over()) {
      facts.add(new Fact(Phrase.CERTAINTY.in(language), certainty.in(language)));
    }
    return facts;
  }

  private static Fact duration(Notice notice, Instant since, Language language) {
    String from = TIME.format(since);
    Instant end = notice.time("resolvedAt");
    if (end != null) {
      String span = span(Duration.between(since, end), language);
      return new Fact(Phrase.LASTED.in(language), Phrase.LASTED_FROM.in(language, span, from));
    }
    Instant at = notice.time("at");
    boolean told = at != null && notice.kind() != Notice.Kind.OPENED && at.isAfter(since);
    return new Fact(
        Phrase.SINCE.in(language),
        told
            ? Phrase.FOR.in(language, from, span(Duration.between(since, at), language))
            : Phrase.AT.in(language, from));
  }

  private static String affected(Notice notice, Language language) {
    long all = Math.max(notice.number("affected"), notice.probes().size());
    String names = names(notice, language, MAX_NAMED);
    String text =
        all == 1 ? Phrase.ONE_PROBE.in(language, names) : Phrase.PROBES.in(language, all, names);
    long failing = notice.number("failing");
    return failing > 0 && failing < all && !notice.over()
        ? Phrase.STILL_FAILING.in(language, text, failing)
        : text;
  }

  private static String names(Notice notice, Language language, int most) {
    List<String> probes = notice.probes();
    List<String> named =
        probes.stream().limit(most).map(probe -> Plain.line(probe, MAX_NAME)).toList();
    long all = Math.max(notice.number("affected"), probes.size());
    String text = String.join(", ", named);
    return named.isEmpty() || all <= named.size()
        ? text
        : switch (language) {
          case ENGLISH -> Phrase.AND_MORE.in(language, text, all - named.size());
          // Chinese counts all of them, those that are named too.
          case CHINESE -> Phrase.AND_MORE.in(language, text, all);
        };
  }

  private static List<String> steps(JsonObject said, Language language) {
    List<String> steps = new ArrayList<>();
    if (!(said.getValue("verdict") instanceof JsonObject verdict)
        || !(verdict.getValue("fix") instanceof JsonObject fix)) {
      return steps;
    }
    if (fix.getValue("summary") instanceof String summary) {
      steps.add(Plain.line(Phrase.FIX.in(language) + ": " + summary, MAX_STEP));
    }
    if (fix.getValue("steps") instanceof JsonArray commands) {
      commands.stream()
          .limit(MAX_STEPS)
          .forEach(command -> steps.add(Plain.line(String.valueOf(command), MAX_STEP)));
    }
    if (fix.getValue("verify") instanceof String verify) {
      steps.add(Plain.line(Phrase.THEN.in(language) + ": " + verify, MAX_STEP));
    }
    return steps;
  }

  /** A span as people say it. */
  static String span(Duration span, Language language) {
    long seconds = Math.max(0, span.toSeconds());
    if (seconds < 120) {
      return Phrase.SECONDS.in(language, seconds);
    }
    long minutes = seconds / 60;
    if (minutes < 60) {
      return Phrase.MINUTES.in(language, minutes);
    }
    long hours = minutes / 60;
    if (hours >= 48) {
      return Phrase.DAYS.in(language, hours / 24);
    }
    return minutes % 60 == 0
        ? Phrase.HOURS.in(language, hours)
        : Phrase.HOURS_MINUTES.in(language, hours, minutes % 60);
  }
}
