package dev.why502.app;

import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.ConnectException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A small reverse proxy for the demo, so that it needs no gateway on the machine: it sends where
 * its configuration says, and when that fails it answers 502 and writes the line to its error log
 * that nginx would write (ngx_http_upstream_module).
 */
final class DemoGateway {
  static final String SERVER = "why502-demo";
  private static final int CONNECT_TIMEOUT_MILLIS = 2_000;
  private static final int ANSWER_TIMEOUT_MILLIS = 10_000;
  private static final int MAX_CONNECTIONS = 64;
  private static final Set<String> HOP_BY_HOP =
      Set.of("connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade");
  private static final DateTimeFormatter LOG_TIME =
      DateTimeFormatter.ofPattern("uuuu/MM/dd HH:mm:ss", Locale.ROOT);

  private final Vertx vertx;
  private final Path configuration;
  private final AsyncFile errorLog;
  private final InstantSource clock;
  private final HttpClient client;
  private final HttpServer server;
  private DemoRoutes routes = new DemoRoutes("", List.of());
  private long requests;

  private DemoGateway(Vertx vertx, Path configuration, AsyncFile errorLog, InstantSource clock) {
    this.vertx = vertx;
    this.configuration = configuration;
    this.errorLog = errorLog;
    this.clock = clock;
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setKeepAlive(false)
                .setConnectTimeout(CONNECT_TIMEOUT_MILLIS)
                .setIdleTimeout(ANSWER_TIMEOUT_MILLIS / 1_000),
            new PoolOptions().setHttp1MaxSize(MAX_CONNECTIONS));
    this.server = vertx.createHttpServer(DemoService.options()).requestHandler(this::proxy);
  }

  /** Listens on a free port; it has no route before the first {@link #reload}. */
  static Future<DemoGateway> start(
      Vertx vertx, Path configuration, Path errorLog, InstantSource clock) {
    return vertx
        .fileSystem()
        .open(errorLog.toString(), new OpenOptions().setAppend(true))
        .compose(
            log -> {
              DemoGateway gateway = new DemoGateway(vertx, configuration, log, clock);
              return gateway.server.listen(0, DemoService.HOST).map(listening -> gateway);
            });
  }

  int port() {
    return server.actualPort();
  }

  /** Reads the configuration again; requests on their way end as they began. */
  Future<Void> reload() {
    return vertx
        .fileSystem()
        .readFile(configuration.toString())
        .map(
            text -> {
              routes = DemoRoutes.parse(text.toString());
              return null;
            });
  }

  Future<Void> close() {
    return Future.join(server.close(), client.close()).eventually(errorLog::close).mapEmpty();
  }

  private void proxy(HttpServerRequest request) {
    request.pause();
    long number = ++requests;
    DemoRoutes.Location location = routes.of(request.path());
    if (location == null) {
      page(request, 404, "Not Found");
      return;
    }
    String uri = location.rewritten(request.uri());
    RequestOptions options =
        new RequestOptions()
            .setMethod(request.method())
            .setHost(location.host())
            .setPort(location.port())
            .setURI(uri);
    client
        .request(options)
        .onSuccess(upstream -> forward(request, upstream, number, location, uri))
        .onFailure(
            failure ->
                fail(
                    request,
                    number,
                    "connect() failed (" + errno(failure) + ")",
                    "connecting to upstream",
                    location,
                    uri));
  }

  private void forward(
      HttpServerRequest request,
      HttpClientRequest upstream,
      long number,
      DemoRoutes.Location location,
      String uri) {
    copy(request.headers(), upstream.headers());
    upstream
        .idleTimeout(ANSWER_TIMEOUT_MILLIS)
        .send(request)
        .onSuccess(answer -> answer(request.response(), answer))
        .onFailure(
            failure ->
                fail(
                    request,
                    number,
                    "upstream prematurely closed connection",
                    "reading response header from upstream",
                    location,
                    uri));
  }

  private static void answer(HttpServerResponse response, HttpClientResponse answer) {
    response.setStatusCode(answer.statusCode());
    copy(answer.headers(), response.headers());
    response.putHeader(HttpHeaders.SERVER, SERVER);
    if (!answer.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
      response.setChunked(true);
    }
    // A body that breaks off breaks off here too, as it does at nginx.
    answer.pipeTo(response).onFailure(failure -> response.reset());
  }

  private static void copy(MultiMap from, MultiMap to) {
    from.forEach(
        (name, value) -> {
          if (!HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT))) {
            to.set(name, value);
          }
        });
  }

  private void fail(
      HttpServerRequest request,
      long number,
      String what,
      String doing,
      DemoRoutes.Location location,
      String uri) {
    String line =
        String.format(
            Locale.ROOT,
            "%s [error] %d#%d: *%d %s while %s, client: %s, server: %s,"
                + " request: \"%s %s HTTP/1.1\", upstream: \"http://%s:%d%s\", host: \"%s\"\n",
            LOG_TIME.format(clock.instant().atZone(ZoneId.systemDefault())),
            ProcessHandle.current().pid(),
            ProcessHandle.current().pid(),
            number,
            what,
            doing,
            request.remoteAddress().hostAddress(),
            routes.serverName(),
            request.method().name(),
            request.uri(),
            location.host(),
            location.port(),
            uri,
            request.getHeader(HttpHeaders.HOST));
    // The line stands in the log before the client has its answer, as it does at nginx.
    errorLog.write(Buffer.buffer(line)).onComplete(written -> page(request, 502, "Bad Gateway"));
  }

  private static void page(HttpServerRequest request, int status, String reason) {
    request.resume();
    String title = status + " " + reason;
    request
        .response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.SERVER, SERVER)
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/html")
        .end(
            "<html>\r\n<head><title>%s</title></head>\r\n<body><h1>%s</h1><hr>%s</body>\r\n</html>\r\n"
                .formatted(title, title, SERVER));
  }

  private static String errno(Throwable failure) {
    // A connect timeout of Netty's is a ConnectException too.
    return failure instanceof ConnectException && !(failure instanceof ConnectTimeoutException)
        ? "111: Connection refused"
        : String.valueOf(failure.getMessage());
  }
}
