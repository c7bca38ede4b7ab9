package dev.why502.probe;

import dev.why502.evidence.Resolution;
import dev.why502.probe.DnsLookup.Found;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.NetUtil;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.net.IDN;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns names into addresses of both families, as a new visitor would: {@code /etc/hosts} first,
 * then the servers of {@code /etc/resolv.conf}; both files are read again when they change. Nothing
 * is remembered longer than {@value #REMEMBERED_MILLIS} ms, and no failure is. Equal look-ups under
 * way are one. It never asks a server that this host does not name.
 */
public final class Resolver {
  /** Addresses kept of one family. */
  static final int MOST_ADDRESSES = 16;

  /** Look-ups that may be on the wire at once; the others wait. */
  private static final int MOST_LOOKUPS = 256;

  /** Answers remembered; above that all are forgotten. */
  private static final int MOST_REMEMBERED = 10_000;

  private static final long REMEMBERED_MILLIS = 1000;

  /** How long the second family may take once the first is there (RFC 8305, 3, is shorter). */
  private static final long OTHER_FAMILY_MILLIS = 500;

  private static final long QUERY_MILLIS = 5000;

  private final Vertx vertx;
  private final InstantSource clock;
  private final EventLoop loop;
  private final DnsNameResolver wire;
  private final WatchedFile<HostsFile> hosts;
  private final WatchedFile<ResolvConf> conf;
  private final List<InetSocketAddress> servers;
  private final Map<String, Remembered> remembered = new ConcurrentHashMap<>();

  /** Touched on the loop only. */
  private final Deque<Runnable> waiting = new ArrayDeque<>();

  private int underWay;

  private record Remembered(Future<Resolution> lookup, long startedNanos) {}

  public Resolver(Vertx vertx, InstantSource clock) {
    this(vertx, clock, List.of());
  }

  /**
   * @param servers DNS servers to ask instead of those of {@code /etc/resolv.conf}; empty for those
   */
  public Resolver(Vertx vertx, InstantSource clock, List<InetSocketAddress> servers) {
    this(vertx, clock, servers, Path.of("/etc/hosts"), Path.of("/etc/resolv.conf"));
  }

  Resolver(
      Vertx vertx,
      InstantSource clock,
      List<InetSocketAddress> servers,
      Path hostsFile,
      Path resolvConf) {
    this.vertx = vertx;
    this.clock = clock;
    this.servers = List.copyOf(servers);
    this.hosts = new WatchedFile<>(vertx, hostsFile, HostsFile::parse);
    this.conf = new WatchedFile<>(vertx, resolvConf, ResolvConf::parse);
    VertxInternal internal = (VertxInternal) vertx;
    this.loop = internal.nettyEventLoopGroup().next();
    this.wire =
        new DnsNameResolverBuilder(loop)
            .datagramChannelFactory(() -> internal.transport().datagramChannel())
            .socketChannelFactory(
                () -> (SocketChannel) internal.transport().channelFactory(false).newChannel())
            .queryTimeoutMillis(QUERY_MILLIS)
            .build();
  }

  /**
   * Looks a name up. Never fails: what went wrong is {@link Resolution#failure()}: NXDOMAIN,
   * SERVFAIL, REFUSED, "no address", "timeout" or "not a name".
   *
   * @param name a host name, or an IP literal (also in brackets), which is its own address
   */
  public Future<Resolution> resolve(String name, Duration timeout) {
    Resolution literal = literal(name);
    if (literal != null) {
      return Future.succeededFuture(literal);
    }
    String key = name.toLowerCase(Locale.ROOT);
    Future<Resolution> lookup = shared(key);
    if (lookup.isComplete()) {
      return lookup;
    }
    Promise<Resolution> promise = Promise.promise();
    long timer =
        vertx.setTimer(
            Math.max(1, timeout.toMillis()),
            id -> promise.tryComplete(result(name, "DNS", List.of(), "timeout")));
    lookup.onSuccess(
        resolution -> {
          if (promise.tryComplete(resolution)) {
            vertx.cancelTimer(timer);
          }
        });
    return promise.future();
  }

  /** What needs no look-up, or null. */
  @Nullable Resolution literal(String name) {
    String bare =
        name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
    return NetUtil.isValidIpV4Address(bare) || NetUtil.isValidIpV6Address(bare)
        ? result(name, "literal", List.of(bare), null)
        : null;
  }

  /** Gives the sockets back. */
  public void close() {
    wire.close();
  }

  private Future<Resolution> shared(String name) {
    long now = System.nanoTime();
    Remembered known = remembered.get(name);
    if (known != null && fresh(known, now)) {
      return known.lookup();
    }
    if (remembered.size() > MOST_REMEMBERED) {
      remembered.clear();
    }
    Promise<Resolution> promise = Promise.promise();
    remembered.put(name, new Remembered(promise.future(), now));
    hosts.get().onSuccess(file -> fromHosts(name, file, promise));
    return promise.future();
  }

  private static boolean fresh(Remembered known, long now) {
    if (!known.lookup().isComplete()) {
      return true;
    }
    return known.lookup().result().failure() == null
        && now - known.startedNanos() < TimeUnit.MILLISECONDS.toNanos(REMEMBERED_MILLIS);
  }

  private void fromHosts(String name, HostsFile file, Promise<Resolution> promise) {
    String bare = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    List<String> listed = file.addresses(bare);
    if (!listed.isEmpty()) {
      promise.complete(result(name, "/etc/hosts", listed, null));
    } else if (bare.equals("localhost") || bare.endsWith(".localhost")) {
      // RFC 6761, 6.3: it never goes to a server.
      promise.complete(result(name, "RFC 6761", List.of("127.0.0.1", "::1"), null));
    } else {
      String ascii = ascii(bare);
      if (ascii == null) {
        promise.complete(result(name, "DNS", List.of(), "not a name"));
      } else {
        conf.get().onSuccess(config -> loop.execute(() -> enqueue(name, ascii, config, promise)));
      }
    }
  }

  private void enqueue(String name, String ascii, ResolvConf config, Promise<Resolution> promise) {
    Runnable task =
        () -> {
          List<InetSocketAddress> asked = servers.isEmpty() ? config.servers() : servers;
          List<String> candidates =
              servers.isEmpty() && !name.endsWith(".")
                  ? config.candidates(ascii)
                  : List.of(ascii + ".");
          next(name, asked, candidates, 0, null, promise);
        };
    if (underWay < MOST_LOOKUPS) {
      underWay++;
      task.run();
    } else {
      waiting.add(task);
    }
  }

  private void next(
      String name,
      List<InetSocketAddress> asked,
      List<String> candidates,
      int index,
      @Nullable Found before,
      Promise<Resolution> promise) {
    bothFamilies(
        candidates.get(index),
        asked,
        found -> {
          boolean absent =
              "NXDOMAIN".equals(found.failure()) || "no address".equals(found.failure());
          // "no address" tells more than an NXDOMAIN under another search domain.
          Found worst = before != null && "NXDOMAIN".equals(found.failure()) ? before : found;
          if (absent && index + 1 < candidates.size()) {
            next(name, asked, candidates, index + 1, worst, promise);
            return;
          }
          Runnable task = waiting.poll();
          if (task == null) {
            underWay--;
          } else {
            loop.execute(task);
          }
          Found end = found.failure() == null ? found : worst;
          String server = "DNS " + text(asked);
          promise.complete(result(name, server, end.addresses(), end.failure()));
        });
  }

  private void bothFamilies(String fullName, List<InetSocketAddress> asked, Consumer<Found> done) {
    Families families = new Families(loop, done);
    new DnsLookup(wire, loop, asked, fullName, DnsRecordType.AAAA, families::six).start();
    new DnsLookup(wire, loop, asked, fullName, DnsRecordType.A, families::four).start();
  }

  private Resolution result(
      String name, String resolver, List<String> addresses, @Nullable String failure) {
    return new Resolution(name, clock.instant(), resolver, addresses, failure);
  }

  private static String text(List<InetSocketAddress> asked) {
    List<String> texts = new ArrayList<>();
    for (InetSocketAddress server : asked) {
      texts.add(NetUtil.toSocketAddressString(server));
    }
    return String.join(", ", texts);
  }

  /** The name as it goes on the wire, or null where it is none (RFC 1035, 2.3.4). */
  private static @Nullable String ascii(String name) {
    try {
      String ascii = IDN.toASCII(name);
      if (ascii.isEmpty() || ascii.length() > 253 || ascii.startsWith(".")) {
        return null;
      }
      for (String label : ascii.split("\\.", -1)) {
        if (label.isEmpty() || label.length() > 63) {
          return null;
        }
      }
      return ascii;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Joins the two answers; the first family does not wait for ever for the second. */
  private static final class Families {
    private final EventLoop loop;
    private final Consumer<Found> done;
    private @Nullable Found six;
    private @Nullable Found four;
    private @Nullable ScheduledFuture<?> patience;
    private boolean ended;

    Families(EventLoop loop, Consumer<Found> done) {
      this.loop = loop;
      this.done = done;
    }

    void six(Found found) {
      six = found;
      arrived(found, four);
    }

    void four(Found found) {
      four = found;
      arrived(found, six);
    }

    private void arrived(Found found, @Nullable Found other) {
      if (other != null) {
        end();
      } else if (found.failure() == null) {
        patience = loop.schedule(this::end, OTHER_FAMILY_MILLIS, TimeUnit.MILLISECONDS);
      }
    }

    private void end() {
      if (ended) {
        return;
      }
      ended = true;
      if (patience != null) {
        patience.cancel(false);
      }
      List<String> addresses = new ArrayList<>();
      String failure = null;
      for (Found found : new @Nullable Found[] {six, four}) {
        if (found == null) {
          continue;
        }
        addresses.addAll(found.addresses());
        // The answer about IPv4 comes last and counts, unless it is the less telling one.
        if (found.failure() != null && (failure == null || !"no address".equals(found.failure()))) {
          failure = found.failure();
        }
      }
      done.accept(new Found(List.copyOf(addresses), addresses.isEmpty() ? failure : null));
    }
  }
}
