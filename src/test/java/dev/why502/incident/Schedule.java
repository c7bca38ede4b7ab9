package dev.why502.incident;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Probe;
import dev.why502.definition.Threshold;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A site by chance, and what befalls it: gateways that tell much or little, services behind them,
 * probes at both, and outages whose culprits are known. Times are milliseconds from the start, on
 * the clock that nobody sets.
 */
final class Schedule {
  static final long BUSY_MILLIS = 200_000;

  /** What is broken in an outage. */
  enum Culprit {
    SERVICE,
    GATEWAY,
    /** A line of the configuration that one route takes. */
    LINE,
    /** The answer of one probe alone. */
    OWN,
    /** The service answers late. */
    SLOW
  }

  /** One contiguous time in which one thing is broken. */
  static final class Outage {
    final Culprit culprit;
    final int which;
    final long from;
    final long to;
    final List<String> opened = new ArrayList<>();
    int cut;

    Outage(Culprit culprit, int which, long from, long to) {
      this.culprit = culprit;
      this.which = which;
      this.from = from;
      this.to = to;
    }

    boolean at(long millis) {
      return from <= millis && millis < to;
    }

    @Override
    public String toString() {
      return culprit + " " + which + " " + from + ".." + to;
    }
  }

  /** A probe, and what its verdicts are made of. */
  static final class Watched {
    final Probe probe;
    final int gateway;
    final int service;
    final long phase;

    Watched(Probe probe, int gateway, int service, long phase) {
      this.probe = probe;
      this.gateway = gateway;
      this.service = service;
      this.phase = phase;
    }

    boolean edge() {
      return gateway >= 0;
    }

    /** Whether an outage is in its way, nearest first. */
    boolean meets(Outage outage, int own) {
      return switch (outage.culprit) {
        case SERVICE, SLOW -> outage.which == service;
        case GATEWAY -> outage.which == gateway;
        case LINE -> edge() && outage.which == own;
        case OWN -> outage.which == own;
      };
    }
  }

  /** Of each gateway whether its configuration and log tell what is behind. */
  final boolean[] tells;

  /** Of each gateway whether probes declare the upstreams behind it. */
  final boolean[] declares;

  final List<Watched> probes = new ArrayList<>();
  final List<Outage> outages = new ArrayList<>();

  /** Our own link, down from and to; empty when it is never. */
  final long[] offline;

  /** When we are killed, and started again; empty when we are not. */
  final long[] restart;

  /** When the wall clock is set, and by how much; empty when it is not. */
  final long[] clock;

  final double blips;
  final SplittableRandom chance;

  Schedule(long seed) {
    chance = new SplittableRandom(seed);
    int gateways = 1 + chance.nextInt(3);
    int services = 1 + chance.nextInt(3);
    tells = new boolean[gateways];
    declares = new boolean[gateways];
    for (int g = 0; g < gateways; g++) {
      tells[g] = chance.nextInt(3) > 0;
      declares[g] = chance.nextBoolean();
    }
    boolean[] probed = new boolean[services];
    for (int s = 0; s < services; s++) {
      probed[s] = chance.nextInt(3) > 0;
      if (probed[s]) {
        add("s" + s, Endpoint.of("10.0.0." + (1 + s), 3000), null, null, -1, s);
      }
    }
    int edges = 1 + chance.nextInt(5);
    for (int e = 0; e < edges; e++) {
      int g = chance.nextInt(gateways);
      int s = chance.nextInt(services);
      @Nullable List<String> upstreams = declares[g] && probed[s] ? List.of("s" + s) : null;
      add("e" + e, Endpoint.of("192.0.2." + (1 + g), 443), "g" + g, upstreams, g, s);
    }
    int faults = chance.nextInt(4);
    for (int i = 0; i < faults; i++) {
      fault(gateways, services);
    }
    offline = some(6, 5_000 + chance.nextInt(60_000));
    restart = some(4, 1_000 + chance.nextInt(20_000));
    clock =
        chance.nextInt(4) == 0
            ? new long[] {chance.nextLong(BUSY_MILLIS), chance.nextLong(-3_600_000, 3_600_000)}
            : new long[0];
    blips = chance.nextInt(3) == 0 ? 0.02 : 0;
  }

  private void add(
      String id,
      Endpoint endpoint,
      @Nullable String gateway,
      @Nullable List<String> upstreams,
      int g,
      int s) {
    Duration interval = Duration.ofSeconds(new int[] {5, 10, 10, 20, 30}[chance.nextInt(5)]);
    Threshold threshold =
        new Threshold(
            chance.nextInt(4) == 0 ? 1 + chance.nextInt(3) : 1, 1 + chance.nextInt(8) / 7);
    Probe probe = Site.probe(id, endpoint, gateway, upstreams, interval, threshold);
    probes.add(new Watched(probe, g, s, chance.nextLong(interval.toMillis())));
  }

  private void fault(int gateways, int services) {
    Culprit culprit = Culprit.values()[chance.nextInt(Culprit.values().length)];
    int which =
        switch (culprit) {
          case SERVICE, SLOW -> chance.nextInt(services);
          case GATEWAY -> chance.nextInt(gateways);
          case LINE, OWN -> chance.nextInt(probes.size());
        };
    long from = chance.nextLong(BUSY_MILLIS - 60_000);
    int times = chance.nextInt(6) == 0 ? 2 + chance.nextInt(5) : 1;
    for (int i = 0; i < times && from < BUSY_MILLIS; i++) {
      long lasts = times > 1 ? 10_000 + chance.nextInt(15_000) : 5_000 + chance.nextInt(90_000);
      Outage next = new Outage(culprit, which, from, Math.min(BUSY_MILLIS, from + lasts));
      boolean overlaps =
          outages.stream()
              .anyMatch(
                  other ->
                      other.culprit == culprit
                          && other.which == which
                          && other.from <= next.to
                          && next.from <= other.to);
      if (!overlaps) {
        outages.add(next);
      }
      from = next.to + 1_000 + chance.nextInt(30_000);
    }
  }

  private long[] some(int oneIn, long lasts) {
    long from = chance.nextLong(BUSY_MILLIS);
    return chance.nextInt(oneIn) == 0 ? new long[] {from, from + lasts} : new long[0];
  }

  static boolean within(long[] span, long millis) {
    return span.length > 0 && span[0] <= millis && millis < span[1];
  }

  /** Nothing but the answer's lateness is wrong while it lasts. */
  static boolean served(@Nullable Outage outage) {
    return outage == null || outage.culprit == Culprit.SLOW;
  }

  /** What a request of a probe meets first on its way, or null. */
  @Nullable Outage met(int index, long millis) {
    Watched watched = probes.get(index);
    @Nullable Outage nearest = null;
    for (Outage outage : outages) {
      if (outage.at(millis)
          && watched.meets(outage, index)
          && (nearest == null || order(outage) < order(nearest))) {
        nearest = outage;
      }
    }
    return nearest;
  }

  /**
   * How many incidents one outage may be at most: probes at a gateway that tells nothing of what is
   * behind, and for which nothing is declared, cannot be known to suffer from what others see.
   */
  long views(Outage outage) {
    return java.util.stream.IntStream.range(0, probes.size())
        .filter(i -> probes.get(i).meets(outage, i))
        .mapToObj(
            i -> {
              int gateway = probes.get(i).gateway;
              boolean told = outage.culprit != Culprit.SLOW && gateway >= 0 && tells[gateway];
              return gateway < 0 || probes.get(i).probe.upstreams() != null || told
                  ? "known"
                  : "at " + gateway;
            })
        .distinct()
        .count();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Watched one : probes) {
      Probe probe = one.probe;
      text.append(probe.id()).append(" at ").append(probe.gateway());
      text.append(one.edge() && tells[one.gateway] ? " (tells)" : "");
      text.append(" to s").append(one.service).append(" declared ").append(probe.upstreams());
      text.append(", ").append(probe.interval()).append(", ").append(probe.threshold());
      text.append('\n');
    }
    text.append("outages ").append(outages);
    text.append(", offline ").append(java.util.Arrays.toString(offline));
    text.append(", restart ").append(java.util.Arrays.toString(restart));
    return text.append(", clock ").append(java.util.Arrays.toString(clock)).toString();
  }

  private static int order(Outage outage) {
    return switch (outage.culprit) {
      case GATEWAY -> 0;
      case LINE -> 1;
      case SERVICE -> 2;
      case OWN -> 3;
      case SLOW -> 4;
    };
  }
}
