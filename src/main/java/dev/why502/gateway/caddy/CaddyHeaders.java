package dev.why502.gateway.caddy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Operations on header fields (modules/caddyhttp/headers). */
final class CaddyHeaders {
  private CaddyHeaders() {}

  /** Go's canonical form: {@code x-api-key} is {@code X-Api-Key}. */
  static String canonical(String field) {
    StringBuilder out = new StringBuilder();
    boolean upper = true;
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      boolean token =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
      if (!token) {
        return field;
      }
      String letter = String.valueOf(c);
      out.append(upper ? letter.toUpperCase(Locale.ROOT) : letter.toLowerCase(Locale.ROOT));
      upper = c == '-';
    }
    return out.toString();
  }

  /** Adds one operation, as {@code header_up} and {@code header} write them. */
  static void operation(CaddyNode ops, List<String> args) {
    String field = args.get(0);
    String value = args.size() > 1 ? args.get(1) : "";
    if (field.startsWith("+")) {
      add(ops.within("add"), canonical(field.substring(1)), value);
    } else if (field.startsWith("-")) {
      List<Object> gone =
          ops.get("delete") instanceof List<?> list ? new ArrayList<>(list) : new ArrayList<>();
      gone.add(field.substring(1));
      ops.put("delete", gone);
    } else if (args.size() > 2) {
      CaddyNode replace = ops.within("replace");
      String name = field.startsWith(">") || field.startsWith("?") ? field.substring(1) : field;
      CaddyNode each =
          new CaddyNode(ops.place()).put("search_regexp", value).put("replace", args.get(2));
      List<Object> all =
          replace.get(name) instanceof List<?> list ? new ArrayList<>(list) : new ArrayList<>();
      all.add(each);
      replace.put(name, all);
    } else {
      boolean mark = field.startsWith(">") || field.startsWith("?");
      ops.within("set").put(canonical(mark ? field.substring(1) : field), List.of(value));
    }
  }

  private static void add(CaddyNode node, String field, String value) {
    List<String> all = new ArrayList<>(node.texts(field));
    all.add(value);
    node.put(field, all);
  }
}
