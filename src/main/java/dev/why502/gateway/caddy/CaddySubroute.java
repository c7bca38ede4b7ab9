package dev.why502.gateway.caddy;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Joins what directives come to into the routes of one block. */
final class CaddySubroute {
  private static final List<String> EXCLUSIVE = List.of("handle", "rewrite", "root");

  private CaddySubroute() {}

  /**
   * @param order of directives, or null to keep theirs
   */
  static List<CaddyNode> of(
      List<CaddyValue> values, @Nullable List<String> order, CaddyScope.Counter groups) {
    List<CaddyValue> sorted = new ArrayList<>(values);
    if (order == null) {
      // Caddy 2.6 joins nothing here; since 2.7 it groups as below, which shows only where two
      // rewrites, or a handle that does not answer and another one, fit the same request.
      return sorted.stream().flatMap(value -> value.routes().stream()).toList();
    }
    CaddyOrder.sort(sorted, order);
    for (String directive : EXCLUSIVE) {
      List<CaddyValue> alike =
          sorted.stream().filter(v -> v.directive().equals(directive)).toList();
      // A rewrite always has a group of its own, even where there is only one.
      if (alike.size() > 1 || directive.equals("rewrite")) {
        String group = groups.group();
        alike.forEach(v -> v.routes().forEach(route -> route.put("group", group)));
      }
    }
    List<CaddyNode> routes = new ArrayList<>();
    for (CaddyValue value : sorted) {
      routes.addAll(value.routes());
    }
    return consolidated(routes);
  }

  /** Neighbours with the same conditions are one route. */
  static List<CaddyNode> consolidated(List<CaddyNode> routes) {
    List<CaddyNode> all = new ArrayList<>();
    for (CaddyNode route : routes) {
      CaddyNode last = all.isEmpty() ? null : all.get(all.size() - 1);
      if (last != null
          && Objects.equals(last.get("match"), route.get("match"))
          && last.on("terminal") == route.on("terminal")
          && Objects.equals(last.get("group"), route.get("group"))) {
        List<Object> handlers = new ArrayList<>(last.nodes("handle"));
        handlers.addAll(route.nodes("handle"));
        last.putUnlessEmpty("handle", handlers);
      } else {
        all.add(route);
      }
    }
    return all;
  }
}
