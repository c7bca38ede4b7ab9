package dev.why502.engine;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Expectation;
import dev.why502.definition.Expectation.StatusRange;
import dev.why502.definition.Gateway;
import dev.why502.definition.Probe;
import dev.why502.definition.Request;
import dev.why502.definition.Threshold;
import dev.why502.engine.Sources.Sample;
import dev.why502.evidence.Case;
import dev.why502.evidence.Route;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Probes that stand for the routes of a gateway's configuration that no declared probe takes. Pure.
 */
final class RouteSamples {
  /** Routes of one gateway that are tried. */
  static final int MAX_ROUTES = 256;

  private static final int MAX_ID = 64;
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  /**
   * Any answer shows that the route leads to a service that speaks the right protocol, but the one
   * by which a TLS service refuses plain HTTP.
   */
  private static final Expectation ANSWERED =
      new Expectation(
          List.of(new StatusRange(100, 399), new StatusRange(401, 599)),
          null,
          null,
          null,
          Map.of(),
          Map.of(),
          null);

  private RouteSamples() {}

  /** Of all routes those that no case has followed. */
  static List<Sample> left(List<Sample> all, List<Case> cases) {
    Set<String> taken = new HashSet<>();
    for (Case one : cases) {
      one.all(Route.class).forEach(route -> taken.add(key(route)));
    }
    return all.stream().filter(sample -> taken.add(key(sample.route()))).toList();
  }

  private static String key(Route route) {
    Route.Pass pass = route.pass();
    return route.gateway() + " " + route.server() + " " + (pass == null ? "" : pass.place());
  }

  /**
   * Probes of routes.
   *
   * @param taken ids that may not be used again; each new one is added
   */
  static List<Probe> probes(Gateway gateway, List<Sample> samples, Set<String> taken) {
    List<Probe> probes = new ArrayList<>();
    for (Sample sample : samples) {
      Endpoint connectTo = Asking.endpoint(sample.connectTo());
      probes.add(
          new Probe(
              id(gateway, sample, taken),
              sample.target(),
              null,
              Map.of(),
              true,
              gateway.id(),
              null,
              new Request("GET", List.of(), null, connectTo, false, true, null, "1.1"),
              ANSWERED,
              INTERVAL,
              TIMEOUT,
              Threshold.DEFAULT,
              null,
              List.of(),
              List.of()));
    }
    return probes;
  }

  /** {@code site-nginx.shop.example-api}: an id like any other, since it may name a file. */
  private static String id(Gateway gateway, Sample sample, Set<String> taken) {
    String text = gateway.id() + "." + sample.target().endpoint().host() + sample.target().path();
    String plain =
        text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._-]+", "-").replaceAll("[-.]+$", "");
    String id = plain.substring(0, Math.min(plain.length(), MAX_ID));
    for (int i = 2; !taken.add(id); i++) {
      String suffix = "-" + i;
      id = plain.substring(0, Math.min(plain.length(), MAX_ID - suffix.length())) + suffix;
    }
    return id;
  }
}
