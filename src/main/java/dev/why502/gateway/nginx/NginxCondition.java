package dev.why502.gateway.nginx;

import dev.why502.gateway.Pcre;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The condition of an "if" (ngx_http_rewrite_if_condition). */
final class NginxCondition {
  private NginxCondition() {}

  /** The words between the parentheses; null when nginx would refuse them. */
  static @Nullable List<String> words(NginxDirective directive) {
    List<String> words = new ArrayList<>(directive.args());
    if (words.isEmpty() || !words.get(0).startsWith("(")) {
      return null;
    }
    words.set(0, words.get(0).substring(1));
    int last = words.size() - 1;
    if (!words.get(last).endsWith(")")) {
      return null;
    }
    words.set(last, words.get(last).substring(0, words.get(last).length() - 1));
    if (words.get(0).isEmpty()) {
      words.remove(0);
    }
    // A parenthesis may stand alone; what it was split from is no word.
    if (directive.arg(last).equals(")") && !words.isEmpty()) {
      words.remove(words.size() - 1);
    }
    return words.isEmpty() ? null : words;
  }

  /** Null when it cannot be told. */
  static @Nullable Boolean holds(
      NginxDirective directive, NginxScope scope, NginxRequest request, NginxVariables variables) {
    List<String> words = words(directive);
    if (words == null) {
      return null;
    }
    String first = words.get(0);
    if (first.startsWith("-") || first.startsWith("!-")) {
      return words.size() == 2 ? file(first, words.get(1), variables) : null;
    }
    String left = variables.text(first);
    if (words.size() == 1) {
      return left == null ? null : !left.isEmpty() && !left.equals("0");
    }
    if (words.size() != 3) {
      return null;
    }
    String right = words.get(2);
    return switch (words.get(1)) {
      case "=", "!=" -> {
        String value = left == null ? null : variables.text(right);
        if (left == null || value == null) {
          yield null;
        }
        yield left.equals(value) == words.get(1).equals("=");
      }
      case "~", "~*", "!~", "!~*" ->
          left == null ? null : matches(words.get(1), left, right, request);
      default -> null;
    };
  }

  private static @Nullable Boolean matches(
      String operator, String left, String pattern, NginxRequest request) {
    Pcre.Result result = Pcre.of(pattern, operator.endsWith("*")).find(left);
    if (!result.known()) {
      return null;
    }
    request.matched(result.match());
    return (result.match() != null) != operator.startsWith("!");
  }

  private static @Nullable Boolean file(String operator, String written, NginxVariables variables) {
    String path = variables.text(written);
    if (path == null || !path.startsWith("/")) {
      return null;
    }
    NginxDisk.Found found = NginxDisk.look(path);
    if (found == NginxDisk.Found.UNKNOWN) {
      return null;
    }
    boolean not = operator.startsWith("!");
    return switch (operator.substring(not ? 2 : 1)) {
      case "f" -> (found == NginxDisk.Found.FILE) != not;
      case "d" -> (found == NginxDisk.Found.DIRECTORY) != not;
      case "e" -> (found != NginxDisk.Found.NOTHING) != not;
      default -> null;
    };
  }
}
