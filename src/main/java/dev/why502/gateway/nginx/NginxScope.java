package dev.why502.gateway.nginx;

import dev.why502.gateway.ByteText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One level of the configuration and the levels round it: what is not set here is inherited from
 * there.
 */
final class NginxScope {
  /** What kind of level it is. */
  enum Kind {
    MAIN,
    HTTP,
    SERVER,
    LOCATION,
    IF,
    LIMIT_EXCEPT
  }

  private final Kind kind;
  private final @Nullable NginxScope outer;
  private final NginxDirective directive;
  private final Map<String, List<NginxDirective>> own = new HashMap<>();

  NginxScope(
      Kind kind, @Nullable NginxScope outer, NginxDirective directive, List<NginxDirective> all) {
    this.kind = kind;
    this.outer = outer;
    this.directive = directive;
    for (NginxDirective each : all) {
      own.computeIfAbsent(each.name(), name -> new ArrayList<>()).add(each);
    }
  }

  Kind kind() {
    return kind;
  }

  @Nullable NginxScope outer() {
    return outer;
  }

  NginxDirective directive() {
    return directive;
  }

  List<NginxDirective> own(String name) {
    return own.getOrDefault(name, List.of());
  }

  /** Every directive of that name at the nearest level that has one. */
  List<NginxDirective> nearest(String name) {
    for (NginxScope scope = this; scope != null; scope = scope.outer) {
      List<NginxDirective> found = scope.own(name);
      if (!found.isEmpty()) {
        return found;
      }
    }
    return List.of();
  }

  @Nullable NginxDirective find(String name) {
    List<NginxDirective> found = nearest(name);
    return found.isEmpty() ? null : found.get(0);
  }

  /** First argument of the nearest directive of that name. */
  String value(String name, String otherwise) {
    NginxDirective found = find(name);
    return found == null || found.args().isEmpty() ? otherwise : found.arg(0);
  }

  boolean on(String name) {
    return ByteText.lower(value(name, "off")).equals("on");
  }

  long millis(String name, long otherwise) {
    NginxDirective found = find(name);
    long value = found == null ? NginxUnits.INVALID : NginxUnits.millis(found.arg(0));
    return value < 0 ? otherwise : value;
  }

  long bytes(String name, long otherwise) {
    NginxDirective found = find(name);
    long value = found == null ? NginxUnits.INVALID : NginxUnits.bytes(found.arg(0));
    return value < 0 ? otherwise : value;
  }

  /** The level that answers: blocks of "if" and "limit_except" take over what is round them. */
  NginxScope handler() {
    NginxScope scope = this;
    while ((scope.kind == Kind.IF || scope.kind == Kind.LIMIT_EXCEPT) && scope.outer != null) {
      scope = scope.outer;
    }
    return scope;
  }
}
