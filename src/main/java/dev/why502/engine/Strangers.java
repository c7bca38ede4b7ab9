package dev.why502.engine;

import dev.why502.definition.Probe;
import dev.why502.definition.Scheme;
import dev.why502.engine.Dossier.Chapter;
import dev.why502.engine.Sources.GatewaySource;
import dev.why502.evidence.Answer;
import dev.why502.evidence.Answer.Role;
import dev.why502.evidence.Listeners;
import dev.why502.evidence.Route;
import dev.why502.observation.Observation;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Where nobody named a service and nothing listens where the gateway sends: what else listens on
 * this host and might be the service that is meant. Each is asked for something that no service has
 * first: one that has everything tells nothing by having what was asked for. Confined to one
 * context.
 */
final class Strangers {
  /** A service that is well answers long before. */
  private static final Duration LONGEST = Duration.ofMillis(700);

  private static final long ROUTES_MILLIS = 500;
  private static final String ABSENT = "why502-absent";

  /** Programs that are no service behind a gateway, gateways among them. */
  private static final Set<String> OTHERS =
      Set.of(
          "nginx",
          "openresty",
          "haproxy",
          "apache2",
          "httpd",
          "caddy",
          "envoy",
          "traefik",
          "varnishd",
          "sshd",
          "redis-server",
          "valkey-server",
          "memcached",
          "mysqld",
          "mariadbd",
          "postgres",
          "mongod",
          "beam.smp",
          "rabbitmq-server",
          "etcd",
          "consul",
          "dnsmasq",
          "named",
          "unbound",
          "systemd",
          "systemd-resolve",
          "systemd-resolved",
          "cupsd",
          "master",
          "exim4",
          "dovecot",
          "rpcbind",
          "smbd",
          "dockerd",
          "containerd",
          "docker-proxy",
          "kubelet");

  /** Ports at which such programs listen, whatever they are called. */
  private static final Set<Integer> OTHER_PORTS =
      Set.of(
          21, 22, 23, 25, 53, 110, 111, 139, 143, 389, 445, 465, 587, 631, 993, 995, 1433, 1521,
          2019, 2375, 2376, 2379, 2380, 3306, 5432, 5671, 5672, 6379, 6432, 6443, 9042, 9092, 10250,
          11211, 25672, 27017);

  private final Scene scene;

  Strangers(Scene scene) {
    this.scene = scene;
  }

  /**
   * Asks those that might be meant.
   *
   * @param dead the request that the gateway's own address took no connection for
   */
  Future<?> insteadOf(Answer dead) {
    GatewaySource source = scene.source();
    Listeners listeners = scene.listeners();
    boolean asks =
        scene.upstreams().isEmpty()
            && scene.safeForServices()
            && dead.scheme() != Scheme.TCP
            && !dead.address().startsWith("unix:")
            && scene.local(dead.address());
    if (!asks || source == null || listeners == null) {
      return Future.succeededFuture();
    }
    int port = Asking.endpoint(dead.address()).port();
    // What the gateway sends something else to is that, and not what is missing here.
    return source
        .routes()
        .timeout(ROUTES_MILLIS, TimeUnit.MILLISECONDS)
        .otherwise(List.<Sources.Sample>of())
        .compose(
            routes -> {
              Set<Integer> taken = new HashSet<>();
              for (Sources.Sample sample : routes) {
                Route.Pass pass = sample.route().pass();
                if (pass != null) {
                  pass.peers().forEach(peer -> taken.add(peer.port()));
                }
              }
              taken.add(port);
              taken.add(probeAddressPort());
              List<Future<?>> all = new ArrayList<>();
              for (String address : addresses(listeners, port, taken)) {
                if (scene.firstCandidate(address)) {
                  all.add(ask(address, dead));
                }
              }
              return all.isEmpty() ? Future.succeededFuture() : Future.join(all);
            });
  }

  private int probeAddressPort() {
    Probe probe = scene.probe();
    return probe.request().connectTo() == null
        ? probe.target().endpoint().port()
        : probe.request().connectTo().port();
  }

  /** The nearest ports first: a wrong number is mostly a mistyped or counted-on one. */
  private static List<String> addresses(Listeners listeners, int port, Set<Integer> taken) {
    Set<Integer> seen = new HashSet<>(taken);
    return listeners.rows().stream()
        .filter(Strangers::plausible)
        .sorted(
            Comparator.<Listeners.Row>comparingInt(row -> Math.abs(row.port() - port))
                .thenComparing(Listeners.Row::port)
                .thenComparing(Listeners.Row::address))
        .filter(row -> seen.add(row.port()))
        .map(Listening::reachable)
        .limit(Scene.MAX_CANDIDATES)
        .toList();
  }

  private static boolean plausible(Listeners.Row row) {
    String command = row.command();
    return command != null
        && row.pid() > 1
        && row.pid() != ProcessHandle.current().pid()
        && !OTHER_PORTS.contains(row.port())
        && !OTHERS.contains(command.toLowerCase(Locale.ROOT));
  }

  private Future<?> ask(String address, Answer dead) {
    return ask(address, dead, absent(dead.path()))
        .compose(
            seen ->
                seen.response() == null
                    ? Future.succeededFuture()
                    : ask(address, dead, dead.path()));
  }

  private Future<Observation> ask(String address, Answer dead, String path) {
    Route.Pass pass = scene.pass();
    Probe request =
        Asking.within(
            LONGEST,
            Asking.at(
                scene.probe(),
                scene.probe().id(),
                address,
                dead.scheme(),
                dead.method(),
                path,
                dead.host(),
                pass == null ? null : pass.sni(),
                pass == null
                    ? Asking.ownHeaders(scene.probe())
                    : Asking.gatewayHeaders(scene.probe(), pass),
                null,
                "1.1",
                null));
    int place = scene.dossier().reserve();
    return scene
        .round()
        .ask(request)
        .onSuccess(
            seen ->
                scene
                    .dossier()
                    .put(
                        Chapter.VARIANT,
                        place,
                        new Answer(
                            Role.CANDIDATE,
                            null,
                            request.target().scheme(),
                            address,
                            dead.method(),
                            path,
                            dead.host(),
                            seen)));
  }

  /** Something beside the path that is not there. */
  static String absent(String path) {
    int query = path.indexOf('?');
    String plain = query < 0 ? path : path.substring(0, query);
    return plain.substring(0, plain.lastIndexOf('/') + 1) + ABSENT;
  }
}
