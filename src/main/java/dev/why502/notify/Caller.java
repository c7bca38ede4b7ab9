package dev.why502.notify;

import dev.why502.definition.Request.Header;
import dev.why502.definition.Target;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One request to a service on the web, under one deadline from the name to the last byte that is
 * read. Redirects are answers; certificates are checked; the result never fails and its words never
 * hold the address, which may be a secret.
 */
final class Caller {
  private static final int MAX_HEADER = 64 * 1024;

  private final Vertx vertx;
  private final InstantSource clock;
  private final long limitMillis;
  private final HttpClient client;

  Caller(Vertx vertx, InstantSource clock, long limitMillis) {
    this.vertx = vertx;
    this.clock = clock;
    this.limitMillis = limitMillis;
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setConnectTimeout((int) limitMillis)
                // Messages are rare: a connection kept for the next one would be dead by then.
                .setKeepAlive(false)
                .setMaxHeaderSize(MAX_HEADER)
                .setTracingPolicy(io.vertx.core.tracing.TracingPolicy.IGNORE));
  }

  Future<Answer> get(Target url) {
    return call(HttpMethod.GET, url, "", List.of(), null);
  }

  /**
   * Posts JSON.
   *
   * @param query added to the address's own, may be empty
   */
  Future<Answer> post(Target url, String query, List<Header> headers, Buffer json) {
    return call(HttpMethod.POST, url, query, headers, json);
  }

  Future<Void> close() {
    return client.close();
  }

  private Future<Answer> call(
      HttpMethod method, Target url, String query, List<Header> headers, @Nullable Buffer body) {
    Promise<Answer> answer = Promise.promise();
    Call call = new Call(answer);
    long timer =
        vertx.setTimer(
            limitMillis,
            id -> {
              if (answer.tryComplete(Answer.none("no answer within " + limitMillis + " ms"))) {
                call.drop();
              }
            });
    RequestOptions options =
        new RequestOptions()
            .setMethod(method)
            .setHost(url.endpoint().host())
            .setPort(url.endpoint().port())
            .setSsl(url.scheme().tls())
            .setURI(uri(url.path(), query))
            .setFollowRedirects(false);
    options.putHeader("User-Agent", "why502");
    if (body != null) {
      options.putHeader("Content-Type", "application/json; charset=utf-8");
    }
    for (Header header : headers) {
      options.addHeader(header.name(), header.value());
    }
    client
        .request(options)
        .compose(request -> call.send(request, body))
        .onSuccess(response -> call.read(response, clock.instant()))
        .onFailure(failure -> answer.tryComplete(Answer.none(words(failure))));
    return answer.future().onComplete(done -> vertx.cancelTimer(timer));
  }

  private static String uri(String path, String query) {
    return query.isEmpty() ? path : path + (path.indexOf('?') < 0 ? "?" : "&") + query;
  }

  /** One request on its way. */
  private static final class Call {
    private final Promise<Answer> answer;
    private @Nullable HttpClientRequest request;
    private boolean dropped;

    Call(Promise<Answer> answer) {
      this.answer = answer;
    }

    Future<HttpClientResponse> send(HttpClientRequest made, @Nullable Buffer body) {
      request = made;
      if (dropped) {
        made.reset();
        return Future.failedFuture(new IllegalStateException("too late"));
      }
      return body == null ? made.send() : made.send(body);
    }

    /** Reads as much as is needed to judge; whoever sends more is not listened to. */
    void read(HttpClientResponse response, Instant now) {
      Buffer read = Buffer.buffer();
      Duration pause = retryAfter(response.getHeader("Retry-After"), now);
      int status = response.statusCode();
      response.exceptionHandler(
          failure ->
              answer.tryComplete(
                  Answer.none("answered " + status + " and broke off: " + words(failure))));
      response.endHandler(end -> answer.tryComplete(answer(status, read, pause)));
      response.handler(
          part -> {
            int room = Answer.MAX_BODY - read.length();
            read.appendBuffer(part.length() <= room ? part : part.slice(0, Math.max(0, room)));
            if (read.length() >= Answer.MAX_BODY
                && answer.tryComplete(answer(status, read, pause))) {
              drop();
            }
          });
    }

    void drop() {
      dropped = true;
      if (request != null) {
        request.reset();
      }
    }

    private static Answer answer(int status, Buffer read, @Nullable Duration pause) {
      return new Answer(status, read.toString(StandardCharsets.UTF_8), pause, null);
    }
  }

  /** Seconds or a date (RFC 9110, 10.2.3); null for neither. */
  static @Nullable Duration retryAfter(@Nullable String header, Instant now) {
    if (header == null) {
      return null;
    }
    String text = header.strip();
    if (text.matches("[0-9]{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(text));
    }
    try {
      Instant at = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return at.isBefore(now) ? Duration.ZERO : Duration.between(now, at);
    } catch (DateTimeParseException neither) {
      return null;
    }
  }

  /** By the kind of failure: its own text may hold the address. */
  static String words(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof UnknownHostException) {
        return "its name is not known";
      }
      if (at instanceof SSLException) {
        return "TLS failed, or its certificate is not trusted";
      }
      if (at instanceof io.netty.channel.ConnectTimeoutException) {
        return "it could not be connected to in time";
      }
      if (at instanceof ConnectException) {
        return "it refuses connections";
      }
    }
    return failure instanceof IllegalArgumentException
        ? "what it answers is not HTTP"
        : "the connection ended before the answer";
  }
}
