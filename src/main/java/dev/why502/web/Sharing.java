package dev.why502.web;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/**
 * Lets pages of the origins that were allowed read our answers (Fetch, CORS protocol). Never with
 * credentials that a browser keeps: we have none, a token is put in by the page itself.
 */
final class Sharing {
  private static final String REQUEST_HEADERS = "Authorization, If-None-Match, Last-Event-ID";
  private static final String RESPONSE_HEADERS = "ETag, Allow, Retry-After";
  private static final String KEPT_SECONDS = "600";

  private Sharing() {}

  static boolean preflight(HttpServerRequest request) {
    return request.method().equals(HttpMethod.OPTIONS)
        && request.headers().contains(HttpHeaders.ORIGIN)
        && request.headers().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
  }

  /** On an answer to a page of an allowed origin. */
  static void with(HttpServerResponse response, String origin) {
    response
        .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
        .putHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, RESPONSE_HEADERS)
        .putHeader(HttpHeaders.VARY, "Origin");
  }

  /** What the page may send; nothing where the origin was not allowed. */
  static void methods(HttpServerRequest request, String allowed) {
    HttpServerResponse response = request.response();
    if (preflight(request)
        && response.headers().contains(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN)) {
      response
          .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, allowed)
          .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS)
          .putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, KEPT_SECONDS);
    }
  }
}
