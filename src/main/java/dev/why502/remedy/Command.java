package dev.why502.remedy;

import dev.why502.definition.Remedy;
import dev.why502.definition.Remedy.Placeholder;
import dev.why502.diagnosis.Fix;
import dev.why502.diagnosis.Verdict;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is to be run: the definition's words, with what the verdict says in their places. A value
 * never becomes more than a part of one argument, no shell reads any of it, and what holds a
 * character that could mean something to a program down the line is not handed over at all.
 *
 * @param environment without what every program finds
 * @param missing the placeholder whose value is not there or not safe, or null
 */
record Command(List<String> argv, Map<String, String> environment, @Nullable Placeholder missing) {
  static final int MAX_VALUE = 1024;

  /** First an own character: nothing that begins with a hyphen is taken for an option. */
  private static final Pattern SAFE =
      Pattern.compile("[A-Za-z0-9._:/@%+=,~\\[\\]][A-Za-z0-9._:/@%+=,~\\[\\]-]*");

  private static final Pattern BRACES = Pattern.compile("\\{([a-zA-Z0-9_]{1,32})\\}");

  Command {
    argv = List.copyOf(argv);
    environment = Map.copyOf(environment);
  }

  static Command of(Remedy remedy, Verdict verdict) {
    Map<Placeholder, String> values = values(verdict);
    Placeholder missing = null;
    List<String> argv = new ArrayList<>();
    for (String word : remedy.run()) {
      StringBuilder filled = new StringBuilder();
      Matcher braces = BRACES.matcher(word);
      while (braces.find()) {
        Placeholder wanted = Placeholder.of(braces.group(1));
        String value = wanted == null ? null : values.get(wanted);
        if (wanted != null && value == null && missing == null) {
          missing = wanted;
        }
        braces.appendReplacement(
            filled, Matcher.quoteReplacement(value == null ? braces.group() : value));
      }
      argv.add(braces.appendTail(filled).toString());
    }
    Map<String, String> environment = new HashMap<>(remedy.environment());
    values.forEach((placeholder, value) -> environment.put(placeholder.variable(), value));
    environment.put("WHY502_REMEDY", remedy.id());
    environment.put("WHY502_CAUSE", verdict.cause().code());
    return new Command(argv, environment, missing);
  }

  private static Map<Placeholder, String> values(Verdict verdict) {
    Map<Placeholder, String> values = new EnumMap<>(Placeholder.class);
    put(values, Placeholder.PROBE, verdict.probe());
    put(values, Placeholder.UPSTREAM, verdict.upstream());
    Fix fix = verdict.fix();
    Fix.At at = fix == null ? null : fix.at();
    if (at != null && at.file().startsWith("/")) {
      put(values, Placeholder.FILE, at.file());
      put(values, Placeholder.LINE, Integer.toString(at.line()));
      put(values, Placeholder.SHA256, at.sha256());
    }
    Fix.Replacement replace = fix == null ? null : fix.replace();
    if (replace != null) {
      put(values, Placeholder.FROM, replace.from());
      put(values, Placeholder.TO, replace.to());
    }
    return values;
  }

  private static void put(
      Map<Placeholder, String> values, Placeholder placeholder, @Nullable String value) {
    if (value != null && value.length() <= MAX_VALUE && SAFE.matcher(value).matches()) {
      values.put(placeholder, value);
    }
  }

  /** Names the program, and nothing that may be secret. */
  @Override
  public String toString() {
    return "Command[" + argv.get(0) + "]";
  }
}
