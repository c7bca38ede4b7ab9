package dev.why502.conf;

import dev.why502.definition.Remedy;
import dev.why502.definition.Remedy.Placeholder;
import dev.why502.definition.Selection;
import dev.why502.diagnosis.Cause;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The entries of {@code remedies}. */
final class RemedyReader {
  static final List<String> KEYS =
      List.of(
          "id",
          "cause",
          "probe",
          "probes",
          "labels",
          "run",
          "directory",
          "environment",
          "timeout",
          "cooldown",
          "maxPerHour",
          "rounds",
          "confidence");

  static final int MOST = 100;
  static final int MOST_ARGUMENTS = 64;
  static final int ARGUMENT_CHARACTERS = 4_096;
  static final Duration SHORTEST_TIMEOUT = Duration.ofSeconds(1);
  static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(10);
  static final Duration SHORTEST_COOLDOWN = Duration.ofSeconds(1);
  static final Duration LONGEST_COOLDOWN = Duration.ofDays(7);
  static final int MOST_PER_HOUR = 60;
  static final int MOST_ROUNDS = 1_000;

  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");
  private static final Pattern BRACES = Pattern.compile("\\{([a-zA-Z0-9_]{1,32})\\}");

  private final Faults faults;
  private final Path baseDirectory;
  private final SelectionReader selections;
  private final Set<String> ids = new HashSet<>();

  /**
   * @param probes ids of all probes
   */
  RemedyReader(Faults faults, Path baseDirectory, Collection<String> probes) {
    this.faults = faults;
    this.baseDirectory = baseDirectory;
    this.selections = new SelectionReader(probes);
  }

  List<Remedy> readAll(List<Json> values, Pointer at) {
    List<Remedy> all = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      Remedy remedy = read(values.get(i), at.child(i));
      if (remedy != null) {
        all.add(remedy);
      }
    }
    return all;
  }

  private @Nullable Remedy read(Json value, Pointer at) {
    Members remedy = Members.of(value, at, faults, KEYS);
    if (remedy == null) {
      return null;
    }
    for (String key : List.of("id", "cause", "run")) {
      remedy.require(key);
    }
    String id = Ids.read(remedy, faults);
    if (id != null && !ids.add(id)) {
      faults.add(at.child("id"), Printable.quoted(id) + " is the id of another one above");
    }
    Set<String> causes = causes(remedy);
    Selection selection = selection(remedy);
    List<String> run = run(remedy);
    restarts(remedy, causes, run);
    String directory = directory(remedy);
    Map<String, String> environment = environment(remedy);
    Duration timeout = remedy.duration("timeout", SHORTEST_TIMEOUT, LONGEST_TIMEOUT);
    Duration cooldown = remedy.duration("cooldown", SHORTEST_COOLDOWN, LONGEST_COOLDOWN);
    Integer maxPerHour = remedy.whole("maxPerHour", 1, MOST_PER_HOUR);
    Integer rounds = remedy.whole("rounds", 1, MOST_ROUNDS);
    Remedy.Sureness sureness = remedy.parsed("confidence", RemedyReader::sureness);
    return id == null
        ? null
        : new Remedy(
            id,
            causes,
            selection,
            run,
            directory,
            environment,
            Objects.requireNonNullElse(timeout, Remedy.DEFAULT_TIMEOUT),
            Objects.requireNonNullElse(cooldown, Remedy.DEFAULT_COOLDOWN),
            Objects.requireNonNullElse(maxPerHour, Remedy.DEFAULT_MAX_PER_HOUR),
            Objects.requireNonNullElse(rounds, Remedy.DEFAULT_ROUNDS),
            Objects.requireNonNullElse(sureness, Remedy.Sureness.CERTAIN));
  }

  /** One code, or several. */
  private Set<String> causes(Members remedy) {
    Set<String> codes = new LinkedHashSet<>();
    if (remedy.get("cause") instanceof Json.Arr several) {
      codes.addAll(remedy.parsedAll("cause", RemedyReader::cause));
      if (several.items().isEmpty()) {
        faults.add(remedy.at("cause"), "names no cause");
      }
    } else {
      String one = remedy.parsed("cause", RemedyReader::cause);
      if (one != null) {
        codes.add(one);
      }
    }
    return codes;
  }

  private static Parsed<String> cause(String text) {
    Cause cause = Cause.of(text);
    if (cause == null) {
      List<String> codes = Arrays.stream(Cause.values()).map(Cause::code).toList();
      return Parsed.not("is no cause; the nearest is \"" + Nearest.of(text, codes) + '"');
    }
    if (cause == Cause.OK) {
      return Parsed.not("is no fault, and needs no remedy");
    }
    return cause.layer() == Cause.Layer.PROBER
        ? Parsed.not("speaks of this prober alone: nothing is known of the site then")
        : Parsed.of(text);
  }

  /** For which probes must be said: a remedy for all of them is nobody's intention. */
  private Selection selection(Members remedy) {
    String one = remedy.parsed("probe", selections::probe);
    Selection several = selections.read(remedy);
    Set<String> named = new LinkedHashSet<>(several.probes());
    if (one != null) {
      named.add(one);
    }
    boolean said = remedy.has("probe") || remedy.has("probes") || remedy.has("labels");
    boolean all = named.isEmpty() && several.labels().isEmpty();
    if (!said || (all && nothingIn(remedy))) {
      faults.add(remedy.at(), "says for which probes with \"probe\", \"probes\" or \"labels\"");
    }
    return new Selection(named, several.labels());
  }

  private static boolean nothingIn(Members remedy) {
    boolean none = !(remedy.get("probes") instanceof Json.Arr some) || some.items().isEmpty();
    boolean bare = !(remedy.get("labels") instanceof Json.Obj some) || some.members().isEmpty();
    return none && bare && !remedy.has("probe");
  }

  private List<String> run(Members remedy) {
    List<String> run = new ArrayList<>();
    List<Json> items = remedy.array("run", MOST_ARGUMENTS);
    for (int i = 0; i < items.size(); i++) {
      boolean program = i == 0;
      String word =
          remedy.parsed(
              items.get(i),
              remedy.at("run").child(i),
              text -> program ? program(text) : argument(text));
      run.add(word == null ? "" : word);
    }
    if (items.isEmpty() && remedy.get("run") instanceof Json.Arr) {
      faults.add(remedy.at("run"), "names no program");
    }
    return run;
  }

  private static Parsed<String> program(String text) {
    if (text.isEmpty() || text.length() > ARGUMENT_CHARACTERS || !printable(text)) {
      return Parsed.not("is not a program");
    }
    if (text.startsWith("-")) {
      return Parsed.not("begins with \"-\" and is not a program");
    }
    if (text.indexOf('{') >= 0) {
      return Parsed.not("is a program that the verdict would choose");
    }
    return text.indexOf('/') > 0
        ? Parsed.not("is not absolute; a program is a path from / or a name")
        : Parsed.of(text);
  }

  private static boolean printable(String text) {
    return text.chars().noneMatch(Character::isISOControl);
  }

  private static Parsed<String> argument(String text) {
    if (text.length() > ARGUMENT_CHARACTERS) {
      return Parsed.not("is longer than " + ARGUMENT_CHARACTERS + " characters");
    }
    if (text.indexOf('\0') >= 0) {
      return Parsed.not("holds a NUL, which no argument can");
    }
    Matcher braces = BRACES.matcher(text);
    while (braces.find()) {
      if (Placeholder.of(braces.group(1)) == null) {
        List<String> known =
            Arrays.stream(Placeholder.values())
                .map(one -> one.inBraces().replaceAll("[{}]", ""))
                .toList();
        return Parsed.not(
            "holds an unknown placeholder; the nearest known one is {"
                + Nearest.of(braces.group(1), known)
                + "}");
      }
    }
    return Parsed.of(text);
  }

  private String directory(Members remedy) {
    String directory = remedy.path("directory", baseDirectory);
    if (directory == null) {
      return Remedy.DEFAULT_DIRECTORY;
    }
    if (!Files.isDirectory(Path.of(directory))) {
      faults.warn(remedy.at("directory"), "is no directory now");
    }
    return directory;
  }

  private static Map<String, String> environment(Members remedy) {
    Members environment = remedy.anyObject("environment");
    return environment == null
        ? Map.of()
        : environment.texts(
            RemedyReader::variable,
            text ->
                text.indexOf('\0') >= 0
                    ? Parsed.not("holds a NUL, which no variable can")
                    : Parsed.of(text));
  }

  private static Parsed<String> variable(String name) {
    if (!VARIABLE.matcher(name).matches()) {
      return Parsed.not("is not the name of a variable");
    }
    return name.startsWith("WHY502_")
        ? Parsed.not("is kept for what the verdict says")
        : Parsed.of(name);
  }

  private static Parsed<Remedy.Sureness> sureness(String text) {
    return switch (text) {
      case "certain" -> Parsed.of(Remedy.Sureness.CERTAIN);
      case "likely" -> Parsed.of(Remedy.Sureness.LIKELY);
      default -> Parsed.not("is neither \"certain\" nor \"likely\"");
    };
  }

  /** A restart is the reflex, and hides what it does not cure. */
  private void restarts(Members remedy, Set<String> causes, List<String> run) {
    if (run.size() < 2 || !run.subList(1, run.size()).contains("restart")) {
      return;
    }
    for (String code : causes) {
      Cause cause = Cause.of(code);
      if (cause != null && outlivesRestart(cause)) {
        faults.warn(remedy.at("run"), "a restart does not repair \"" + code + '"');
      }
    }
  }

  private static boolean outlivesRestart(Cause cause) {
    return switch (cause) {
      case GATEWAY_STALE_ADDRESS, GATEWAY_STALE_CONFIG, GATEWAY_MARKED_DOWN, GATEWAY_EXHAUSTED ->
          false;
      case PROCESS_BUILD_MISSING, PROCESS_MISCONFIGURED, EDGE_DNS -> true;
      default -> cause.layer() == Cause.Layer.GATEWAY;
    };
  }
}
