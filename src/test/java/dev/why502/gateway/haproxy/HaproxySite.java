package dev.why502.gateway.haproxy;

import java.util.List;
import java.util.Map;

/**
 * A configuration and what it is asked.
 *
 * @param bare whether it brings its own defaults
 * @param files other files of it
 */
record HaproxySite(
    String name, boolean bare, String config, Map<String, String> files, List<String> requests) {
  static HaproxySite of(String name, String config, String... requests) {
    return new HaproxySite(name, false, config, Map.of(), List.of(requests));
  }

  static HaproxySite bare(String name, String config, String... requests) {
    return new HaproxySite(name, true, config, Map.of(), List.of(requests));
  }

  HaproxySite file(String file, String text) {
    Map<String, String> all = new java.util.HashMap<>(files);
    all.put(file, text);
    return new HaproxySite(name, bare, config, Map.copyOf(all), requests);
  }

  /** A frontend with these lines; backends a to d are there. */
  static HaproxySite front(String name, String lines, String... requests) {
    return of(name, "frontend web\n  bind 127.0.0.1:FRONT\n" + lines.indent(2), requests);
  }

  @Override
  public String toString() {
    return name;
  }
}
