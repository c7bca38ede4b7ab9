package dev.why502.gateway;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A PCRE pattern of the configuration. RE2 takes it where it can (linear time); for look-around and
 * back references, which RE2 has not, the platform's engine takes it with a budget of steps.
 */
public final class Pcre {
  /** Characters that the backtracking engine may look at for one match. */
  static final int MAX_STEPS = 200_000;

  /** Longest text that is matched. */
  static final int MAX_TEXT = 16 * 1024;

  /**
   * A match.
   *
   * @param groups group 0 first; "" where a group did not take part
   */
  public record Match(List<String> groups, Map<String, String> named) {}

  /** How a match went. */
  public record Result(boolean known, @Nullable Match match) {
    public static final Result UNKNOWN = new Result(false, null);
    static final Result NONE = new Result(true, null);
  }

  private final com.google.re2j.@Nullable Pattern linear;
  private final java.util.regex.@Nullable Pattern bounded;
  private final Set<String> names;

  private Pcre(
      com.google.re2j.@Nullable Pattern linear,
      java.util.regex.@Nullable Pattern bounded,
      Set<String> names) {
    this.linear = linear;
    this.bounded = bounded;
    this.names = names;
  }

  public static Pcre of(String pattern, boolean ignoreCase) {
    Set<String> names = Set.copyOf(names(pattern));
    try {
      String re2 = pattern.replaceAll("\\(\\?<([A-Za-z_][A-Za-z0-9_]*)>", "(?P<$1>");
      int flags = ignoreCase ? com.google.re2j.Pattern.CASE_INSENSITIVE : 0;
      return new Pcre(com.google.re2j.Pattern.compile(re2, flags), null, names);
    } catch (com.google.re2j.PatternSyntaxException e) {
      return fallback(pattern, ignoreCase, names);
    }
  }

  private static Pcre fallback(String pattern, boolean ignoreCase, Set<String> names) {
    try {
      int flags = ignoreCase ? java.util.regex.Pattern.CASE_INSENSITIVE : 0;
      return new Pcre(null, java.util.regex.Pattern.compile(platform(pattern), flags), names);
    } catch (java.util.regex.PatternSyntaxException | StackOverflowError e) {
      return new Pcre(null, null, names);
    }
  }

  public Set<String> names() {
    return names;
  }

  public Result find(String text) {
    if (text.length() > MAX_TEXT) {
      return Result.UNKNOWN;
    }
    if (linear != null) {
      com.google.re2j.Matcher matcher = linear.matcher(text);
      if (!matcher.find()) {
        return Result.NONE;
      }
      List<String> groups = new ArrayList<>();
      for (int i = 0; i <= matcher.groupCount(); i++) {
        String group = matcher.group(i);
        groups.add(group == null ? "" : group);
      }
      Map<String, String> named = new LinkedHashMap<>();
      for (String name : names) {
        String group = matcher.group(name);
        named.put(name, group == null ? "" : group);
      }
      return new Result(true, new Match(groups, named));
    }
    return bounded == null ? Result.UNKNOWN : backtrack(bounded, text);
  }

  private Result backtrack(java.util.regex.Pattern pattern, String text) {
    try {
      java.util.regex.Matcher matcher = pattern.matcher(new Counted(text, MAX_STEPS));
      if (!matcher.find()) {
        return Result.NONE;
      }
      List<String> groups = new ArrayList<>();
      for (int i = 0; i <= matcher.groupCount(); i++) {
        groups.add(matcher.start(i) < 0 ? "" : text.substring(matcher.start(i), matcher.end(i)));
      }
      Map<String, String> named = new LinkedHashMap<>();
      for (String name : names) {
        // The platform's names hold no underscore; platform() took them out.
        String group = matcher.group(name.replace("_", "0x5f"));
        named.put(name, group == null ? "" : group);
      }
      return new Result(true, new Match(groups, named));
    } catch (StepsUsedUp | StackOverflowError | IllegalArgumentException e) {
      return Result.UNKNOWN;
    }
  }

  private static List<String> names(String pattern) {
    List<String> names = new ArrayList<>();
    com.google.re2j.Matcher matcher = NAME.matcher(pattern);
    while (matcher.find() && names.size() < 100) {
      names.add(matcher.group(1));
    }
    return names;
  }

  private static final com.google.re2j.Pattern NAME =
      com.google.re2j.Pattern.compile("\\(\\?P?[<']([A-Za-z_][A-Za-z0-9_]*)[>']");

  /** The same pattern in the platform's syntax: "[" and "&&" are plain inside a PCRE class. */
  private static String platform(String pattern) {
    StringBuilder out = new StringBuilder();
    boolean inClass = false;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '\\' && i + 1 < pattern.length()) {
        out.append(c).append(pattern.charAt(++i));
      } else if (inClass && c == '[') {
        int end = pattern.startsWith("[:", i) ? pattern.indexOf(":]", i) : -1;
        if (end > 0) {
          String name = pattern.substring(i + 2, end);
          out.append("\\p{").append(Character.toUpperCase(name.charAt(0)));
          out.append(name.substring(1)).append('}');
          i = end + 1;
        } else {
          out.append("\\[");
        }
      } else if (inClass && c == '&') {
        out.append("\\&");
      } else if (!inClass && c == '[') {
        inClass = true;
        out.append(c);
        if (i + 1 < pattern.length() && pattern.charAt(i + 1) == '^') {
          out.append(pattern.charAt(++i));
        }
        if (i + 1 < pattern.length() && pattern.charAt(i + 1) == ']') {
          out.append("\\]");
          i++;
        }
      } else if (inClass && c == ']') {
        inClass = false;
        out.append(c);
      } else if (!inClass && (pattern.startsWith("(?<", i) || pattern.startsWith("(?P<", i))) {
        int open = pattern.indexOf('<', i);
        int close = pattern.indexOf('>', open);
        String name = close < 0 ? "" : pattern.substring(open + 1, close);
        if (name.isEmpty() || !Character.isLetter(name.charAt(0))) {
          out.append(c);
          continue;
        }
        out.append("(?<").append(name.replace("_", "0x5f")).append('>');
        i = close;
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  private static final class StepsUsedUp extends RuntimeException {
    StepsUsedUp() {
      super("too many steps", null, false, false);
    }
  }

  /** A text that may be looked at so many times and no more; for one match only. */
  private static final class Counted implements CharSequence {
    private final String text;
    private int left;

    Counted(String text, int left) {
      this.text = text;
      this.left = left;
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (--left < 0) {
        throw new StepsUsedUp();
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.substring(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
