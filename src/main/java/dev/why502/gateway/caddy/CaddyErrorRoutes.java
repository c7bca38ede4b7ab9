package dev.why502.gateway.caddy;

import java.util.ArrayList;
import java.util.List;

/** {@code handle_errors [statuses...]}: routes for answers that Caddy makes itself. */
final class CaddyErrorRoutes {
  private CaddyErrorRoutes() {}

  static List<CaddyNode> of(
      List<CaddyDirective> directives, CaddyDirectives compiler, CaddyScope scope) {
    List<CaddyNode> some = new ArrayList<>();
    List<CaddyNode> all = new ArrayList<>();
    for (CaddyDirective each : directives) {
      if (!each.name().equals("handle_errors")) {
        continue;
      }
      List<CaddyNode> routes = compiler.routes(each.children(), true);
      if (each.args().isEmpty()) {
        all.addAll(routes);
        continue;
      }
      CaddyNode only =
          new CaddyNode(each.place()).put("expression", expression(each, scope.faults));
      routes.forEach(route -> route.put("match", List.of(only)));
      some.addAll(routes);
    }
    some.addAll(all);
    return some;
  }

  private static String expression(CaddyDirective directive, CaddyFaults faults) {
    List<String> parts = new ArrayList<>();
    List<String> codes = new ArrayList<>();
    for (String each : directive.texts()) {
      boolean family = each.length() == 3 && each.endsWith("xx");
      if (CaddyUnits.number(family ? each.substring(0, 1) : each, -1) < 0) {
        faults.add(directive, "bad status value '" + each + "'");
      } else if (family) {
        String first = each.substring(0, 1);
        parts.add(
            "{http.error.status_code} >= "
                + first
                + "00 && {http.error.status_code} <= "
                + first
                + "99");
      } else {
        codes.add(each);
      }
    }
    if (!codes.isEmpty()) {
      parts.add("{http.error.status_code} in [" + String.join(", ", codes) + "]");
    }
    return String.join(" || ", parts);
  }
}
