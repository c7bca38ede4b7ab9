package dev.why502.watch;

import dev.why502.diagnosis.State;
import dev.why502.language.Translation;
import dev.why502.terminal.Palette;
import dev.why502.terminal.Palette.Ink;
import dev.why502.terminal.SafeText;
import dev.why502.terminal.Terminal;
import dev.why502.terminal.Wrapping;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * For people: what stands, then a paragraph for each news. Whatever came over the bus is text from
 * outside. Times are UTC.
 */
final class TextTeller implements Teller {
  /** Wrong probes that are explained at the start; of the others the names are enough. */
  static final int MAX_EXPLAINED = 10;

  /** Probes that have a line of their own where many stand alike. */
  static final int MAX_LINES = 40;

  /** Of the status, so that it never fills the screen. */
  static final int MAX_STATUS = 5;

  private static final String STEP_INDENT = "    ";
  private static final DateTimeFormatter CLOCK = utc("HH:mm:ss");
  private static final DateTimeFormatter WHOLE = utc("uuuu-MM-dd HH:mm:ss");

  private final Words words;
  private final Sheet sheet;
  private final String url;
  private final InstantSource clock;
  private @Nullable String trouble;

  TextTeller(Sheet sheet, String url, InstantSource clock, Translation translation) {
    this.words = new Words(translation);
    this.sheet = sheet;
    this.url = url;
    this.clock = clock;
  }

  @Override
  public void heard(String address, JsonObject body) {}

  @Override
  public void stands(Board board, Collection<Incident> incidents) {
    Lines lines = new Lines(sheet.terminal());
    lines.line(lines.faint(words.fill(Words.FOLLOWING, url)));
    lines.gap();
    List<Standing> wrong = board.wrong();
    List<Standing> up = board.up();
    if (wrong.isEmpty() && up.isEmpty()) {
      lines.line(words.say(Words.NOTHING_YET));
    }
    for (Standing standing : wrong.subList(0, Math.min(wrong.size(), MAX_EXPLAINED))) {
      lines.explain("", standing, lines.faint(since(standing)));
      lines.gap();
    }
    lines.list(wrong.subList(Math.min(wrong.size(), MAX_EXPLAINED), wrong.size()));
    lines.list(up);
    lines.gap();
    incidents.forEach(incident -> incident(lines, incident));
    if (!sheet.terminal().interactive()) {
      lines.line(counts(board, lines.palette));
      lines.gap();
    }
    sheet.add(lines.toString());
  }

  @Override
  public void changed(List<Board.Change> changes) {
    Lines lines = new Lines(sheet.terminal());
    int explained = 0;
    for (Board.Change change : changes) {
      Standing now = change.now();
      if (++explained > MAX_LINES) {
        lines.news(now(), words.fill(Words.AND_MORE, changes.size() - MAX_LINES));
        break;
      }
      lines.explain(time(now.at()) + "  ", now, lines.faint(was(change)));
    }
    sheet.add(lines.toString());
  }

  @Override
  public void gone(List<String> probes) {
    say(words.fill(Words.GONE, some(probes)));
  }

  @Override
  public void incident(Incident incident) {
    Lines lines = new Lines(sheet.terminal());
    incident(lines, incident);
    sheet.add(lines.toString());
  }

  private void incident(Lines lines, Incident incident) {
    String title =
        words.fill(Words.INCIDENT, incident.state())
            + "  "
            + SafeText.line(incident.cause())
            + "  "
            + words.fill(Words.SEEN_BY, some(incident.probes()));
    lines.news(time(incident.at()), title);
    lines.hang(" ".repeat(10), words.say(incident.summary()));
  }

  @Override
  public void definitions(boolean accepted, List<String> errors) {
    Lines lines = new Lines(sheet.terminal());
    lines.news(now(), words.say(accepted ? Words.ACCEPTED : Words.REFUSED));
    for (String error : errors.subList(0, Math.min(errors.size(), MAX_LINES))) {
      lines.hang(" ".repeat(10), SafeText.line(error));
    }
    if (errors.size() > MAX_LINES) {
      lines.hang(" ".repeat(10), words.fill(Words.AND_MORE, errors.size() - MAX_LINES));
    }
    sheet.add(lines.toString());
  }

  @Override
  public void problems(List<String> problems) {
    say(
        problems.isEmpty()
            ? words.say(Words.NO_PROBLEM)
            : words.fill(Words.PROBLEM, String.join("; ", problems)));
  }

  @Override
  public void lost(String why) {
    trouble = words.fill(Words.LOST, why);
    say(trouble);
  }

  @Override
  public void stillLost(String why) {
    trouble = words.fill(Words.STILL_LOST, why);
    say(trouble);
  }

  @Override
  public void back(Duration away, boolean changes) {
    trouble = null;
    say(words.fill(changes ? Words.BACK : Words.BACK_UNCHANGED, Words.span(away)));
  }

  @Override
  public void silent(Duration quiet) {
    trouble = words.fill(Words.SILENT, Words.span(quiet));
    say(trouble);
  }

  @Override
  public void heardAgain() {
    trouble = null;
    say(words.say(Words.HEARD_AGAIN));
  }

  @Override
  public void status(Board board, Collection<Incident> incidents) {
    Terminal terminal = sheet.terminal();
    Palette palette = Palette.of(terminal.colour());
    int columns = terminal.columns() - 1;
    List<String> lines = new ArrayList<>();
    lines.add("");
    List<Standing> wrong = board.wrong();
    int shown = Math.min(wrong.size(), Math.min(MAX_STATUS, Math.max(1, terminal.rows() - 6)));
    for (Standing standing : wrong.subList(0, shown)) {
      String rest =
          SafeText.line(standing.probe())
              + "  "
              + SafeText.line(standing.cause())
              + (standing.since() == null ? "" : "  " + age(standing.since()));
      lines.add(
          palette.mark(standing.state(), word(standing.state()))
              + "  "
              + Wrapping.cut(rest, columns - 2 - Wrapping.width(mark(standing.state()))));
    }
    if (wrong.size() > shown) {
      lines.add(words.fill(Words.AND_MORE, wrong.size() - shown));
    }
    lines.add(
        trouble == null
            ? Wrapping.cut(counts(board, Palette.PLAIN) + "  " + SafeText.line(url), columns)
            : palette.ink(Ink.UNKNOWN, Wrapping.cut(trouble, columns)));
    sheet.status(lines);
  }

  private String age(Instant since) {
    Duration age = Duration.between(since, clock.instant());
    return age.toSeconds() < 60 ? words.say("< 1 min") : words.say(Words.span(age));
  }

  private void say(String text) {
    Lines lines = new Lines(sheet.terminal());
    lines.news(now(), text);
    sheet.add(lines.toString());
  }

  private String counts(Board board, Palette palette) {
    List<String> parts = new ArrayList<>();
    long all = 0;
    for (State state : List.of(State.DOWN, State.DEGRADED, State.UNKNOWN, State.UP)) {
      long count = board.count(state);
      all += count;
      if (count > 0) {
        parts.add(palette.ink(Palette.ink(state), count + " " + word(state)));
      }
    }
    return words.say(all == 1 ? "1 probe" : all + " probes")
        + (parts.isEmpty() ? "" : ": " + String.join(", ", parts));
  }

  private String since(Standing standing) {
    Instant since = standing.since();
    return since == null || !since.isBefore(clock.instant().plusSeconds(1))
        ? ""
        : "  " + words.fill(Words.SINCE, WHOLE.format(since));
  }

  private String was(Board.Change change) {
    Standing before = change.before();
    if (before == null || before.state() == change.now().state()) {
      return "";
    }
    Instant began = before.since();
    Instant ended = change.now().since();
    return "  "
        + (began == null || ended == null
            ? words.fill(Words.WAS, word(before.state()))
            : words.fill(
                Words.WAS_FOR, word(before.state()), Words.span(Duration.between(began, ended))));
  }

  /** A list that a line can hold. */
  private String some(List<String> names) {
    int shown = Math.min(names.size(), 8);
    String text = String.join(", ", names.subList(0, shown));
    return names.size() == shown
        ? text
        : text + " " + words.fill(Words.AND_MORE, names.size() - shown);
  }

  private String now() {
    return CLOCK.format(clock.instant());
  }

  private String time(@Nullable Instant at) {
    return at == null ? now() : CLOCK.format(at);
  }

  private String word(State state) {
    return words.say(state.name().toLowerCase(Locale.ROOT));
  }

  private String mark(State state) {
    return Palette.PLAIN.mark(state, word(state));
  }

  private static DateTimeFormatter utc(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
  }

  /** Paragraphs of one piece of output, for the terminal as it is now. */
  private final class Lines {
    private final StringBuilder out = new StringBuilder();
    private final Palette palette;
    private final Wrapping wrapping;

    Lines(Terminal terminal) {
      palette = Palette.of(terminal.colour());
      wrapping = new Wrapping(terminal.columns());
    }

    void line(String text) {
      out.append(text.stripTrailing()).append('\n');
    }

    void gap() {
      if (out.length() > 1 && out.charAt(out.length() - 2) != '\n') {
        out.append('\n');
      }
    }

    String faint(String text) {
      return palette.ink(Ink.FAINT, text);
    }

    /** Safe text that begins with a time of eight columns. */
    void news(String time, String text) {
      List<String> lines = wrapping.lines(text, 10, 10);
      line(faint(time) + "  " + lines.get(0));
      lines.subList(1, lines.size()).forEach(more -> line(" ".repeat(10) + more));
    }

    /** Safe text, each line of it behind the indent. */
    void hang(String indent, String text) {
      wrapping.lines(text, indent.length(), indent.length()).forEach(each -> line(indent + each));
    }

    void explain(String time, Standing standing, String aside) {
      String certainty =
          standing.wrong() && !standing.confidence().isEmpty()
              ? faint("  " + words.say(standing.confidence()))
              : "";
      line(
          faint(time)
              + palette.mark(standing.state(), word(standing.state()))
              + "  "
              + palette.ink(Ink.STRONG, SafeText.line(standing.probe()))
              + (standing.wrong() ? "  " + SafeText.line(standing.cause()) : "")
              + certainty
              + aside);
      String indent = " ".repeat(Math.max(2, time.length()));
      hang(indent, words.say(standing.summary()));
      if (!standing.wrong()) {
        return;
      }
      if (!standing.fix().isEmpty()) {
        List<String> lines =
            wrapping.lines(words.say(standing.fix()), indent.length() + 5, indent.length() + 5);
        line(indent + faint(words.say(Words.FIX)) + "  " + lines.get(0));
        lines.subList(1, lines.size()).forEach(more -> line(indent + " ".repeat(5) + more));
      }
      standing.steps().forEach(this::step);
    }

    /** Never broken, so that it can be copied; one that cannot be shown whole is no command. */
    private void step(String command) {
      line(
          STEP_INDENT
              + (SafeText.plain(command)
                  ? palette.ink(Ink.COMMAND, command)
                  : faint("# " + words.say("not as it is, take it from --json: " + command))));
    }

    /** One line for each, or of many that are well the names only. */
    void list(List<Standing> standings) {
      if (standings.isEmpty()) {
        return;
      }
      if (standings.size() <= MAX_LINES) {
        int ids =
            standings.stream()
                .mapToInt(one -> Wrapping.width(SafeText.line(one.probe())))
                .max()
                .orElse(0);
        for (Standing one : standings) {
          String start = Wrapping.pad(SafeText.line(one.probe()), Math.min(ids, 32)) + "  ";
          int used = Wrapping.width(mark(one.state())) + 2 + Wrapping.width(start);
          String text =
              (one.wrong() ? SafeText.line(one.cause()) + "  " : "") + words.say(one.summary());
          line(
              palette.mark(one.state(), word(one.state()))
                  + "  "
                  + start
                  + Wrapping.cut(text, Math.max(20, wrapping.columns() - used)));
        }
        return;
      }
      String names =
          String.join(
              ", ",
              standings.stream()
                  .limit(10 * MAX_LINES)
                  .map(one -> SafeText.line(one.probe()))
                  .toList());
      List<String> lines = wrapping.lines(names, 8, 8);
      line(
          palette.mark(standings.get(0).state(), word(standings.get(0).state()))
              + "  "
              + lines.get(0));
      lines.subList(1, lines.size()).forEach(more -> line(" ".repeat(8) + more));
      if (standings.size() > 10 * MAX_LINES) {
        line(" ".repeat(8) + words.fill(Words.AND_MORE, standings.size() - 10 * MAX_LINES));
      }
    }

    @Override
    public String toString() {
      return out.toString();
    }
  }
}
