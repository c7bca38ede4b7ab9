package dev.why502.web.bridge;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.sockjs.SockJSHandler;
import io.vertx.ext.web.handler.sockjs.SockJSHandlerOptions;
import io.vertx.ext.web.handler.sockjs.SockJSSocket;
import java.util.function.LongSupplier;

/**
 * The event bus for viewers in browsers: the protocol of the Vert.x SockJS bridge, spoken by us
 * over three carriers: a bare WebSocket, a WebSocket in SockJS's framing, and SockJS's older
 * transports. Only the last come from Vert.x.
 */
public final class Bridge {
  public static final String PATH = "/eventbus";

  /** Of a frame inward, in bytes. */
  public static final int MAX_FRAME = 64 * 1024;

  /** From our close frame to the end of the connection. */
  private static final long LINGER_MILLIS = 1_000;

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
    this.viewers = new Viewers(vertx.eventBus(), terms);
    this.terms = terms;
    this.nanoTime = nanoTime;
  }

  /** To be called now and then: asks each viewer for a sign of life, and drops who has gone. */
  public void tick() {
    viewers.tick(nanoTime.getAsLong());
  }

  /** Tells all viewers to go. */
  public void close() {
    viewers.closeAll();
  }

  /** Answers below {@link #PATH}. */
  public void mount(Router router) {
    router.get(PATH + "/websocket").handler(context -> upgrade(context, false));
    router.get(PATH + "/:server/:session/websocket").handler(context -> upgrade(context, true));
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
      link.open(viewers.join(link));
    }
  }

  private void upgrade(RoutingContext context, boolean framed) {
    HttpServerRequest request = context.request();
    if (!"websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
      terms.refusal().answer(context.response(), 400, "only a WebSocket is answered here");
      return;
    }
    if (viewers.full()) {
      terms.refusal().answer(context.response(), 503, "too many viewers");
      return;
    }
    HttpConnection connection = request.connection();
    request
        .toWebSocket()
        .onSuccess(
            socket -> {
              WebSocketLink link =
                  new WebSocketLink(
                      socket,
                      () -> vertx.setTimer(LINGER_MILLIS, late -> Channels.abort(connection)),
                      framed,
                      terms.goneMillis(),
                      nanoTime.getAsLong());
              link.open(viewers.join(link), nanoTime);
            })
        .onFailure(
            failure ->
                terms.refusal().answer(context.response(), 400, "the handshake is not valid"));
  }
}
