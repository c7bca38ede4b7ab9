package dev.why502.gateway.nginx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One small change of a {@link RandomSite}'s text, such as a hand in a hurry makes. */
final class RandomChange {
  private static final String MARKS = ";{}\"'#$\\ ~=/@:*.^(?a1";
  private static final String PATH_MARKS = "/.*+?$^()[]|%xaA1-_\\";
  private static final List<String> MODIFIERS = List.of("", "= ", "^~ ", "~ ", "~* ", "@");
  private static final List<String> NAMES =
      List.of(
          "b.example",
          "*.example",
          ".example",
          "www.*",
          "shop.org",
          "shop.co.*",
          "\"\"",
          "_",
          "*.d.b.example",
          "\"~^.\\.EXAMPLE\"",
          "~example$",
          "a.example nobody.test");
  private static final List<String> LISTENS =
      List.of("*:", "0.0.0.0:", "127.0.0.1:", "127.0.0.2:", "[::]:", "[::1]:", "localhost:", "");
  private static final Pattern TOKEN = Pattern.compile("\"[^\"]*\"|[^\\s;{}]+|[;{}]");
  private static final Pattern LISTEN = Pattern.compile("(?<=listen )(.*:)?(?=\\d+)");
  private static final Pattern LOCATION = Pattern.compile("(?<=location )(= |\\^~ |~\\* |~ )?");
  private static final Pattern NAME = Pattern.compile("(?<=server_name )[^;]+");

  private final Random random;

  RandomChange(Random random) {
    this.random = random;
  }

  /** Another text than the given one. */
  String of(String text) {
    for (int i = 0; i < 1000; i++) {
      String changed = once(text);
      if (!changed.equals(text) && stays(changed)) {
        return changed;
      }
    }
    throw new AssertionError("nothing to change");
  }

  /** The answers' way back is left alone, and nothing is passed on to another machine. */
  private static boolean stays(String text) {
    for (String line : text.split("\n")) {
      boolean upstream =
          line.contains("proxy_pass") || line.contains("upstream") || line.contains("$up ");
      if (upstream && line.replace("127.0.0.1:", "").matches(".*\\d+\\.\\d+.*")) {
        return false;
      }
    }
    return true;
  }

  private String once(String text) {
    List<String> lines = new ArrayList<>(Arrays.asList(text.split("\n")));
    int first = 0;
    while (!lines.get(first).trim().startsWith("map ")) {
      first++;
    }
    int at = any(lines, first);
    String line = lines.get(at);
    switch (random.nextInt(12)) {
      case 0 -> lines.set(at, character(line, MARKS));
      case 1 -> lines.set(at, character(line, PATH_MARKS));
      case 2 -> lines.remove(at);
      case 3 -> lines.add(any(lines, first), line);
      case 4 -> lines.add(any(lines, first), lines.remove(at));
      case 5, 6, 7 -> lines.set(at, token(line));
      case 8 -> replace(lines, LOCATION, MODIFIERS);
      case 9 -> replace(lines, NAME, NAMES);
      case 10 -> replace(lines, LISTEN, LISTENS);
      default -> {
        int location = matching(lines, LOCATION);
        lines.set(location, character(lines.get(location), PATH_MARKS));
      }
    }
    return String.join("\n", lines) + "\n";
  }

  private int any(List<String> lines, int first) {
    int at;
    do {
      at = first + random.nextInt(lines.size() - first);
    } while (lines.get(at).contains("$http_x_tag"));
    return at;
  }

  private int matching(List<String> lines, Pattern pattern) {
    int at;
    do {
      at = random.nextInt(lines.size());
    } while (lines.get(at).contains("$http_x_tag") || !pattern.matcher(lines.get(at)).find());
    return at;
  }

  private void replace(List<String> lines, Pattern pattern, List<String> by) {
    int at = matching(lines, pattern);
    String text = by.get(random.nextInt(by.size()));
    lines.set(at, pattern.matcher(lines.get(at)).replaceFirst(Matcher.quoteReplacement(text)));
  }

  private String character(String line, String marks) {
    StringBuilder out = new StringBuilder(line);
    int from = line.length() - line.stripLeading().length();
    int at = from + random.nextInt(line.length() - from);
    char mark = marks.charAt(random.nextInt(marks.length()));
    switch (random.nextInt(4)) {
      case 0 -> out.deleteCharAt(at);
      case 1 -> out.insert(at, mark);
      case 2 -> out.setCharAt(at, mark);
      default -> {
        char moved = out.charAt(at);
        out.deleteCharAt(at).insert(Math.min(out.length(), at + 1), moved);
      }
    }
    return out.toString();
  }

  /** A word dropped, doubled, or swapped with its neighbour. */
  private String token(String line) {
    List<int[]> tokens = new ArrayList<>();
    Matcher matcher = TOKEN.matcher(line);
    while (matcher.find()) {
      tokens.add(new int[] {matcher.start(), matcher.end()});
    }
    int at = random.nextInt(tokens.size());
    int[] here = tokens.get(at);
    String word = line.substring(here[0], here[1]);
    int way = random.nextInt(3);
    if (way == 2 && at + 1 < tokens.size()) {
      int[] next = tokens.get(at + 1);
      return line.substring(0, here[0])
          + line.substring(next[0], next[1])
          + " "
          + word
          + line.substring(next[1]);
    }
    return line.substring(0, here[0])
        + (way == 1 ? word + " " + word : "")
        + line.substring(here[1]);
  }
}
