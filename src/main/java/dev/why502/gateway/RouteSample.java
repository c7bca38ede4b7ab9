package dev.why502.gateway;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Scheme;
import dev.why502.definition.Target;
import dev.why502.evidence.Place;
import dev.why502.evidence.Route;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A target made for one part of a configuration; whether it gets there is for the router to say.
 *
 * @param connectTo {@code 127.0.0.1:8443}
 * @param pass the line that it is made for, where that is one that passes on
 */
public record RouteSample(Target target, String connectTo, @Nullable Place pass) {
  public static RouteSample of(
      Scheme scheme, Endpoint endpoint, String path, String connectTo, @Nullable Place pass) {
    String authority = new Target(scheme, endpoint, path, "").authority();
    String text = ByteText.lower(scheme.name()) + "://" + authority + path;
    return new RouteSample(new Target(scheme, endpoint, path, text), connectTo, pass);
  }

  /**
   * Those that are passed on, one for each key, in their order. The target that was made for a pass
   * goes before others that get there.
   */
  static List<Routed> reached(
      List<RouteSample> samples, List<Routed> routed, BiFunction<Route, Route.Pass, String> key) {
    Map<String, Routed> all = new LinkedHashMap<>();
    for (int i = 0; i < samples.size(); i++) {
      Routed each = routed.get(i);
      Route.Pass pass = each.route().pass();
      if (pass == null) {
        continue;
      }
      String its = key.apply(each.route(), pass);
      if (pass.place().equals(samples.get(i).pass())) {
        all.put(its, each);
      } else {
        all.putIfAbsent(its, each);
      }
    }
    return List.copyOf(all.values());
  }
}
