package dev.why502.gateway.caddy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Arguments of an import: {@code {args[0]}}, {@code {args.0}}, {@code {args[1:]}}, {@code {block}}
 * and {@code {blocks.name}} (caddyconfig/caddyfile/importargs.go).
 */
final class CaddyImportArgs {
  private CaddyImportArgs() {}

  static List<CaddyToken> replaced(
      List<CaddyToken> words, List<String> args, List<CaddyToken> block, int origin) {
    Map<String, List<CaddyToken>> blocks = new HashMap<>();
    for (CaddyDirective each : CaddyDirective.tree(block)) {
      List<CaddyToken> inside = new ArrayList<>(each.args());
      each.children().forEach(child -> flatten(child, inside));
      blocks.put(each.name(), inside);
    }
    List<CaddyToken> out = new ArrayList<>();
    for (CaddyToken word : words) {
      String text = word.text();
      List<CaddyToken> put = text.equals("{block}") ? block : List.of();
      if (text.startsWith("{blocks.") && text.endsWith("}")) {
        put = blocks.getOrDefault(text.substring(8, text.length() - 1), List.of());
      }
      List<String> many = put.isEmpty() ? variadic(text, args) : null;
      if (!put.isEmpty()) {
        put.forEach(each -> out.add(each.from(origin)));
      } else if (many != null) {
        many.forEach(each -> out.add(word.withText(each).from(origin)));
      } else {
        out.add(word.withText(single(text, args)).from(origin));
      }
    }
    return out;
  }

  private static void flatten(CaddyDirective directive, List<CaddyToken> out) {
    out.add(directive.word());
    out.addAll(directive.args());
    CaddyToken last = out.get(out.size() - 1);
    if (directive.block()) {
      out.add(new CaddyToken(last.file(), last.line(), "{", "{", '\0', last.origin()));
      directive.children().forEach(child -> flatten(child, out));
      int line = out.get(out.size() - 1).line() + 1;
      out.add(new CaddyToken(last.file(), line, "}", "}", '\0', last.origin()));
    }
  }

  /** {@code {args[1:3]}} as a whole word; null when it is none. */
  private static @Nullable List<String> variadic(String text, List<String> args) {
    int colon = text.indexOf(':');
    if (!text.startsWith("{args[") || !text.endsWith("]}") || colon < 0) {
      return null;
    }
    int from = index(text.substring(6, colon), 0);
    int to = index(text.substring(colon + 1, text.length() - 2), args.size());
    return from < 0 || to < from || to > args.size() ? null : args.subList(from, to);
  }

  private static int index(String digits, int otherwise) {
    if (digits.isEmpty()) {
      return otherwise;
    }
    boolean number = digits.length() < 5 && digits.chars().allMatch(Character::isDigit);
    return number ? Integer.parseInt(digits) : -1;
  }

  private static String single(String text, List<String> args) {
    String out = text;
    for (int i = 0; i < args.size() && out.contains("{args"); i++) {
      out = out.replace("{args[" + i + "]}", args.get(i)).replace("{args." + i + "}", args.get(i));
    }
    return out;
  }
}
