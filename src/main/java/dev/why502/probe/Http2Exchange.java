package dev.why502.probe;

import dev.why502.definition.Probe;
import dev.why502.definition.Request.Header;
import dev.why502.definition.Target;
import dev.why502.observation.Certificate;
import dev.why502.observation.FailureKind;
import dev.why502.observation.Phase;
import dev.why502.observation.Response;
import dev.why502.probe.Prober.Tools;
import io.netty.handler.codec.http2.Http2Exception;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.StreamResetException;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrustOptions;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import io.vertx.ext.web.client.impl.ClientPhase;
import io.vertx.ext.web.client.impl.WebClientInternal;
import io.vertx.ext.web.codec.BodyCodec;
import java.io.IOException;
import java.net.ConnectException;
import java.security.cert.TrustAnchor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One request by HTTP/2, through the Vert.x web client: by ALPN over TLS, with prior knowledge over
 * plain TCP. A client of its own for each run keeps the connection fresh; it is closed with the
 * run. What the client hides is missing here: it connects anew to an address that the run has found
 * to answer, TLS (for plain TCP: PROCESSING) holds that too, and there are no first bytes.
 */
final class Http2Exchange implements Reply {
  private static final int HTTP2_HEADER_OVERHEAD = 4;

  private final Tools tools;
  private final ContextInternal context;
  private final Trace trace;
  private final Hop hop;
  private final boolean wholeBody;
  private final RecordingTrust trust;
  private final BodySink sink;
  private @Nullable HttpClient client;
  private @Nullable HttpClientResponse head;
  private @Nullable HttpConnection connection;
  private @Nullable Failure failure;
  private @Nullable Certificate broken;
  private @Nullable Runnable done;

  Http2Exchange(
      Tools tools,
      ContextInternal context,
      Trace trace,
      Hop hop,
      Probe probe,
      Set<TrustAnchor> anchors) {
    this.tools = tools;
    this.context = context;
    this.trace = trace;
    this.hop = hop;
    this.wholeBody = Judgement.needsBody(probe.expect());
    this.sink = new BodySink(wholeBody);
    this.trust =
        new RecordingTrust(
            tools.judge(),
            hop.target().endpoint().host(),
            anchors,
            probe.request().insecure(),
            tools.clock());
  }

  /** To an address that was just seen to take a connection. */
  void start(SocketAddress to, int timeoutMillis, Runnable whenDone) {
    done = whenDone;
    boolean tls = hop.target().scheme().tls();
    HttpClientOptions options =
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setHttp2ClearTextUpgrade(false)
            .setConnectTimeout(timeoutMillis)
            .setInitialSettings(
                new Http2Settings().setMaxHeaderListSize(ResponseParser.HEADER_LIMIT))
            .setMaxHeaderSize(ResponseParser.HEADER_LIMIT)
            .setSsl(tls)
            .setUseAlpn(tls)
            .setVerifyHost(false)
            .setTrustOptions(TrustOptions.wrap(trust));
    HttpClient one =
        tools.vertx().httpClientBuilder().with(options).withConnectHandler(this::connected).build();
    client = one;
    trace.enter(tls ? Phase.TLS : Phase.PROCESSING, System.nanoTime());
    request(one, to)
        .onComplete(
            result -> context.execute(() -> end(result.succeeded() ? null : result.cause())));
  }

  private Future<?> request(HttpClient one, SocketAddress to) {
    WebClient web =
        WebClient.wrap(
            one, new WebClientOptions().setFollowRedirects(false).setUserAgentEnabled(false));
    ((WebClientInternal) web)
        .addInterceptor(
            step -> {
              if (step.phase() == ClientPhase.RECEIVE_RESPONSE) {
                head = step.clientResponse();
                trace.enter(Phase.TRANSFER, System.nanoTime());
              }
              step.next();
            });
    Target target = hop.target();
    String host = target.endpoint().socket() == null ? target.endpoint().host() : "localhost";
    RequestOptions options =
        new RequestOptions()
            .setServer(to)
            .setHost(host)
            .setPort(target.endpoint().socket() == null ? target.endpoint().port() : 80)
            .setSsl(target.scheme().tls())
            .setURI(RequestBytes.encodedPath(target.path()));
    HttpRequest<Buffer> request = web.request(HttpMethod.valueOf(hop.method()), to, options);
    byte[] body = RequestBytes.body(hop);
    for (Header header : RequestBytes.headers(hop, body, null, false)) {
      switch (header.name().toLowerCase(Locale.ROOT)) {
        case "connection", "transfer-encoding", "upgrade" -> {
          // RFC 9113, 8.2.2: of no meaning here, and forbidden.
        }
        case "host" -> {
          if (!header.value().equals(target.authority())) {
            request.virtualHost(header.value());
          }
        }
        default -> request.headers().add(header.name().toLowerCase(Locale.ROOT), header.value());
      }
    }
    HttpRequest<Void> streamed = request.as(BodyCodec.pipe(new SinkStream(this::arrived), false));
    return body.length == 0 ? streamed.send() : streamed.sendBuffer(Buffer.buffer(body));
  }

  private void connected(HttpConnection open) {
    connection = open;
    // Unhandled, Vert.x would write the peer's words to our log.
    open.exceptionHandler(ignored -> {});
    if (trace.open() != Phase.PROCESSING) {
      trace.enter(Phase.PROCESSING, System.nanoTime());
    }
  }

  private void arrived(Buffer data) {
    byte[] bytes = data.getBytes();
    if (!sink.take(bytes, 0, bytes.length)) {
      end(null);
    }
  }

  private void end(@Nullable Throwable cause) {
    Runnable told = done;
    done = null;
    if (told != null) {
      failure = cause == null ? null : failure(cause);
      told.run();
    }
  }

  private Failure failure(Throwable cause) {
    if (head != null) {
      return new Failure(FailureKind.TRUNCATED, Failure.words(cause));
    }
    // HttpClosedException is one; a close within the preface is the bare type.
    if (cause instanceof VertxException) {
      return new Failure(FailureKind.CLOSED, Failure.words(cause));
    }
    Throwable one = cause;
    for (int i = 0; one != null && i < 8; i++, one = one.getCause()) {
      if (one instanceof Http2Exception) {
        trace.enter(Phase.PROCESSING, System.nanoTime());
        return new Failure(FailureKind.INVALID, Failure.words(cause));
      }
      if (one instanceof SSLException && connection == null) {
        Certificate seen = trust.seen();
        if (seen != null && seen.problem() != null && seen.detail() != null) {
          return new Failure(FailureKind.TLS, seen.detail());
        }
        broken = Handshake.broken(cause, null);
        return Handshake.failure(cause, null);
      }
    }
    if (cause instanceof ConnectException) {
      return Failure.ofConnect(cause, hop.where().socket() != null);
    }
    if (cause instanceof StreamResetException) {
      return new Failure(FailureKind.RESET, Failure.words(cause));
    }
    return cause instanceof IOException
        ? Failure.ofTransfer(cause)
        : new Failure(FailureKind.INVALID, Failure.words(cause));
  }

  void close() {
    done = null;
    if (client != null) {
      var unused = client.close();
    }
  }

  /** What TLS showed, or null. */
  @Nullable Certificate certificate() {
    Certificate seen = trust.seen();
    HttpConnection open = connection;
    if (seen != null && open != null && open.sslSession() != null) {
      return Handshake.with(open.sslSession(), seen);
    }
    return seen == null ? broken : seen;
  }

  @Override
  public @Nullable Failure failure() {
    return failure;
  }

  @Override
  public int status() {
    return head == null ? 0 : head.statusCode();
  }

  @Override
  public @Nullable String header(String name) {
    return head == null ? null : head.getHeader(name);
  }

  @Override
  public @Nullable Response response() {
    HttpClientResponse answer = head;
    if (answer == null) {
      return null;
    }
    BodySink decoded = decoded();
    List<Header> headers = new ArrayList<>();
    int bytes = "HTTP/2 200\r\n\r\n".length();
    MultiMap all = answer.headers();
    for (Map.Entry<String, String> header : all) {
      bytes += header.getKey().length() + header.getValue().length() + HTTP2_HEADER_OVERHEAD;
      if (headers.size() < ResponseParser.MOST_HEADERS) {
        headers.add(new Header(header.getKey(), header.getValue()));
      }
    }
    String reason = answer.version() == HttpVersion.HTTP_2 ? "" : answer.statusMessage();
    return new Response(
        version(answer.version()),
        answer.statusCode(),
        reason == null ? "" : reason,
        headers,
        bytes,
        decoded.beginning(),
        decoded.total(),
        decoded.cut(),
        decoded.sha256Hex());
  }

  private static String version(HttpVersion version) {
    return switch (version) {
      case HTTP_1_0 -> "1.0";
      case HTTP_1_1 -> "1.1";
      case HTTP_2 -> "2";
    };
  }

  private BodySink decoded() {
    return wholeBody ? Inflating.inflate(header("content-encoding"), sink) : sink;
  }

  @Override
  public byte[] body() {
    return decoded().kept();
  }

  @Override
  public boolean persistent() {
    return false;
  }

  @Override
  public boolean upgraded() {
    return false;
  }

  @Override
  public @Nullable String firstBytes() {
    return null;
  }
}
