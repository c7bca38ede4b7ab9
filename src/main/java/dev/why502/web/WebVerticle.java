package dev.why502.web;

import dev.why502.web.bridge.Bridge;
import dev.why502.web.bridge.Channels;
import dev.why502.web.bridge.Terms;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The HTTP side: page, API, metrics, bridge. Started means that it listens. */
public final class WebVerticle extends VerticleBase {
  static final int MAX_HEADER = 16 * 1024;
  static final int MAX_URI = 4096;

  /** Nothing of ours takes a body, but a client may send an empty form all the same. */
  static final int MAX_BODY = 1024;

  private static final int IDLE_SECONDS = 60;
  private static final long LINGER_MILLIS = 500;
  private static final int DRAIN_SECONDS = 5;

  /** Whoever does not read what it asked for holds its connection no longer than this. */
  private static final long ABORT_MILLIS = DRAIN_SECONDS * 1_000 + 500;

  private final WebOptions options;
  private final WebSources sources;
  private final Meters meters;
  private final @Nullable PrometheusMeterRegistry registry;
  private final LongSupplier nanoTime;
  private final Page page = new Page();
  private final Gate gate;

  /** Connections whose first request has not come yet, the eldest first. */
  private final Set<HttpConnection> fresh = new LinkedHashSet<>();

  private List<String> paths = List.of();
  private final Set<Channel> open = ConcurrentHashMap.newKeySet();
  private @Nullable HttpServer server;
  private volatile int tcpPort = -1;
  private @Nullable Bridge bridge;
  private @Nullable EventStreams streams;

  /**
   * The HTTP side of one service.
   *
   * @param registry of Vert.x's own metrics, or null
   * @param nanoTime a monotonic clock
   */
  public WebVerticle(
      WebOptions options,
      WebSources sources,
      Meters meters,
      @Nullable PrometheusMeterRegistry registry,
      LongSupplier nanoTime) {
    this.options = options;
    this.sources = sources;
    this.meters = meters;
    this.registry = registry;
    this.nanoTime = nanoTime;
    this.gate = new Gate(options);
  }

  /** The port that is listened on; 0 before it is started. */
  public int port() {
    return server == null ? 0 : server.actualPort();
  }

  /** The port of the TCP bridge; -1 when there is none. */
  public int tcpPort() {
    return tcpPort;
  }

  @Override
  public Future<?> start() {
    Seats seats = new Seats(options.limits().viewers(), meters::sockets);
    EventStreams events = new EventStreams(vertx, options, seats);
    streams = events;
    Terms terms =
        new Terms(
            seats::leftForBridges,
            options.times().goneMillis(),
            options.exposed() ? Redaction::of : UnaryOperator.identity(),
            gate::admits,
            seats::onBridges,
            Replies::problem);
    Bridge opened = new Bridge(vertx, terms, nanoTime);
    bridge = opened;
    vertx.setPeriodic(options.times().pingMillis(), timer -> opened.tick());
    Router router = router(opened, events);
    paths =
        router.getRoutes().stream()
            .map(Route::getPath)
            .filter(Objects::nonNull)
            .distinct()
            .toList();
    HttpServer created =
        vertx
            .createHttpServer(serverOptions())
            .connectionHandler(this::connected)
            .invalidRequestHandler(this::malformed)
            .requestHandler(router);
    server = created;
    return created
        .listen(options.port(), options.host())
        .compose(
            listening ->
                options.tcpBridgePort() < 0
                    ? Future.succeededFuture(-1)
                    : opened.listen(options.host(), options.tcpBridgePort()))
        .onSuccess(bound -> tcpPort = bound);
  }

  @Override
  public Future<?> stop() {
    if (bridge != null) {
      bridge.close();
    }
    if (streams != null) {
      streams.closeAll();
    }
    if (server == null) {
      return Future.succeededFuture();
    }
    long late = vertx.setTimer(ABORT_MILLIS, timer -> List.copyOf(open).forEach(Channels::abort));
    return server
        .shutdown(DRAIN_SECONDS, TimeUnit.SECONDS)
        .onComplete(drained -> vertx.cancelTimer(late));
  }

  private static HttpServerOptions serverOptions() {
    return new HttpServerOptions()
        .setIdleTimeout(IDLE_SECONDS)
        // A peer that vanished acknowledges nothing; the kernel alone would try for a quarter hour.
        .setTcpUserTimeout(IDLE_SECONDS * 1000)
        // What the kernel holds for a viewer that does not read counts as well.
        .setSendBufferSize(Bridge.SEND_BUFFER)
        .setMaxHeaderSize(MAX_HEADER)
        .setMaxInitialLineLength(MAX_URI)
        .setCompressionSupported(false)
        .setDecompressionSupported(false)
        .setHttp2ClearTextEnabled(false)
        // Both would inflate what a client sends without any limit.
        .setPerFrameWebSocketCompressionSupported(false)
        .setPerMessageWebSocketCompressionSupported(false)
        .setWebSocketClosingTimeout(1)
        .setMaxWebSocketFrameSize(Bridge.MAX_FRAME)
        .setMaxWebSocketMessageSize(Bridge.MAX_FRAME);
  }

  /** Connections that are open, in a use of its own or not. */
  int connections() {
    return open.size();
  }

  /** Addresses of the bus at which viewers listen. */
  int addresses() {
    return bridge == null ? 0 : bridge.addresses();
  }

  /** Every path that is answered. */
  List<String> paths() {
    return paths;
  }

  private Router router(Bridge opened, EventStreams events) {
    Router router = Router.router(vertx);
    router.route().handler(this::admit);
    page.mount(router);
    Standing standing = new Standing(vertx.eventBus(), options.exposed());
    new StatusBoard(sources, nanoTime).mount(router);
    new Api(standing, sources, options.exposed()).mount(router);
    new Badges(standing, sources.probes()).mount(router);
    new PastBadges(sources).mount(router);
    events.mount(router);
    new SelfChecks(sources).mount(router);
    Routes.read(router, "/metrics", this::metrics);
    Routes.read(router, "/probe", this::onDemand);
    opened.mount(router);
    Failures.mount(router);
    return router;
  }

  /** A peer that opens connections and says nothing must not keep others out. */
  private void connected(HttpConnection connection) {
    if (open.size() >= options.limits().connections()) {
      // Who has said nothing for longest gives way: whoever comes may have something to ask.
      HttpConnection mute = fresh.stream().findFirst().orElse(connection);
      fresh.remove(mute);
      mute.close();
    }
    fresh.add(connection);
    Runnable closed =
        () -> {
          open.remove(Channels.of(connection));
          fresh.remove(connection);
        };
    // The close handler of Vert.x is not called for one that has become a WebSocket.
    Channel channel = Channels.of(connection);
    open.add(channel);
    channel.closeFuture().addListener(gone -> closed.run());
    vertx.setTimer(
        options.times().headMillis(),
        timer -> {
          if (fresh.remove(connection)) {
            connection.close();
          }
        });
  }

  private void admit(RoutingContext context) {
    HttpServerRequest request = context.request();
    HttpServerResponse response = context.response();
    fresh.remove(request.connection());
    Replies.guard(response);
    Gate.Answer answer = gate.judge(request);
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin != null && gate.shared(origin)) {
      Sharing.with(response, origin);
    }
    if (answer != Gate.Answer.PASS) {
      if (answer == Gate.Answer.NO_TOKEN) {
        response.putHeader("WWW-Authenticate", "Bearer realm=\"why502\"");
        if (page.knocks(request)) {
          page.refuseWithDoor(request);
          return;
        }
      }
      refuse(request, answer.status, answer.words);
    } else if (bodyRefused(request)) {
      refuse(request, 413, "no body is taken here");
    } else {
      context.next();
    }
  }

  /** What the decoder could not take; it has given up on the connection. */
  private void malformed(HttpServerRequest request) {
    fresh.remove(request.connection());
    Replies.guard(request.response());
    Failures.Malformed found = Failures.Malformed.of(request.decoderResult().cause());
    refuse(request, found.status, found.words);
  }

  private void refuse(HttpServerRequest request, int status, String words) {
    // What follows on the connection may be a body that nobody wants and that never ends.
    request.response().putHeader(HttpHeaders.CONNECTION, "close");
    Replies.problem(request.response(), status, words);
    HttpConnection connection = request.connection();
    // Not at once: a reset would overtake the answer.
    vertx.setTimer(LINGER_MILLIS, late -> connection.close());
  }

  /** SockJS sends its frames by POST; these have a limit of their own. */
  private static boolean bodyRefused(HttpServerRequest request) {
    if (request.method().equals(HttpMethod.POST) && request.path().startsWith(Bridge.PATH + "/")) {
      return false;
    }
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        || (length != null
            && (!length.matches("[0-9]{1,4}") || Integer.parseInt(length) > MAX_BODY));
  }

  /** It reaches where this host reaches: not for everybody. */
  private void onDemand(RoutingContext context) {
    if (options.exposed()) {
      Replies.problem(
          context.response(), 403, "not on a public address without a token: see --token");
    } else {
      sources.onDemand().handle(context.request());
    }
  }

  private void metrics(RoutingContext context) {
    String text = meters.text() + (registry == null ? "" : registry.scrape());
    Replies.end(context.response(), 200, "text/plain; version=0.0.4; charset=utf-8", text);
  }
}
