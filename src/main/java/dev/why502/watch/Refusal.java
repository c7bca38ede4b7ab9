package dev.why502.watch;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.NotSslRecordException;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.UpgradeRejectedException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Why a service could not be followed, in words that say what to do.
 *
 * @param words text from outside may be in them
 * @param answered whether it was refused with a status, and so by somebody who listens
 */
record Refusal(String words, boolean answered) {

  /**
   * Of what a handshake failed with. A status may get lost on the way: who closes the connection
   * behind it looks to the WebSocket client of Vert.x like one that closes it without a word, and
   * so does one that says nothing in time. Then the same is asked once more as an ordinary request.
   */
  static Future<Refusal> of(Vertx vertx, WatchOptions options, Throwable failure) {
    Refusal told = told(options, failure);
    if (told != null) {
      return Future.succeededFuture(told);
    }
    HttpClient client = vertx.createHttpClient();
    return client
        .request(request(options))
        .compose(request -> request.send().onComplete(answer -> request.reset()))
        .transform(
            answer -> {
              Refusal again =
                  answer.succeeded()
                      ? status(options, answer.result().statusCode(), answer.result().headers())
                      : told(options, answer.cause());
              Refusal stranger =
                  new Refusal(
                      "what answers at "
                          + place(options)
                          + " speaks no WebSocket: is that URL the service's?",
                      false);
              return client
                  .close()
                  .transform(closed -> Future.succeededFuture(again == null ? stranger : again));
            });
  }

  private static RequestOptions request(WatchOptions options) {
    ServiceUrl url = options.url();
    RequestOptions request =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setHost(url.host())
            .setPort(url.port())
            .setSsl(url.tls())
            .setURI(url.path())
            .setConnectTimeout(options.times().answerMillis())
            .setTimeout(options.times().answerMillis());
    return options.token() == null
        ? request
        : request.putHeader("Authorization", "Bearer " + options.token());
  }

  private static @Nullable Refusal told(WatchOptions options, Throwable failure) {
    if (failure instanceof UpgradeRejectedException answered) {
      return status(options, answered.getStatus(), answered.getHeaders());
    }
    String words = words(options, failure);
    return words == null ? null : new Refusal(words, false);
  }

  private static @Nullable String words(WatchOptions options, Throwable failure) {
    String place = place(options);
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      // A connect timeout is also a connect exception: it comes first.
      if (cause instanceof ConnectTimeoutException || cause instanceof TimeoutException) {
        return place + " does not answer in time";
      }
      if (cause instanceof NoRouteToHostException) {
        return place + " cannot be reached";
      }
      if (cause instanceof ConnectException) {
        return "nothing listens at " + place + ": is the service running (why502 run)?";
      }
      if (cause instanceof UnknownHostException) {
        return "the name " + options.url().host() + " is not known";
      }
      if (cause instanceof NotSslRecordException) {
        return "what answers at " + place + " speaks no TLS: is it http:// ?";
      }
    }
    return failure instanceof SSLException
        ? "no TLS with " + place + ": " + deepest(failure)
        : null;
  }

  private static String place(WatchOptions options) {
    return options.url().host() + " port " + options.url().port();
  }

  /** Null where it is no status of HTTP, or one that a service of ours answers to no WebSocket. */
  private static @Nullable Refusal status(
      WatchOptions options, int status, @Nullable MultiMap headers) {
    String shown = options.url().shown();
    String words =
        switch (status) {
          case 400, 426 -> null;
          case 401 ->
              options.token() != null
                  ? shown + " refuses the token (401)"
                  : shown + " asks for a token (401): give it as WHY502_TOKEN or with --token";
          case 403 -> shown + " refuses connections from here (403)";
          case 404 -> "there is no event bus at " + shown + " (404): is the path right?";
          case 421 ->
              shown
                  + " does not answer under this name (421): use 127.0.0.1, or start it with"
                  + " --public-url";
          case 503 -> shown + " takes no more viewers now (503)";
          default ->
              status >= 300 && status < 400
                  ? shown + " redirects (" + status + ") to " + location(headers)
                  // Netty's number for what is no answer of HTTP at all is 999.
                  : status < 600
                      ? shown + " answers " + status + " instead of its event bus"
                      : null;
        };
    return words == null ? null : new Refusal(words, true);
  }

  private static String location(@Nullable MultiMap headers) {
    String location = headers == null ? null : headers.get("Location");
    return location == null ? "nowhere" : location;
  }

  private static String deepest(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; depth < 10 && cause.getCause() != null; depth++) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }
}
