package dev.why502.watch;

import dev.why502.language.Translation;
import dev.why502.terminal.SafeText;
import java.time.Duration;

/** What {@code watch} says of its own, in one place; {@code {}} is a slot. */
final class Words {
  static final String FOLLOWING = "following {}: what stands, then the news as they come";
  static final String NOTHING_YET = "no verdict yet: the first round has not ended";
  static final String LOST = "connection lost: {}; trying again";
  static final String STILL_LOST = "still not connected: {}";
  static final String BACK = "connected again after {}";
  static final String BACK_UNCHANGED = "connected again after {}, nothing has changed";
  static final String SILENT = "no news: the service has given no sign of life for {}";
  static final String HEARD_AGAIN = "news again";
  static final String ACCEPTED = "definitions in force";
  static final String REFUSED = "definitions refused, the old ones stay in force";
  static final String PROBLEM = "the service's own trouble: {}";
  static final String NO_PROBLEM = "the service's own trouble is over";
  static final String GONE = "watched no longer: {}";
  static final String AND_MORE = "and {} more";
  static final String SINCE = "since {}";
  static final String WAS = "was {}";
  static final String WAS_FOR = "was {} for {}";
  static final String INCIDENT = "incident {}";
  static final String SEEN_BY = "seen by {}";
  static final String VERIFY = "then";
  static final String FIX = "fix";

  private final Translation translation;

  Words(Translation translation) {
    this.translation = translation;
  }

  /** A text of ours or of the service's, in the language of whoever reads; safe, and one line. */
  String say(String english) {
    return SafeText.line(translation.say(english));
  }

  /** The template with texts from outside in its slots, each made safe and the whole one line. */
  String fill(String template, Object... slots) {
    StringBuilder out = new StringBuilder();
    int from = 0;
    for (Object slot : slots) {
      int at = template.indexOf("{}", from);
      out.append(template, from, at).append(slot);
      from = at + 2;
    }
    return say(out.append(template.substring(from)).toString());
  }

  /** A span as people say it, in one unit or two. */
  static String span(Duration span) {
    long seconds = Math.max(0, span.toSeconds());
    if (seconds < 60) {
      return seconds + " s";
    }
    long minutes = seconds / 60;
    if (minutes < 60) {
      return minutes + " min";
    }
    long hours = minutes / 60;
    return hours < 48
        ? hours + " h" + (minutes % 60 == 0 ? "" : " " + minutes % 60 + " min")
        : hours / 24 + " days";
  }
}
