package dev.why502.definition;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is told of incidents, and how.
 *
 * @param routes in the order in which they are asked; without any, everybody is told everything
 * @param reminder after which an incident that lasts is told again, or null for never
 * @param resolved whether people are told that it is over; programs always are
 */
public record Alerting(
    List<Receiver> receivers, List<Route> routes, @Nullable Duration reminder, boolean resolved) {
  /** Nobody. */
  public static final Alerting NONE = new Alerting(List.of(), List.of(), null, true);

  public Alerting {
    receivers = List.copyOf(receivers);
    routes = List.copyOf(routes);
  }

  /**
   * What is sent to whom.
   *
   * @param match of which one probe of an incident suffices
   * @param severities the contract's words for them; none for every one
   * @param to names of receivers
   * @param goesOn whether the routes behind it are asked too
   */
  public record Route(Selection match, Set<String> severities, List<String> to, boolean goesOn) {
    public Route {
      severities = Set.copyOf(severities);
      to = List.copyOf(to);
    }
  }

  public @Nullable Receiver receiver(String name) {
    return receivers.stream().filter(one -> one.name().equals(name)).findFirst().orElse(null);
  }

  /** What must never be shown, although nobody may have declared it a secret. */
  public List<String> secrets() {
    List<String> all = new ArrayList<>();
    receivers.forEach(receiver -> all.addAll(receiver.way().secrets()));
    return all;
  }
}
