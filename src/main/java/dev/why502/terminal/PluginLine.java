package dev.why502.terminal;

import dev.why502.diagnosis.State;
import dev.why502.diagnosis.Verdict;
import dev.why502.evidence.Answer;
import dev.why502.language.Translation;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a monitoring plugin prints and how it exits, by the plugins' development guidelines: one
 * line, performance data after the bar.
 *
 * @param line without a line feed
 * @param status 0 ok, 1 warning, 2 critical, 3 unknown
 */
public record PluginLine(String line, int status) {
  private static final List<State> WORST_FIRST =
      List.of(State.DOWN, State.DEGRADED, State.UNKNOWN, State.UP);

  /** The verdicts' line: the worst one speaks, the others are counted. */
  public static PluginLine of(List<Verdict> verdicts, Translation translation) {
    for (State state : WORST_FIRST) {
      List<Verdict> some = verdicts.stream().filter(verdict -> verdict.state() == state).toList();
      if (!some.isEmpty()) {
        String line = "WHY502 " + word(state) + " - " + says(some, verdicts.size(), translation);
        return new PluginLine(line + "|" + performance(verdicts), status(state));
      }
    }
    String none = translation.say("no probe was run");
    return new PluginLine("WHY502 UNKNOWN - " + none, status(State.UNKNOWN));
  }

  private static String says(List<Verdict> some, int of, Translation translation) {
    Verdict first = some.get(0);
    if (first.state() == State.UP && of > 1) {
      return translation.say("all " + of + " probes are up");
    }
    String cause = first.state() == State.UP ? "" : " (" + first.cause().code() + ")";
    String others =
        some.size() == 1 ? "" : translation.say(", and " + (some.size() - 1) + " more like it");
    return SafeText.line(text(first.probe()) + ": " + text(translation.say(first.summary())))
        + cause
        + others;
  }

  /** The bar begins the performance data, so that none may stand before it. */
  private static String text(String fromOutside) {
    return fromOutside.replace('|', '/');
  }

  private static String performance(List<Verdict> verdicts) {
    StringBuilder out = new StringBuilder();
    for (State state : List.of(State.UP, State.DEGRADED, State.DOWN, State.UNKNOWN)) {
      long count = verdicts.stream().filter(verdict -> verdict.state() == state).count();
      out.append(state.name().toLowerCase(Locale.ROOT))
          .append('=')
          .append(count)
          .append(";;;0;")
          .append(verdicts.size())
          .append(' ');
    }
    if (verdicts.size() == 1) {
      edge(verdicts.get(0))
          .ifPresent(
              answer ->
                  out.append(
                      String.format(
                          Locale.ROOT, "time=%.6fs;;;0 ", answer.seen().durationMillis() / 1000)));
    }
    return out.toString().stripTrailing();
  }

  private static Optional<Answer> edge(Verdict verdict) {
    return verdict.evidence().stream()
        .filter(Answer.class::isInstance)
        .map(Answer.class::cast)
        .filter(answer -> answer.role() == Answer.Role.EDGE)
        .findFirst();
  }

  private static String word(State state) {
    return switch (state) {
      case UP -> "OK";
      case DEGRADED -> "WARNING";
      case DOWN -> "CRITICAL";
      case UNKNOWN -> "UNKNOWN";
    };
  }

  private static int status(State state) {
    return switch (state) {
      case UP -> 0;
      case DEGRADED -> 1;
      case DOWN -> 2;
      case UNKNOWN -> 3;
    };
  }
}
