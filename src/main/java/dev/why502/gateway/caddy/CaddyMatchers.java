package dev.why502.gateway.caddy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Compiles the definition of a named matcher (modules/caddyhttp/matchers.go). */
final class CaddyMatchers {
  static final List<String> PRIVATE_RANGES =
      List.of("192.168.0.0/16", "172.16.0.0/12", "10.0.0.0/8", "127.0.0.1/8", "fd00::/8", "::1");

  private static final Set<String> OTHERS = Set.of("tls", "vars", "vars_regexp");

  private CaddyMatchers() {}

  static CaddyNode define(CaddyDirective definition, CaddyFaults faults) {
    CaddyNode set = new CaddyNode(definition.place());
    if (!definition.args().isEmpty()) {
      if (definition.args().get(0).quoted()) {
        set.put("expression", definition.arg(0));
      } else {
        add(set, definition.inner(), faults);
      }
    } else {
      definition.children().forEach(each -> add(set, each, faults));
    }
    return set;
  }

  private static void add(CaddyNode set, CaddyDirective matcher, CaddyFaults faults) {
    String name = matcher.name();
    switch (name) {
      case "host", "path" -> append(set, name, matcher.texts());
      case "method" ->
          append(
              set,
              name,
              matcher.texts().stream().map(m -> m.toUpperCase(java.util.Locale.ROOT)).toList());
      case "path_regexp" -> set.put(name, regexp(matcher, faults));
      case "query" -> query(set.within(name), matcher, faults);
      case "header" -> header(set.within(name), matcher, faults);
      case "header_regexp" -> headerRegexp(set.within(name), matcher, faults);
      case "protocol" -> set.put(name, matcher.arg(0));
      case "remote_ip", "client_ip" -> addresses(set.within(name), matcher);
      case "expression" -> set.put(name, String.join(" ", matcher.texts()));
      case "not" -> {
        List<Object> sets = list(set, "not");
        CaddyNode inner = new CaddyNode(matcher.place());
        if (!matcher.args().isEmpty()) {
          add(inner, matcher.inner(), faults);
        } else {
          matcher.children().forEach(each -> add(inner, each, faults));
        }
        sets.add(inner);
        set.put("not", sets);
      }
      case "file" -> file(set.within(name), matcher);
      default -> {
        if (!OTHERS.contains(name)) {
          faults.note(matcher.where() + ": the matcher " + name + " is not known");
        }
        set.put(name, new CaddyNode(matcher.place()));
      }
    }
  }

  private static List<Object> list(CaddyNode node, String name) {
    return node.get(name) instanceof List<?> list ? new ArrayList<>(list) : new ArrayList<>();
  }

  private static void append(CaddyNode node, String name, List<String> texts) {
    List<Object> all = list(node, name);
    all.addAll(texts);
    node.put(name, all);
  }

  private static CaddyNode regexp(CaddyDirective matcher, CaddyFaults faults) {
    CaddyNode node = new CaddyNode(matcher.place());
    if (matcher.args().size() == 1) {
      return node.put("pattern", pattern(matcher, matcher.arg(0), faults));
    }
    return node.put("name", matcher.arg(0))
        .put("pattern", pattern(matcher, matcher.arg(1), faults));
  }

  private static String pattern(CaddyDirective at, String pattern, CaddyFaults faults) {
    if (CaddyRegexp.broken(pattern)) {
      faults.add(at, "compiling matcher regexp " + pattern + ": it is no regular expression");
    }
    return pattern;
  }

  private static void query(CaddyNode node, CaddyDirective matcher, CaddyFaults faults) {
    for (String each : matcher.texts()) {
      int equals = each.indexOf('=');
      if (each.isEmpty()) {
        continue;
      }
      if (equals < 0) {
        faults.add(
            matcher, "malformed query matcher token: " + each + "; must be in param=val format");
        continue;
      }
      append(node, each.substring(0, equals), List.of(each.substring(equals + 1)));
    }
  }

  private static void header(CaddyNode node, CaddyDirective matcher, CaddyFaults faults) {
    String field = matcher.arg(0);
    if (field.startsWith("!")) {
      node.put(field.substring(1), CaddyJson.NULL);
      return;
    }
    if (matcher.args().size() != 2) {
      faults.add(matcher, "malformed header matcher: expected both field and value");
      return;
    }
    append(node, CaddyHeaders.canonical(field), List.of(matcher.arg(1)));
  }

  private static void headerRegexp(CaddyNode node, CaddyDirective matcher, CaddyFaults faults) {
    boolean named = matcher.args().size() > 2;
    CaddyNode regexp = new CaddyNode(matcher.place());
    if (named) {
      regexp.put("name", matcher.arg(0));
    }
    regexp.put("pattern", pattern(matcher, matcher.arg(named ? 2 : 1), faults));
    node.put(matcher.arg(named ? 1 : 0), regexp);
  }

  private static void addresses(CaddyNode node, CaddyDirective matcher) {
    List<Object> ranges = list(node, "ranges");
    for (String each : matcher.texts()) {
      if (each.equals("forwarded")) {
        node.put("forwarded", true);
      } else if (each.equals("private_ranges")) {
        ranges.addAll(PRIVATE_RANGES);
      } else {
        ranges.add(each);
      }
    }
    node.put("ranges", ranges);
  }

  private static void file(CaddyNode node, CaddyDirective matcher) {
    append(node, "try_files", matcher.texts());
    for (CaddyDirective each : matcher.children()) {
      switch (each.name()) {
        case "root", "try_policy" -> node.put(each.name(), each.arg(0));
        case "try_files" -> append(node, "try_files", each.texts());
        case "split_path" -> node.put("split_path", each.texts());
        default -> {}
      }
    }
    if (node.texts("try_files").isEmpty()) {
      node.members().remove("try_files");
    }
  }
}
