package dev.why502.gateway.nginx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A server block. */
final class NginxServer {
  private final NginxScope scope;
  private final List<NginxListen> listens;
  private final List<String> names;
  private final Map<String, NginxLocation> named = new HashMap<>();
  private final NginxLocation root;

  NginxServer(NginxScope scope) {
    this.scope = scope;
    List<NginxListen> all = new ArrayList<>();
    for (NginxDirective listen : scope.own("listen")) {
      all.addAll(NginxListen.of(listen));
    }
    if (scope.own("listen").isEmpty()) {
      all.add(NginxListen.implied(scope.directive(), 80));
    }
    this.listens = List.copyOf(all);
    List<String> names = new ArrayList<>();
    for (NginxDirective directive : scope.own("server_name")) {
      names.addAll(directive.args());
    }
    this.names = names.isEmpty() ? List.of("") : List.copyOf(names);
    this.root = NginxLocation.root(scope, named);
  }

  NginxScope scope() {
    return scope;
  }

  NginxDirective directive() {
    return scope.directive();
  }

  List<NginxListen> listens() {
    return listens;
  }

  /** As they are written. */
  List<String> names() {
    return names;
  }

  /** Value of {@code $server_name}: the first name, without the mark of a regex or a wildcard. */
  String primaryName() {
    String first = names.get(0);
    return first.startsWith(".") ? first.substring(1) : first;
  }

  NginxLocation root() {
    return root;
  }

  @Nullable NginxLocation named(String name) {
    return named.get(name);
  }

  boolean tls(NginxListen listen) {
    return listen.tls() || scope.on("ssl");
  }
}
