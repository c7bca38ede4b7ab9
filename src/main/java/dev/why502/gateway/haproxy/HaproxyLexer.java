package dev.why502.gateway.haproxy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Cuts one line into words as HAProxy does (its manual, 2.2 and 2.3): blanks divide, {@code #}
 * begins a comment, {@code ''} keeps all, {@code ""} keeps blanks and expands variables.
 */
final class HaproxyLexer {
  /** Words of one line that HAProxy takes. */
  static final int MAX_WORDS = 64;

  private final String line;
  private final Map<String, String> environment;
  private final List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private boolean started;
  private int end;
  private @Nullable String fault;

  private HaproxyLexer(String line, Map<String, String> environment) {
    this.line = line;
    this.environment = environment;
  }

  /**
   * What a line consists of.
   *
   * @param length of the line without its comment
   * @param fault HAProxy's complaint, or null
   */
  record Words(List<String> words, int length, @Nullable String fault) {}

  /**
   * @param environment variables that the configuration itself sets; any other is not known
   */
  static Words of(String line, Map<String, String> environment) {
    HaproxyLexer lexer = new HaproxyLexer(line, environment);
    lexer.run();
    return new Words(lexer.words, lexer.end, lexer.fault);
  }

  private void run() {
    boolean single = false;
    boolean twice = false;
    int i = 0;
    while (i < line.length()) {
      char c = line.charAt(i);
      if (c == '"' && !single) {
        twice = !twice;
        started = true;
      } else if (c == '\'' && !twice) {
        single = !single;
        started = true;
      } else if (c == '\\' && !single) {
        i = escaped(i, twice);
        continue;
      } else if (c == '#' && !single && !twice) {
        break;
      } else if (c == '$' && twice) {
        i = variable(i);
        continue;
      } else if ((c == ' ' || c == '\t' || c == '\r' || c == '\f') && !single && !twice) {
        flush();
      } else {
        add(c);
      }
      i++;
    }
    end = i;
    flush();
    if (single || twice) {
      fault = "unmatched quote";
    } else if (words.size() > MAX_WORDS) {
      fault = "too many words";
    }
  }

  private void add(char c) {
    word.append(c);
    started = true;
  }

  private void flush() {
    if (started) {
      words.add(word.toString());
      word.setLength(0);
      started = false;
    }
  }

  /** A backslash makes plain what would mean something; before anything else it stays. */
  private int escaped(int at, boolean twice) {
    char next = at + 1 < line.length() ? line.charAt(at + 1) : '\0';
    switch (next) {
      case ' ', '\\', '#', '\'', '"' -> add(next);
      case 't' -> add('\t');
      case 'n' -> add('\n');
      case 'r' -> add('\r');
      case '$' -> {
        if (!twice) {
          add('\\');
          return at + 1;
        }
        add('$');
      }
      case 'x' -> {
        int high = at + 2 < line.length() ? Character.digit(line.charAt(at + 2), 16) : -1;
        int low = at + 3 < line.length() ? Character.digit(line.charAt(at + 3), 16) : -1;
        if (high < 0 || low < 0) {
          fault = "truncated or invalid hexadecimal sequence";
          return at + 2;
        }
        add((char) (high * 16 + low));
        return at + 4;
      }
      default -> {
        add('\\');
        return at + 1;
      }
    }
    return at + 2;
  }

  private int variable(int at) {
    boolean braces = at + 1 < line.length() && line.charAt(at + 1) == '{';
    int start = at + (braces ? 2 : 1);
    int stop = start;
    while (stop < line.length() && nameCharacter(line.charAt(stop))) {
      stop++;
    }
    if (stop == start) {
      add('$');
      return at + 1;
    }
    String value = environment.get(line.substring(start, stop));
    for (char c : (value == null ? String.valueOf(HaproxyText.UNKNOWN) : value).toCharArray()) {
      add(c);
    }
    if (!braces) {
      return stop;
    }
    int close = line.indexOf('}', stop);
    if (close < 0) {
      fault = "unmatched brace in environment variable name";
      return line.length();
    }
    return close + 1;
  }

  private static boolean nameCharacter(char c) {
    return c == '_' || c == '.' || (c < 128 && Character.isLetterOrDigit(c));
  }
}
