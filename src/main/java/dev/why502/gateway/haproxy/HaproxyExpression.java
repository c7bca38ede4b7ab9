package dev.why502.gateway.haproxy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sample expression: a fetch and the converters behind it, {@code req.hdr(host),lower}.
 *
 * @param calls the fetch first
 */
record HaproxyExpression(List<Call> calls) {
  /** A name and its arguments. */
  record Call(String name, List<String> args) {
    String arg(int index) {
      return index < args.size() ? args.get(index) : "";
    }
  }

  /** Converters behind one fetch that are followed. */
  private static final int MAX_CALLS = 64;

  HaproxyExpression {
    calls = List.copyOf(calls);
  }

  Call fetch() {
    return calls.get(0);
  }

  /** Null where the text is none. */
  static @Nullable HaproxyExpression parse(String text) {
    List<Call> calls = new ArrayList<>();
    int at = 0;
    while (at < text.length() && calls.size() < MAX_CALLS) {
      int end = at;
      while (end < text.length() && text.charAt(end) != '(' && text.charAt(end) != ',') {
        end++;
      }
      String name = text.substring(at, end).strip();
      List<String> args = new ArrayList<>();
      if (end < text.length() && text.charAt(end) == '(') {
        end = arguments(text, end + 1, args);
        if (end < 0) {
          return null;
        }
      }
      if (name.isEmpty()) {
        return null;
      }
      calls.add(new Call(name, List.copyOf(args)));
      if (end < text.length() && text.charAt(end) != ',') {
        return null;
      }
      at = end + 1;
    }
    return calls.isEmpty() ? null : new HaproxyExpression(calls);
  }

  /** Reads up to the closing bracket; where it goes on after it, or -1. */
  private static int arguments(String text, int from, List<String> args) {
    StringBuilder word = new StringBuilder();
    char quote = 0;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else if (c == '\\' && quote == '"' && i + 1 < text.length()) {
          word.append(text.charAt(++i));
        } else {
          word.append(c);
        }
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == '\\'
          && i + 1 < text.length()
          && "\\,()\"' ".indexOf(text.charAt(i + 1)) >= 0) {
        word.append(text.charAt(++i));
      } else if (c == ',') {
        args.add(word.toString());
        word.setLength(0);
      } else if (c == ')') {
        if (word.length() > 0 || !args.isEmpty()) {
          args.add(word.toString());
        }
        return i + 1;
      } else {
        word.append(c);
      }
    }
    return -1;
  }
}
