package dev.why502.gateway.caddy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What directives of one block see: options, named matchers, the place for faults. */
final class CaddyScope {
  final CaddyOptions options;
  final CaddyFaults faults;
  final Counter groups;
  final List<String> files;
  private final Map<String, CaddyNode> matchers;

  /** Numbers groups over all sites. */
  static final class Counter {
    private int next;

    String group() {
      return "group" + next++;
    }
  }

  CaddyScope(CaddyOptions options, CaddyFaults faults, Counter groups, List<String> files) {
    this(options, faults, groups, files, new HashMap<>());
  }

  private CaddyScope(
      CaddyOptions options,
      CaddyFaults faults,
      Counter groups,
      List<String> files,
      Map<String, CaddyNode> matchers) {
    this.options = options;
    this.faults = faults;
    this.groups = groups;
    this.files = files;
    this.matchers = matchers;
  }

  CaddyScope inner() {
    return new CaddyScope(options, faults, groups, files, new HashMap<>(matchers));
  }

  /** Defines the named matchers among some directives. */
  void define(List<CaddyDirective> directives) {
    for (CaddyDirective each : directives) {
      if (each.name().startsWith("@")) {
        if (matchers.containsKey(each.name())) {
          faults.add(each, "matcher is defined more than once: " + each.name());
        }
        matchers.put(each.name(), CaddyMatchers.define(each, faults));
      }
    }
  }

  /** Whether a word stands for a matcher. */
  static boolean matcher(CaddyDirective directive) {
    String first = directive.arg(0);
    return first.equals("*") || first.startsWith("/") || first.startsWith("@");
  }

  /** The matcher that a word stands for, null for all requests. */
  @Nullable CaddyNode matcher(CaddyDirective directive, String word) {
    if (word.startsWith("/")) {
      return new CaddyNode(directive.place()).put("path", List.of(word));
    }
    if (word.startsWith("@")) {
      CaddyNode found = matchers.get(word);
      if (found == null) {
        faults.add(directive, "unrecognized matcher name: " + word);
        return new CaddyNode(directive.place()).put("expression", "false");
      }
      return found;
    }
    return null;
  }
}
