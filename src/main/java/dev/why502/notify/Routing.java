package dev.why502.notify;

import dev.why502.definition.Alerting;
import dev.why502.definition.Alerting.Route;
import dev.why502.definition.Probe;
import dev.why502.definition.Receiver;
import dev.why502.definition.Receiver.Format;
import dev.why502.definition.Receiver.Post;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Who is to be told of an incident's event. Pure. */
public final class Routing {
  private final Alerting alerting;

  public Routing(Alerting alerting) {
    this.alerting = alerting;
  }

  /**
   * Names of receivers, in the order of the definitions.
   *
   * @param severity the contract's word
   * @param probes that it befell; those that are declared no longer left out
   * @param told who has been told of this incident until now; null where that is not known any
   *     more. Who was told that it began hears how it goes on and that it is over, whatever has
   *     become of its severity; of an end nobody hears who never heard of a beginning.
   */
  public List<String> receivers(
      Notice.Kind kind, String severity, Collection<Probe> probes, @Nullable Set<String> told) {
    Set<String> wanted = new LinkedHashSet<>(byRoutes(severity, probes));
    if (told != null) {
      if (kind == Notice.Kind.RESOLVED || kind == Notice.Kind.REMEDIED) {
        wanted.clear();
      }
      if (kind != Notice.Kind.REMINDED) {
        wanted.addAll(told);
      }
    }
    return alerting.receivers().stream()
        .filter(receiver -> wanted.contains(receiver.name()))
        .filter(
            receiver -> kind != Notice.Kind.RESOLVED || alerting.resolved() || needsEnd(receiver))
        .map(Receiver::name)
        .toList();
  }

  /** Labels that an incident carries to its receivers: those of the probe that it befell first. */
  public static Map<String, String> labels(
      List<String> probes, Function<String, @Nullable Probe> declared) {
    Probe first = probes.isEmpty() ? null : declared.apply(probes.get(0));
    return first == null ? Map.of() : first.labels();
  }

  private Set<String> byRoutes(String severity, Collection<Probe> probes) {
    Set<String> names = new LinkedHashSet<>();
    if (alerting.routes().isEmpty()) {
      alerting.receivers().forEach(receiver -> names.add(receiver.name()));
      return names;
    }
    for (Route route : alerting.routes()) {
      boolean severe = route.severities().isEmpty() || route.severities().contains(severity);
      if (severe && probes.stream().anyMatch(route.match()::takes)) {
        names.addAll(route.to());
        if (!route.goesOn()) {
          break;
        }
      }
    }
    return names;
  }

  /** A program that is told of no end takes it for lasting, or guesses. */
  private static boolean needsEnd(Receiver receiver) {
    return receiver.way() instanceof Post post
        && (post.format() == Format.ALERTMANAGER || post.format() == Format.WEBHOOK);
  }
}
