package dev.why502.gateway.caddy;

import dev.why502.gateway.ByteText;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Replaces {@code {$NAME}} and {@code {$NAME:default}} before words are cut. The environment of the
 * running Caddy is not ours: a variable that is not known stays as it is written, and one with a
 * default is taken to have it; both are noted.
 */
final class CaddyEnvironment {
  private static final int MAX_NOTES = 16;

  private final Function<String, @Nullable String> variables;
  private final Set<String> notes = new LinkedHashSet<>();

  CaddyEnvironment(Function<String, @Nullable String> variables) {
    this.variables = variables;
  }

  String replace(String text) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (true) {
      int open = text.indexOf("{$", at);
      int close = open < 0 ? -1 : text.indexOf('}', open);
      if (close < 0) {
        return out.append(text, at, text.length()).toString();
      }
      out.append(text, at, open);
      String inside = text.substring(open + 2, close);
      int colon = inside.indexOf(':');
      String name = colon < 0 ? inside : inside.substring(0, colon);
      String known = inside.isEmpty() ? null : variables.apply(name);
      if (known != null) {
        out.append(known);
      } else if (colon >= 0) {
        note("the variable " + name + " is taken to have its default");
        out.append(inside, colon + 1, inside.length());
      } else {
        out.append(text, open, close + 1);
      }
      at = close + 1;
    }
  }

  private void note(String text) {
    if (notes.size() < MAX_NOTES) {
      notes.add(ByteText.bounded(text));
    }
  }

  Set<String> notes() {
    return notes;
  }
}
