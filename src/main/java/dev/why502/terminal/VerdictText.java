package dev.why502.terminal;

import dev.why502.diagnosis.Fix;
import dev.why502.diagnosis.State;
import dev.why502.diagnosis.Verdict;
import dev.why502.evidence.Evidence;
import dev.why502.evidence.LogLine;
import dev.why502.language.Translation;
import dev.why502.terminal.Palette.Ink;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Verdicts for people: what is wrong first and whole, what is well after it in one line each. All
 * times are UTC. Every text goes through {@link SafeText}; commands are never broken, so that they
 * can be copied, and one that cannot be shown whole is not shown as if it could be run.
 */
public final class VerdictText {
  /** More evidence than this hides what matters; the JSON has all of it. */
  static final int MAX_EVIDENCE = 24;

  private static final int MARGIN = 2;
  private static final int LABEL = 11;
  private static final int BODY = MARGIN + LABEL;
  private static final int WIDEST_ID = 32;

  /** Columns below which a text begins on a line of its own. */
  private static final int NARROW = 36;

  /** Of commands: a blank before one does not hinder whoever copies it, a number would. */
  private static final String COMMAND_INDENT = "    ";

  private static final DateTimeFormatter CLOCK = utc("HH:mm:ss.SSS");
  private static final DateTimeFormatter DAY = utc("uuuu-MM-dd");
  private static final DateTimeFormatter OTHER_DAY = utc("MM-dd HH:mm:ss");
  private static final DateTimeFormatter WHOLE = utc("uuuu-MM-dd HH:mm:ss");

  private final Palette palette;
  private final Wrapping wrapping;
  private final Translation translation;
  private final StringBuilder out = new StringBuilder();

  private VerdictText(Palette palette, Wrapping wrapping, Translation translation) {
    this.palette = palette;
    this.wrapping = wrapping;
    this.translation = translation;
  }

  /** In English. */
  static String render(List<Verdict> verdicts, boolean colour, int width) {
    return render(verdicts, colour, width, Translation.none());
  }

  /**
   * All verdicts as text that ends with a line feed.
   *
   * @param colour whether ANSI colours are wanted
   * @param width columns of the terminal, or 0 where lines need not be broken (a file, a pipe)
   * @param translation into the language of whoever reads it
   */
  public static String render(
      List<Verdict> verdicts, boolean colour, int width, Translation translation) {
    VerdictText text = new VerdictText(Palette.of(colour), new Wrapping(width), translation);
    for (State state : List.of(State.DOWN, State.DEGRADED, State.UNKNOWN)) {
      verdicts.stream().filter(verdict -> verdict.state() == state).forEach(text::explain);
    }
    text.up(verdicts.stream().filter(verdict -> verdict.state() == State.UP).toList());
    text.count(verdicts);
    return text.out.toString();
  }

  private void explain(Verdict verdict) {
    String since =
        verdict.since().isBefore(verdict.at())
            ? "  " + say("since " + WHOLE.format(verdict.since()))
            : "";
    line(
        palette.mark(verdict.state(), say(word(verdict.state())))
            + "  "
            + palette.ink(Ink.STRONG, SafeText.line(verdict.probe()))
            + "  "
            + verdict.cause().code()
            + palette.ink(Ink.FAINT, "  " + say(word(verdict.confidence())) + since));
    hang(" ".repeat(MARGIN), MARGIN, MARGIN, say(verdict.summary()));
    path(verdict);
    why(verdict.chain(), verdict.summary());
    evidence("evidence", verdict.evidence(), verdict.at());
    List<Verdict.RuledOut> ruledOut = verdict.ruledOut();
    for (int i = 0; i < ruledOut.size(); i++) {
      section(
          i == 0 ? "ruled out" : "",
          ruledOut.get(i).cause().code() + ": " + say(ruledOut.get(i).because()));
    }
    gapAfter(ruledOut);
    List<Verdict.Unsettled> unsettled = verdict.unsettled();
    for (int i = 0; i < unsettled.size(); i++) {
      Verdict.Unsettled open = unsettled.get(i);
      section(
          i == 0 ? "unsettled" : "",
          say(open.cause().code() + " fits too; would be settled by " + open.settledBy()));
    }
    gapAfter(unsettled);
    if (verdict.fix() != null) {
      fix(verdict.fix());
    }
    risks(verdict);
  }

  /** One line, never broken; where it does not fit, what follows says the same. */
  private void path(Verdict verdict) {
    PathLine path = PathLine.of(verdict);
    if (path == null) {
      return;
    }
    StringBuilder drawn = new StringBuilder();
    int wide = BODY;
    for (int i = 0; i < path.stops().size(); i++) {
      boolean here = i == path.broken();
      String stop = SafeText.line(i == 0 ? say("here") : path.stops().get(i));
      String link = i == 0 ? "" : here && path.link() ? " ──✗── " : " ──→ ";
      boolean at = here && !path.link();
      drawn.append(
          here && path.link() ? palette.ink(Ink.DOWN, link) : palette.ink(Ink.FAINT, link));
      drawn.append(at ? palette.ink(Ink.DOWN, "✗ " + stop) : stop);
      wide += link.length() + Wrapping.width(stop) + (at ? 2 : 0);
    }
    if (wrapping.columns() <= 0 || wide <= wrapping.columns()) {
      out.append('\n');
      line(label("path", BODY) + drawn);
    }
  }

  private void why(List<Verdict.Link> chain, String summary) {
    out.append('\n');
    int codes = chain.stream().mapToInt(link -> link.cause().code().length()).max().orElse(0);
    for (int i = 0; i < chain.size(); i++) {
      Verdict.Link link = chain.get(i);
      String code = Wrapping.pad(link.cause().code(), codes);
      boolean last = i == chain.size() - 1;
      hang(
          label(i == 0 ? "why" : "", BODY - 2)
              + (i == 0 ? "  " : palette.ink(Ink.FAINT, "→ "))
              + (last ? palette.ink(Ink.STRONG, code) : code)
              + "  ",
          BODY + codes + 2,
          BODY + codes + 2,
          last && link.summary().equals(summary) ? "" : say(link.summary()));
    }
    gapAfter(chain);
  }

  private void evidence(String label, List<Evidence> evidence, Instant asOf) {
    List<Alike> all = Alike.of(evidence);
    List<Alike> shown = all.subList(0, Math.min(all.size(), MAX_EVIDENCE));
    int times =
        shown.stream().mapToInt(one -> time(one.first().at(), asOf).length()).max().orElse(0);
    int kinds = shown.stream().mapToInt(one -> one.first().kind().code().length()).max().orElse(0);
    for (int i = 0; i < shown.size(); i++) {
      Evidence piece = shown.get(i).first();
      hang(
          label(i == 0 ? label : "", BODY)
              + palette.ink(
                  Ink.FAINT,
                  Wrapping.pad(time(piece.at(), asOf), times)
                      + "  "
                      + Wrapping.pad(piece.kind().code(), kinds)
                      + "  "),
          BODY + times + 2 + kinds + 2,
          BODY + 2,
          piece instanceof LogLine ? piece.summary() : say(piece.summary()));
      int alike = shown.get(i).more();
      if (alike > 0) {
        line(" ".repeat(BODY + 2) + palette.ink(Ink.FAINT, say("and " + alike + " more like it")));
      }
    }
    if (all.size() > shown.size()) {
      int more = all.size() - shown.size();
      section("", say("and " + more + " more, all of them with --json"));
    }
    gapAfter(evidence);
  }

  private void fix(Fix fix) {
    section("fix", say(fix.summary()));
    Fix.At at = fix.at();
    if (at != null && !fix.summary().contains(at.file() + ":" + at.line())) {
      out.append(" ".repeat(BODY));
      runnable(at.file() + ":" + at.line(), Ink.STRONG);
    }
    fix.steps().forEach(this::command);
    String verify = fix.verify();
    if (verify != null) {
      line(label("verify", BODY));
      command(verify);
    }
    out.append('\n');
  }

  private void risks(Verdict verdict) {
    for (Verdict.Risk risk : verdict.risks()) {
      section("risk", risk.cause().code() + ": " + say(risk.summary()));
      Fix fix = risk.fix();
      if (fix != null) {
        section("", say("to prevent it: " + fix.summary()));
        for (String step : fix.steps()) {
          command(step);
        }
      }
    }
    gapAfter(verdict.risks());
  }

  private void up(List<Verdict> verdicts) {
    int ids =
        Math.min(
            WIDEST_ID,
            verdicts.stream()
                .mapToInt(verdict -> Wrapping.width(SafeText.line(verdict.probe())))
                .max()
                .orElse(0));
    for (Verdict verdict : verdicts) {
      String start =
          palette.mark(State.UP, say("up"))
              + "  "
              + Wrapping.pad(SafeText.line(verdict.probe()), ids);
      int indent = Wrapping.width("✓ " + say("up") + "  ") + ids + 2;
      hang(start + "  ", indent, indent, say(verdict.summary()));
      risks(verdict);
    }
    boolean gap = !verdicts.isEmpty() && verdicts.get(verdicts.size() - 1).risks().isEmpty();
    if (gap) {
      out.append('\n');
    }
  }

  private void count(List<Verdict> verdicts) {
    List<String> parts = new ArrayList<>();
    for (State state : List.of(State.DOWN, State.DEGRADED, State.UNKNOWN, State.UP)) {
      long count = verdicts.stream().filter(verdict -> verdict.state() == state).count();
      if (count > 0) {
        parts.add(palette.ink(Palette.ink(state), count + " " + say(word(state))));
      }
    }
    String probes = say(verdicts.size() == 1 ? "1 probe" : verdicts.size() + " probes");
    String when =
        verdicts.stream()
            .map(Verdict::at)
            .max(Instant::compareTo)
            .map(at -> "  " + WHOLE.format(at) + " UTC")
            .orElse("");
    line(
        probes
            + (parts.isEmpty() ? "" : ": " + String.join(", ", parts))
            + palette.ink(Ink.FAINT, when));
  }

  private void section(String label, String text) {
    hang(label(label, BODY), BODY, BODY, text);
  }

  /**
   * A start that is styled already and {@code first} columns wide, then text from outside, whose
   * further lines begin at {@code further}.
   */
  private void hang(String start, int first, int further, String text) {
    String safe = SafeText.line(text);
    boolean narrow = further < first || wrapping.columns() - first < NARROW;
    if (wrapping.columns() > 0 && narrow && first + Wrapping.width(safe) > wrapping.columns()) {
      // A line of its own keeps what is below one another.
      line(start);
      int indent = Math.min(first, BODY + 2);
      wrapping.lines(safe, indent, indent).forEach(each -> line(" ".repeat(indent) + each));
      return;
    }
    List<String> lines = wrapping.lines(safe, first, further);
    line(start + lines.get(0));
    for (String line : lines.subList(1, lines.size())) {
      line(" ".repeat(further) + line);
    }
  }

  private void command(String command) {
    out.append(COMMAND_INDENT);
    runnable(command, Ink.COMMAND);
  }

  private void runnable(String command, Ink ink) {
    if (SafeText.plain(command)) {
      line(palette.ink(ink, command));
    } else {
      // Escaped or cut it would be another command.
      line(
          palette.ink(
              Ink.FAINT,
              "# " + say("not as it is, take it from --json: " + SafeText.line(command))));
    }
  }

  private String label(String label, int columns) {
    String said = label.isEmpty() ? "" : say(label);
    return " ".repeat(MARGIN)
        + palette.ink(Ink.FAINT, said)
        + " ".repeat(Math.max(1, columns - MARGIN - Wrapping.width(said)));
  }

  private String say(String english) {
    return translation.say(english);
  }

  private void line(String text) {
    out.append(text.stripTrailing()).append('\n');
  }

  private void gapAfter(List<?> shown) {
    if (!shown.isEmpty()) {
      out.append('\n');
    }
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** The time of day; with its day where that is not the verdict's own. */
  private static String time(Instant at, Instant asOf) {
    String day = DAY.format(at);
    if (day.equals(DAY.format(asOf))) {
      return CLOCK.format(at);
    }
    return (day.substring(0, 4).equals(DAY.format(asOf).substring(0, 4)) ? OTHER_DAY : WHOLE)
        .format(at);
  }

  private static DateTimeFormatter utc(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
  }
}
