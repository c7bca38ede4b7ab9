package dev.why502.app;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Gateway;
import dev.why502.engine.Sources;
import dev.why502.evidence.Listeners;
import dev.why502.evidence.Route;
import dev.why502.gateway.running.Holder;
import dev.why502.gateway.running.RunningGateway;
import dev.why502.gateway.running.RunningGateways;
import dev.why502.gateway.running.StandardPlaces;
import io.netty.util.NetUtil;
import io.vertx.core.Future;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the gateway of this host that answers at an address: the process that holds the socket, and
 * the file that it was started with. What only might be it is not taken, or taken with a doubt that
 * keeps every verdict from being certain. No future of it fails.
 */
final class GatewayFinder {
  private static final long TIMEOUT_MILLIS = 1_500;

  /** Addresses of this host that are tried where the target's own is none of them. */
  private static final int MAX_ADDRESSES = 16;

  /** Where HAProxy's messages go on Debian and Red Hat: it writes no file itself. */
  private static final Path HAPROXY_LOG = Path.of("/var/log/haproxy.log");

  private final Sources sources;
  private final RunningGateways running;
  private final Function<Gateway.Kind, @Nullable GatewayReaders> readers;

  GatewayFinder(
      Sources sources,
      RunningGateways running,
      Function<Gateway.Kind, @Nullable GatewayReaders> readers) {
    this.sources = sources;
    this.running = running;
    this.readers = readers;
  }

  /**
   * The gateway that answers a request.
   *
   * @param only the kind that is meant, null for any
   */
  Future<Found> find(Arrival arrival, Gateway.@Nullable Kind only) {
    Endpoint at = arrival.endpoint();
    if (at.socket() != null) {
      return Future.succeededFuture(Found.nothing("who listens at a unix socket is not looked up"));
    }
    Future<List<String>> addresses = addresses(at.host());
    Future<List<String>> local = sources.localAddresses();
    Future<Listeners> listeners = sources.listeners();
    return Future.join(addresses, local, listeners)
        .compose(
            all ->
                new Search(arrival, only, local.result(), listeners.result())
                    .of(addresses.result()))
        .timeout(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
        .otherwise(Found.nothing("looking for the gateway of this host took too long"));
  }

  private Future<List<String>> addresses(String host) {
    if (host.equals("localhost")) {
      return Future.succeededFuture(List.of("127.0.0.1", "::1"));
    }
    if (NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host)) {
      return Future.succeededFuture(List.of(host));
    }
    return sources.resolve(host).map(resolution -> resolution.addresses());
  }

  /** A gateway that may be it, with one of its files. */
  private record Candidate(Gateway.Kind kind, @Nullable RunningGateway gateway, String config) {}

  /** One search; all of it in one future. */
  private final class Search {
    private final Arrival arrival;
    private final Gateway.@Nullable Kind only;
    private final List<String> local;
    private final Listeners listeners;
    private final int port;

    Search(Arrival arrival, Gateway.@Nullable Kind only, List<String> local, Listeners listeners) {
      this.arrival = arrival;
      this.only = only;
      this.local = local;
      this.listeners = listeners;
      this.port = arrival.endpoint().port();
    }

    Future<Found> of(List<String> addresses) {
      return among(addresses).compose(this::logged);
    }

    private Future<Found> among(List<String> addresses) {
      List<String> here = addresses.stream().filter(this::local).toList();
      if (addresses.isEmpty()) {
        return Future.succeededFuture(
            Found.nothing(arrival.endpoint().host() + " does not resolve"));
      }
      return here.isEmpty() ? behindAnother(addresses.get(0)) : at(here, 0);
    }

    private boolean local(String address) {
      return address.startsWith("127.") || address.equals("::1") || local.contains(address);
    }

    /** The first address where anything listens; else what should listen at the first one. */
    private Future<Found> at(List<String> addresses, int index) {
      String address = addresses.get(index);
      return running
          .at(address, port, listeners)
          .compose(
              holder ->
                  holder.state() == Holder.State.NOBODY && index + 1 < addresses.size()
                      ? at(addresses, index + 1)
                      : held(address, holder));
    }

    private Future<Found> held(String address, Holder holder) {
      String text = text(address);
      return switch (holder.state()) {
        case GATEWAY -> holding(text, holder.gateways());
        case OTHER ->
            Future.succeededFuture(
                Found.nothing(
                    text + " is held by " + holder.program() + ", which is no known gateway"));
        case HIDDEN, NOT_KNOWN ->
            fitting(candidates(holder.gateways()), text, false)
                .map(
                    fits ->
                        fits.size() == 1
                            ? found(fits.get(0), null, null)
                            : Found.nothing(
                                "who listens at "
                                    + text
                                    + " does not show to this user, and "
                                    + (fits.isEmpty() ? "no gateway" : "more than one gateway")
                                    + " that runs is configured for it"));
        case NOBODY ->
            fitting(candidates(holder.gateways()), text, false)
                .compose(
                    fits ->
                        fits.isEmpty()
                            ? standard(text, holder.gateways())
                            : Future.succeededFuture(
                                fits.size() == 1
                                    ? found(fits.get(0), null, null)
                                    : Found.nothing(
                                        "nothing listens at "
                                            + text
                                            + ", for which several gateways are configured")));
      };
    }

    private Future<Found> holding(String address, List<RunningGateway> gateways) {
      List<RunningGateway> wanted =
          gateways.stream().filter(each -> only == null || each.kind() == only).toList();
      if (wanted.isEmpty()) {
        RunningGateway other = gateways.get(0);
        return Future.succeededFuture(
            Found.nothing(address + " is held by " + name(other.kind()) + ", pid " + other.pid()));
      }
      List<Candidate> candidates = candidates(wanted);
      if (wanted.size() == 1 && candidates.isEmpty()) {
        RunningGateway held = wanted.get(0);
        return Future.succeededFuture(
            new Found(
                held.kind(),
                held.pid(),
                null,
                held.errorFile(),
                null,
                null,
                name(held.kind())
                    + ", pid "
                    + held.pid()
                    + ", listens at "
                    + address
                    + ", and "
                    + held.why()));
      }
      if (candidates.size() == 1 && wanted.size() == 1) {
        return Future.succeededFuture(found(candidates.get(0), null, null));
      }
      return fitting(candidates, address, false)
          .map(
              fits -> {
                if (fits.isEmpty() || (wanted.size() > 1 && fits.size() > 1)) {
                  return Found.nothing(
                      "which of the files that the gateway at "
                          + address
                          + " was started with handles this does not show");
                }
                String doubt =
                    "the gateway was started with several files, of which only "
                        + fits.get(0).config()
                        + " was followed";
                return found(fits.get(0), null, wanted.size() == 1 ? doubt : null);
              });
    }

    /** Nothing runs for it: what a file in a standard place would do shows why, where one fits. */
    private Future<Found> standard(String address, List<RunningGateway> gateways) {
      List<Candidate> candidates = new ArrayList<>();
      for (StandardPlaces.Standard standard : StandardPlaces.all()) {
        boolean runs = gateways.stream().anyMatch(each -> each.kind() == standard.kind());
        if (!runs
            && (only == null || only == standard.kind())
            && Files.isReadable(Path.of(standard.config()))) {
          candidates.add(new Candidate(standard.kind(), null, standard.config()));
        }
      }
      return fitting(candidates, address, false)
          .map(
              fits ->
                  fits.size() == 1
                      ? found(fits.get(0), null, null)
                      : Found.nothing(
                          "nothing listens at "
                              + address
                              + ", and "
                              + (fits.isEmpty() ? "no" : "more than one")
                              + " gateway of this host is configured for it"));
    }

    /**
     * The address is none of this host's: a translated one, or another machine's. A gateway here
     * that is configured for the very name may be the one that answers.
     */
    private Future<Found> behindAnother(String address) {
      List<String> outward =
          local.stream()
              .filter(each -> !each.startsWith("127.") && !each.equals("::1"))
              .limit(MAX_ADDRESSES)
              .toList();
      List<Future<List<Candidate>>> all = new ArrayList<>();
      for (String each : outward) {
        all.add(
            running
                .at(each, port, listeners)
                .compose(
                    holder ->
                        holder.state() == Holder.State.GATEWAY
                            ? fitting(candidates(holder.gateways()), text(each), true)
                            : Future.succeededFuture(List.of())));
      }
      return Future.join(all)
          .map(
              done -> {
                for (int i = 0; i < all.size(); i++) {
                  List<Candidate> fits = all.get(i).result();
                  if (fits.size() == 1) {
                    return found(
                        fits.get(0),
                        text(outward.get(i)),
                        text(address)
                            + " is no address of this host, and whether what answers there is the "
                            + name(fits.get(0).kind())
                            + " of this host does not show");
                  }
                }
                return Found.nothing(
                    text(address)
                        + " is no address of this host, and no gateway here is configured for it");
              });
    }

    private List<Candidate> candidates(List<RunningGateway> gateways) {
      List<Candidate> candidates = new ArrayList<>();
      for (RunningGateway gateway : gateways) {
        if (only == null || gateway.kind() == only) {
          for (String config : gateway.configs()) {
            candidates.add(new Candidate(gateway.kind(), gateway, config));
          }
        }
      }
      return candidates;
    }

    /**
     * Those whose configuration listens for the request.
     *
     * @param named only those that name its host; HAProxy's frontends have no names
     */
    private Future<List<Candidate>> fitting(
        List<Candidate> candidates, String connectedTo, boolean named) {
      List<Future<Boolean>> fits = new ArrayList<>();
      for (Candidate candidate : candidates) {
        GatewayReaders reader = readers.apply(candidate.kind());
        fits.add(
            reader == null
                ? Future.succeededFuture(false)
                : reader
                    .config()
                    .route(
                        gateway(candidate.kind(), candidate.config()),
                        arrival.target(),
                        arrival.request(),
                        connectedTo)
                    .map(
                        route ->
                            route.access().readable()
                                && route.handling() != Route.Handling.NO_SERVER
                                && (!named
                                    || route.serverName() != null
                                    || candidate.kind() == Gateway.Kind.HAPROXY)));
      }
      return Future.join(fits)
          .map(
              done -> {
                List<Candidate> left = new ArrayList<>();
                for (int i = 0; i < candidates.size(); i++) {
                  if (Boolean.TRUE.equals(fits.get(i).result())) {
                    left.add(candidates.get(i));
                  }
                }
                return List.copyOf(left);
              });
    }

    private Found found(Candidate candidate, @Nullable String at, @Nullable String doubt) {
      RunningGateway gateway = candidate.gateway();
      String who =
          name(candidate.kind())
              + (gateway == null ? ", which does not run," : ", pid " + gateway.pid() + ",")
              + (gateway == null ? " has " : " was started with ")
              + candidate.config();
      return new Found(
          candidate.kind(),
          gateway == null ? 0 : gateway.pid(),
          candidate.config(),
          gateway == null ? null : gateway.errorFile(),
          at,
          doubt,
          who);
    }

    /** A file that the configuration names already is not read a second time. */
    private Future<Found> logged(Found found) {
      GatewayReaders reader = found.kind() == null ? null : readers.apply(found.kind());
      String config = found.config();
      Gateway.Kind kind = found.kind();
      if (reader == null || config == null || kind == null) {
        return Future.succeededFuture(found);
      }
      return reader
          .config()
          .files(gateway(kind, config))
          .map(
              files -> {
                List<String> named = new ArrayList<>();
                files.errorLogs().forEach(log -> named.add(log.path()));
                files.accessLogs().forEach(log -> named.add(log.path()));
                String log = found.errorLog();
                if (log == null && kind == Gateway.Kind.HAPROXY && named.isEmpty()) {
                  log = Files.isReadable(HAPROXY_LOG) ? HAPROXY_LOG.toString() : null;
                }
                return new Found(
                    kind,
                    found.pid(),
                    config,
                    log == null || named.stream().anyMatch(same(log)) ? null : log,
                    found.arrival(),
                    found.doubt(),
                    found.told());
              });
    }

    private String text(String address) {
      return Endpoint.of(address, port).text();
    }
  }

  private static java.util.function.Predicate<String> same(String file) {
    Path real = real(file);
    return other -> real(other).equals(real);
  }

  private static Path real(String file) {
    try {
      return Path.of(file).toRealPath();
    } catch (java.io.IOException absent) {
      return Path.of(file).normalize();
    }
  }

  private static Gateway gateway(Gateway.Kind kind, String config) {
    return new Gateway(name(kind), kind, config, null, null, null);
  }

  static String name(Gateway.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
