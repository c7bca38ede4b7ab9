package dev.why502.web;

import dev.why502.bus.Feed;
import dev.why502.bus.Json;
import dev.why502.bus.Latest;
import dev.why502.bus.Samples;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonArray;
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
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The HTTP side, really listening, and clients that talk to it. */
public final class Service implements AutoCloseable {
  public static final long PATIENCE_SECONDS = 5;
  private static final long DRAINED_SECONDS = 20;

  public final Vertx vertx = Vertx.vertx();
  public final Json json = new Json(UnaryOperator.identity());
  public final Latest latest = new Latest(json);
  public final Meters meters = new Meters("0.1.0");
  public final AtomicLong sequence = new AtomicLong();
  public final Feed feed =
      new Feed(
          vertx.eventBus(),
          json,
          "web-1",
          InstantSource.fixed(Instant.parse("2025-09-18T09:46:01Z")),
          sequence::incrementAndGet,
          latest);
  public final List<String> reloadErrors = new ArrayList<>();
  public final List<String> missing = new ArrayList<>();
  public final DeclaredSamples probes = new DeclaredSamples().declare("templates", "down");
  public final Remembered history = new Remembered();
  public final WebVerticle web;
  public final HttpClient client = vertx.createHttpClient();
  private final HttpClient streamClient =
      vertx.createHttpClient(new HttpClientOptions(), new PoolOptions().setHttp1MaxSize(600));
  public final WebSocketClient socketClient =
      vertx.createWebSocketClient(
          new WebSocketClientOptions()
              .setMaxConnections(600)
              // One that does not read never sees the end of the handshake.
              .setClosingTimeout(1)
              .setMaxFrameSize(1 << 20)
              .setMaxMessageSize(1 << 20));

  /** One that is stopped. */
  private static final RemedyBoard REMEDIES =
      new RemedyBoard() {
        private final JsonObject stopped =
            new JsonObject(
                """
                {"id": "restart", "causes": ["process-not-running"], "state": "stopped",
                 "reason": "it is stopped until a person resumes it",
                 "stopped": "its last run made it worse", "runsThisHour": 1, "maxPerHour": 3,
                 "next": {"probe": "backend", "data": {"argv": ["pm2", "restart"], "output": ""}},
                 "runs": [{"id": "01J", "remedy": "restart", "probe": "backend",
                   "cause": "process-not-running", "outcome": "worse", "summary": "less far",
                   "startedAt": "2025-09-18T09:46:00.120Z", "endedAt": "2025-09-18T09:46:01.120Z",
                   "before": {"state": "down", "cause": "process-not-running",
                     "confidence": "certain", "summary": "s"},
                   "data": {"argv": ["pm2", "restart"], "exit": 0, "output": "done"}}]}
                """);

        @Override
        public Future<JsonObject> all() {
          return Future.succeededFuture(
              new JsonObject().put("remedies", new JsonArray().add(stopped)));
        }

        @Override
        public Future<@Nullable JsonObject> resume(String id) {
          return Future.<@Nullable JsonObject>succeededFuture(
              id.equals("restart") ? stopped : null);
        }
      };

  private Service(WebOptions options) {
    WebSources sources =
        new WebSources(
            probe -> probe.equals("templates") ? json.writeCase(Samples.wholeCase()) : null,
            probes,
            () -> missing,
            List::of,
            () -> Future.succeededFuture(reloadErrors),
            request -> request.response().setStatusCode(400).end(),
            history,
            REMEDIES);
    web = new WebVerticle(options, sources, meters, null, System::nanoTime);
  }

  public static Service start(WebOptions options) {
    Service service = new Service(options);
    await(service.latest.serve(service.vertx.eventBus()));
    await(service.vertx.deployVerticle(service.web));
    return service;
  }

  public static Service start() {
    return start(WebOptions.local(0));
  }

  public static WebOptions options(String host, @Nullable String token, WebOptions.Times times) {
    return new WebOptions(
        host,
        0,
        token,
        List.of("https://status.example.com"),
        "https://why.example.com/",
        -1,
        times);
  }

  public static <T> T await(Future<T> future) {
    return await(future, PATIENCE_SECONDS);
  }

  private static <T> T await(Future<T> future, long seconds) {
    try {
      return future.await(seconds, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("nothing came within " + seconds + " s", e);
    }
  }

  /** Every path that is answered. */
  public List<String> paths() {
    return web.paths();
  }

  /** Addresses of the bus at which viewers listen. */
  public int addresses() {
    return web.addresses();
  }

  public int tcpPort() {
    return web.tcpPort();
  }

  public int port() {
    return web.port();
  }

  /** Connections that are open. */
  public int connections() {
    return web.connections();
  }

  /** Status, headers and body of an answer, and the port that it came to. */
  public record Reply(int status, MultiMap headers, String body, int localPort) {
    public JsonObject json() {
      return new JsonObject(body);
    }
  }

  public Reply get(String path) {
    return request(HttpMethod.GET, path, Map.of(), null);
  }

  public Reply request(
      HttpMethod method, String path, Map<String, String> headers, @Nullable String body) {
    RequestOptions options =
        new RequestOptions().setHost("127.0.0.1").setPort(port()).setMethod(method).setURI(path);
    headers.forEach(options::putHeader);
    return onLoop(
        () ->
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
  public int status(HttpMethod method, String path, Map<String, String> headers) {
    RequestOptions options =
        new RequestOptions().setHost("127.0.0.1").setPort(port()).setMethod(method).setURI(path);
    headers.forEach(options::putHeader);
    return onLoop(
        () ->
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

  /** An event stream that is open. */
  EventClient events(String query, Map<String, String> headers) {
    RequestOptions options =
        new RequestOptions().setHost("127.0.0.1").setPort(port()).setURI("/api/v1/events" + query);
    headers.forEach(options::putHeader);
    return onLoop(
        () ->
            streamClient
                .request(options)
                .compose(
                    request -> request.send().map(response -> new EventClient(request, response))));
  }

  /** On this thread the answer could have come before anybody listens to its body. */
  private <T> T onLoop(Supplier<Future<T>> work) {
    Promise<T> done = Promise.promise();
    vertx.getOrCreateContext().runOnContext(now -> work.get().onComplete(done));
    return await(done.future());
  }

  public Peer connect() {
    return connect("/eventbus/websocket", Map.of());
  }

  public Peer connect(String path, Map<String, String> headers) {
    ClientWebSocket socket = socketClient.webSocket();
    // Before the handshake: the first frame may follow it in the same packet.
    Peer peer = new Peer(socket);
    await(socket.connect(target(path, headers)));
    return peer;
  }

  public Future<WebSocket> handshake(String path, Map<String, String> headers) {
    return socketClient.connect(target(path, headers));
  }

  private WebSocketConnectOptions target(String path, Map<String, String> headers) {
    WebSocketConnectOptions options =
        new WebSocketConnectOptions().setHost("127.0.0.1").setPort(port()).setURI(path);
    headers.forEach(options::putHeader);
    return options;
  }

  /** A viewer in a test: what it received, in order. */
  public static final class Peer {
    public final ClientWebSocket socket;
    public final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
    public final Future<Void> closed;

    Peer(ClientWebSocket socket) {
      this.socket = socket;
      io.vertx.core.Promise<Void> end = io.vertx.core.Promise.promise();
      closed = end.future();
      socket.closeHandler(gone -> end.complete());
      socket.exceptionHandler(failure -> {});
      socket.textMessageHandler(frames::add);
    }

    public Peer send(String frame) {
      await(socket.writeTextMessage(frame));
      return this;
    }

    public Peer sendBytes(Buffer frame) {
      await(socket.writeBinaryMessage(frame));
      return this;
    }

    public String next() {
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

    public JsonObject nextJson() {
      return new JsonObject(next());
    }

    public JsonObject ask(String address, JsonObject body) {
      return send(new JsonObject()
              .put("type", "send")
              .put("address", address)
              .put("body", body)
              .put("replyAddress", "r")
              .encode())
          .nextJson();
    }

    public Peer register(String address) {
      return send(new JsonObject().put("type", "register").put("address", address).encode());
    }
  }

  @Override
  public void close() {
    // A viewer that does not read holds its connection for as long as the server drains.
    if (vertx.deploymentIDs().contains(web.deploymentID())) {
      await(vertx.undeploy(web.deploymentID()), DRAINED_SECONDS);
    }
    try {
      await(vertx.close(), DRAINED_SECONDS);
    } catch (AssertionError late) {
      // The server is gone; Vert.x 5.0 may wait for ever for a client that was closing meanwhile.
      System.out.println("the test's own clients do not close: " + late.getMessage());
    }
  }
}
