package dev.why502.diagnosis;

import dev.why502.evidence.Place;
import dev.why502.evidence.Route;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What only a look at the configuration on disk shows, before the gateway meets it. */
final class CheckRules {
  private CheckRules() {}

  /** A gateway that is told to load it keeps what it has, and one that starts does not start. */
  static @Nullable Finding doesNotLoad(Facts facts) {
    Route route = facts.route;
    if (!facts.given.checking() || route == null || route.faults().isEmpty()) {
      return null;
    }
    return Finding.certain(
            Cause.GATEWAY_STALE_CONFIG, facts.gatewayName() + " " + wouldNotLoad(route), route)
        .fixedBy(correct(facts, route));
  }

  /** "would not load its configuration: FILE:LINE: MESSAGE; and 2 faults more". */
  static String wouldNotLoad(Route route) {
    int more = route.faults().size() - 1;
    return "would not load its configuration: "
        + route.faults().get(0)
        + (more == 0 ? "" : "; and " + more + (more == 1 ? " fault more" : " faults more"));
  }

  static Fix correct(Facts facts, Route route) {
    String fault = route.faults().get(0);
    List<String> steps = Fixes.reload(facts);
    return Fixes.at(
        facts,
        place(fault),
        "correct " + fault + ", then reload the gateway",
        steps.toArray(String[]::new));
  }

  /** Where a fault is, by its own words; null where it names no line. */
  static @Nullable Place place(String fault) {
    int end = fault.indexOf(": ");
    int colon = end < 0 ? -1 : fault.lastIndexOf(':', end - 1);
    if (colon <= 0 || end - colon > 8) {
      return null;
    }
    String line = fault.substring(colon + 1, end);
    return line.isEmpty() || !line.chars().allMatch(c -> c >= '0' && c <= '9')
        ? null
        : new Place(fault.substring(0, colon), Integer.parseInt(line), "", null);
  }
}
