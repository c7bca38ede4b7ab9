package dev.why502.web;

import dev.why502.bus.Feed;
import dev.why502.bus.Json;
import dev.why502.bus.Latest;
import dev.why502.bus.Samples;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The HTTP side, really listening, and clients that talk to it. */
final class Service implements AutoCloseable {
  static final long PATIENCE_SECONDS = 5;

  final Vertx vertx = Vertx.vertx();
  final Json json = new Json(UnaryOperator.identity());
  final Latest latest = new Latest(json);
  final Meters meters = new Meters("0.1.0");
  final AtomicLong sequence = new AtomicLong();
  final Feed feed =
      new Feed(
          vertx.eventBus(),
          json,
          "web-1",
          InstantSource.fixed(Instant.parse("2025-09-18T09:46:01Z")),
          sequence::incrementAndGet,
          latest);
  final List<String> reloadErrors = new ArrayList<>();
  final List<String> missing = new ArrayList<>();
  final WebVerticle web;
  final HttpClient client = vertx.createHttpClient();
  final WebSocketClient socketClient =
      vertx.createWebSocketClient(
          new WebSocketClientOptions()
              .setMaxConnections(600)
              .setMaxFrameSize(1 << 20)
              .setMaxMessageSize(1 << 20));

  private Service(WebOptions options) {
    WebSources sources =
        new WebSources(
            probe -> probe.equals("templates") ? json.writeCase(Samples.wholeCase()) : null,
            () -> List.of(new JsonObject().put("id", "templates").put("state", "down")),
            () -> missing,
            List::of,
            () -> Future.succeededFuture(reloadErrors));
    web = new WebVerticle(options, sources, meters, null, System::nanoTime);
  }

  static Service start(WebOptions options) {
    Service service = new Service(options);
    await(service.latest.serve(service.vertx.eventBus()));
    await(service.vertx.deployVerticle(service.web));
    return service;
  }

  static Service start() {
    return start(WebOptions.local(0));
  }

  static WebOptions options(String host, @Nullable String token, WebOptions.Times times) {
    return new WebOptions(
        host,
        0,
        token,
        List.of("https://status.example.com"),
        "https://why.example.com/",
        -1,
        times);
  }

  static <T> T await(Future<T> future) {
    try {
      return future.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("nothing came within " + PATIENCE_SECONDS + " s", e);
    }
  }

  int port() {
    return web.port();
  }

  /** Status, headers and body of an answer, and the port that it came to. */
  record Reply(int status, MultiMap headers, String body, int localPort) {
    JsonObject json() {
      return new JsonObject(body);
    }
  }

  Reply get(String path) {
    return request(HttpMethod.GET, path, Map.of(), null);
  }

  Reply request(
      HttpMethod method, String path, Map<String, String> headers, @Nullable String body) {
    RequestOptions options =
        new RequestOptions().setHost("127.0.0.1").setPort(port()).setMethod(method).setURI(path);
    headers.forEach(options::putHeader);
    return await(
        client
            .request(options)
            .compose(request -> body == null ? request.send() : request.send(body))
            .compose(
                response ->
                    response
                        .body()
                        .map(
                            bytes ->
                                new Reply(
                                    response.statusCode(),
                                    response.headers(),
                                    bytes.toString(),
                                    response.request().connection().localAddress().port()))));
  }

  /** Status and headers only: for transports whose body does not end. */
  int status(HttpMethod method, String path, Map<String, String> headers) {
    RequestOptions options =
        new RequestOptions().setHost("127.0.0.1").setPort(port()).setMethod(method).setURI(path);
    headers.forEach(options::putHeader);
    return await(
        client
            .request(options)
            .compose(
                request ->
                    request
                        .send()
                        .map(
                            response -> {
                              request.reset();
                              return response.statusCode();
                            })));
  }

  Peer connect() {
    return connect("/eventbus/websocket", Map.of());
  }

  Peer connect(String path, Map<String, String> headers) {
    ClientWebSocket socket = socketClient.webSocket();
    // Before the handshake: the first frame may follow it in the same packet.
    Peer peer = new Peer(socket);
    await(socket.connect(target(path, headers)));
    return peer;
  }

  Future<WebSocket> handshake(String path, Map<String, String> headers) {
    return socketClient.connect(target(path, headers));
  }

  private WebSocketConnectOptions target(String path, Map<String, String> headers) {
    WebSocketConnectOptions options =
        new WebSocketConnectOptions().setHost("127.0.0.1").setPort(port()).setURI(path);
    headers.forEach(options::putHeader);
    return options;
  }

  /** A viewer in a test: what it received, in order. */
  static final class Peer {
    final ClientWebSocket socket;
    final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
    final Future<Void> closed;

    Peer(ClientWebSocket socket) {
      this.socket = socket;
      io.vertx.core.Promise<Void> end = io.vertx.core.Promise.promise();
      closed = end.future();
      socket.closeHandler(gone -> end.complete());
      socket.exceptionHandler(failure -> {});
      socket.textMessageHandler(frames::add);
    }

    Peer send(String frame) {
      await(socket.writeTextMessage(frame));
      return this;
    }

    Peer sendBytes(Buffer frame) {
      await(socket.writeBinaryMessage(frame));
      return this;
    }

    String next() {
      try {
        String frame = frames.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (frame == null) {
          throw new AssertionError("no frame came");
        }
        return frame;
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    JsonObject nextJson() {
      return new JsonObject(next());
    }

    JsonObject ask(String address, JsonObject body) {
      return send(new JsonObject()
              .put("type", "send")
              .put("address", address)
              .put("body", body)
              .put("replyAddress", "r")
              .encode())
          .nextJson();
    }

    Peer register(String address) {
      return send(new JsonObject().put("type", "register").put("address", address).encode());
    }
  }

  @Override
  public void close() {
    await(vertx.close());
  }
}
