package dev.why502.gateway.caddy;

import com.google.re2j.Pattern;
import dev.why502.definition.Request.Header;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Applies operations on the fields of a request (modules/caddyhttp/headers/headers.go). */
final class CaddyHeaderOps {
  private final CaddyRequest request;
  private final CaddyPlaceholders placeholders;
  private final Consumer<String> unknown;

  CaddyHeaderOps(CaddyRequest request, CaddyPlaceholders placeholders, Consumer<String> unknown) {
    this.request = request;
    this.placeholders = placeholders;
    this.unknown = unknown;
  }

  /** The fields afterwards; a new Host goes into the request itself. */
  List<Header> applied(List<Header> given, CaddyNode ops) {
    List<Header> out = new ArrayList<>(given);
    CaddyNode add = ops.node("add");
    for (Map.Entry<String, Object> each : entries(add)) {
      for (String value : add == null ? List.<String>of() : add.texts(each.getKey())) {
        put(out, each.getKey(), value, false);
      }
    }
    CaddyNode set = ops.node("set");
    for (Map.Entry<String, Object> each : entries(set)) {
      for (String value : set == null ? List.<String>of() : set.texts(each.getKey())) {
        put(out, each.getKey(), value, true);
      }
    }
    for (String name : ops.texts("delete")) {
      String wanted = placeholders.text(name);
      if (wanted == null) {
        unknown.accept(placeholders.missing() + " in a header's name is not known");
      } else {
        out.removeIf(header -> gone(header.name(), wanted.toLowerCase(Locale.ROOT)));
      }
    }
    CaddyNode replace = ops.node("replace");
    for (Map.Entry<String, Object> each : entries(replace)) {
      for (CaddyNode rule : replace == null ? List.<CaddyNode>of() : replace.nodes(each.getKey())) {
        replace(out, each.getKey(), rule);
      }
    }
    return out;
  }

  private static Iterable<Map.Entry<String, Object>> entries(@Nullable CaddyNode node) {
    return node == null ? List.of() : node.members().entrySet();
  }

  private void put(List<Header> out, String field, String written, boolean only) {
    String value = placeholders.text(written);
    if (value == null) {
      unknown.accept("the header " + field + ": " + placeholders.missing() + " is not known");
    }
    if (field.equalsIgnoreCase("host")) {
      if (value != null) {
        request.authority = value;
      }
      return;
    }
    if (only) {
      out.removeIf(header -> header.name().equalsIgnoreCase(field));
    }
    if (value != null) {
      out.add(new Header(CaddyHeaders.canonical(field), value));
    }
  }

  private static boolean gone(String name, String pattern) {
    String lower = name.toLowerCase(Locale.ROOT);
    boolean front = pattern.startsWith("*");
    boolean back = pattern.endsWith("*");
    if (front && back) {
      return pattern.length() > 1 && lower.contains(pattern.substring(1, pattern.length() - 1));
    }
    if (front) {
      return lower.endsWith(pattern.substring(1));
    }
    return back
        ? lower.startsWith(pattern.substring(0, pattern.length() - 1))
        : lower.equals(pattern);
  }

  private void replace(List<Header> out, String field, CaddyNode rule) {
    String with = placeholders.text(rule.text("replace", ""));
    String literal = rule.text("search");
    Pattern pattern = literal == null ? CaddyRegexp.compile(rule.text("search_regexp", "")) : null;
    if (with == null || (literal == null && pattern == null)) {
      unknown.accept("what becomes of the header " + field + " is not known");
      return;
    }
    for (int i = 0; i < out.size(); i++) {
      Header header = out.get(i);
      if (header.name().equalsIgnoreCase(field)) {
        String value =
            pattern == null
                ? header.value().replace(String.valueOf(literal), with)
                : pattern.matcher(header.value()).replaceAll(with);
        out.set(i, new Header(header.name(), value));
      }
    }
    if (field.equalsIgnoreCase("host")) {
      request.authority =
          pattern == null
              ? request.authority.replace(String.valueOf(literal), with)
              : pattern.matcher(request.authority).replaceAll(with);
    }
  }
}
