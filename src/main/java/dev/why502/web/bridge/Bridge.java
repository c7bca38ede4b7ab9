package dev.why502.web.bridge;

import dev.why502.language.Language;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.sockjs.SockJSHandler;
import io.vertx.ext.web.handler.sockjs.SockJSHandlerOptions;
import io.vertx.ext.web.handler.sockjs.SockJSSocket;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The event bus for viewers outside, over four carriers: the protocol of the Vert.x SockJS bridge
 * over a bare WebSocket, over a WebSocket in SockJS's framing and over SockJS's older transports,
 * and that of the Vert.x TCP bridge on a port of its own. All of it is spoken by us but the older
 * transports, which come from Vert.x.
 */
public final class Bridge {
  public static final String PATH = "/eventbus";

  /** Of a frame inward, in bytes. */
  public static final int MAX_FRAME = 64 * 1024;

  /** Of a connection, in bytes; the kernel doubles it for its own use, and else takes 4 MiB. */
  public static final int SEND_BUFFER = 256 * 1024;

  /** Names the language of the news in the URL; over TCP they are English. */
  private static final String LANG = "lang";

  /** From our last word to the end of the connection. */
  private static final long LINGER_MILLIS = 1_200;

  private final Vertx vertx;
  private final Viewers viewers;
  private final Terms terms;
  private final LongSupplier nanoTime;

  /**
   * The bridge of one service; it belongs to the event loop that made it.
   *
   * @param nanoTime a monotonic clock
   */
  public Bridge(Vertx vertx, Terms terms, LongSupplier nanoTime) {
    this.vertx = vertx;
    this.viewers = new Viewers(vertx, terms, nanoTime);
    this.terms = terms;
    this.nanoTime = nanoTime;
    vertx.setPeriodic(Outflow.LOOK_MILLIS, timer -> viewers.look(nanoTime.getAsLong()));
  }

  /** To be called now and then: asks each viewer for a sign of life, and drops who has gone. */
  public void tick() {
    viewers.tick(nanoTime.getAsLong());
  }

  /** Addresses of the bus at which viewers listen. */
  public int addresses() {
    return viewers.addresses();
  }

  /** Tells all viewers to go. */
  public void close() {
    viewers.closeAll();
  }

  /** Listens for the TCP bridge; the port that it got, which 0 leaves to the system. */
  public Future<Integer> listen(String host, int port) {
    NetServerOptions options =
        new NetServerOptions()
            .setTcpNoDelay(true)
            .setSendBufferSize(SEND_BUFFER)
            .setRegisterWriteHandler(false);
    return vertx
        .createNetServer(options)
        .connectHandler(this::accepted)
        .listen(port, host)
        .map(NetServer::actualPort);
  }

  private void accepted(NetSocket socket) {
    Channel channel = Channels.of(socket);
    if (viewers.full()) {
      try (Outgoing error = Frames.error("too_many_viewers")) {
        var unused = channel.writeAndFlush(error.bytes(Carrier.TCP));
      }
      socket.close();
      return;
    }
    Channels.keepAlive(channel, terms.goneMillis());
    TcpLink link = new TcpLink(socket, () -> abortSoon(channel), terms.goneMillis(), nanoTime);
    link.open(viewers.join(link, Language.ENGLISH));
  }

  private void abortSoon(Channel channel) {
    vertx.setTimer(LINGER_MILLIS, late -> Channels.abort(channel));
  }

  /** Answers below {@link #PATH}. */
  public void mount(Router router) {
    router.get(PATH + "/websocket").handler(context -> upgrade(context, Carrier.WEB_SOCKET));
    router
        .get(PATH + "/:server/:session/websocket")
        .handler(context -> upgrade(context, Carrier.FRAMED_WEB_SOCKET));
    SockJSHandlerOptions options =
        new SockJSHandlerOptions()
            .setInsertJSESSIONID(false)
            // The page inside an iframe transport loads nothing from a foreign host.
            .setLibraryURL(PATH + "/sockjs.js");
    Router older = Router.router(vertx);
    // Without it the transport answers 500 to a frame that comes by POST.
    String transports = PATH + "/:server/:session/:transport";
    older.post(transports).handler(BodyHandler.create(false).setBodyLimit(MAX_FRAME));
    older
        .route(PATH + "*")
        .subRouter(SockJSHandler.create(vertx, options).socketHandler(this::join));
    Handler<RoutingContext> kept = context -> older.handle(new KeptRequest(context.request()));
    router.post(transports).handler(kept);
    router.route(PATH + "*").handler(kept);
  }

  private void join(SockJSSocket socket) {
    SockJsLink link = new SockJsLink(socket);
    if (viewers.full()) {
      link.close(WebSocketLink.TRY_AGAIN_LATER, "too many viewers");
    } else {
      link.open(viewers.join(link, language(new QueryStringDecoder(socket.uri()))));
    }
  }

  private static Language language(@Nullable String tag) {
    Language named = Language.of(tag);
    return named == null ? Language.ENGLISH : named;
  }

  private static Language language(QueryStringDecoder uri) {
    List<String> tags = uri.parameters().get(LANG);
    return language(tags == null || tags.isEmpty() ? null : tags.get(0));
  }

  private void upgrade(RoutingContext context, Carrier carrier) {
    HttpServerRequest request = context.request();
    if (!"websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
      terms.refusal().answer(context.response(), 400, "only a WebSocket is answered here");
      return;
    }
    if (viewers.full()) {
      terms.refusal().answer(context.response(), 503, "too many viewers");
      return;
    }
    Language language = language(request.getParam(LANG));
    Channel channel = Channels.of(request.connection());
    request
        .toWebSocket()
        .onSuccess(
            socket -> {
              WebSocketLink link =
                  new WebSocketLink(
                      socket,
                      channel,
                      () -> abortSoon(channel),
                      carrier,
                      terms.goneMillis(),
                      nanoTime.getAsLong());
              link.open(viewers.join(link, language), nanoTime);
            })
        .onFailure(
            failure ->
                terms.refusal().answer(context.response(), 400, "the handshake is not valid"));
  }
}
