package dev.why502.definition;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One accepted definitions file.
 *
 * @param control endpoints that tell whether this host is online
 * @param allow what {@code /probe} may be pointed at besides declared targets: host globs, CIDR
 *     ranges, each with an optional port
 * @param modules for {@code /probe}, besides those that it always has
 * @param reactions what is to follow when something fails
 * @param secrets every value that came from {@code ${env:}} or {@code ${file:}}
 */
public record Definitions(
    List<Gateway> gateways,
    List<Probe> probes,
    List<Endpoint> control,
    List<String> allow,
    List<ProbeModule> modules,
    Reactions reactions,
    Secrets secrets) {
  public Definitions {
    gateways = List.copyOf(gateways);
    probes = List.copyOf(probes);
    control = List.copyOf(control);
    allow = List.copyOf(allow);
    modules = List.copyOf(modules);
  }

  /** Nothing follows. */
  public Definitions(
      List<Gateway> gateways,
      List<Probe> probes,
      List<Endpoint> control,
      List<String> allow,
      List<ProbeModule> modules,
      Secrets secrets) {
    this(gateways, probes, control, allow, modules, Reactions.NONE, secrets);
  }

  /** No modules besides those. */
  public Definitions(
      List<Gateway> gateways,
      List<Probe> probes,
      List<Endpoint> control,
      List<String> allow,
      Secrets secrets) {
    this(gateways, probes, control, allow, List.of(), secrets);
  }

  public @Nullable Probe probe(String id) {
    return probes.stream().filter(probe -> probe.id().equals(id)).findFirst().orElse(null);
  }

  public @Nullable Gateway gateway(@Nullable String id) {
    return gateways.stream().filter(gateway -> gateway.id().equals(id)).findFirst().orElse(null);
  }

  /** Nothing to watch. */
  public static Definitions empty() {
    return new Definitions(List.of(), List.of(), List.of(), List.of(), Secrets.NONE);
  }
}
