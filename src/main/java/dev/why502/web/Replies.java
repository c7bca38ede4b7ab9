package dev.why502.web;

import dev.why502.bus.JsonText;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;

/** The forms in which we answer over HTTP. */
final class Replies {
  /** Our page loads its own files and talks to us; nothing else loads, frames it or is loaded. */
  static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

  private Replies() {}

  /** On every response, whatever it is. */
  static void guard(HttpServerResponse response) {
    response
        .putHeader("Content-Security-Policy", POLICY)
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("Referrer-Policy", "no-referrer")
        .putHeader("X-Frame-Options", "DENY")
        .putHeader("Cross-Origin-Resource-Policy", "same-origin")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
  }

  static void json(HttpServerResponse response, int status, JsonObject body) {
    end(response, status, "application/json", JsonText.of(body));
  }

  /** RFC 9457. */
  static void problem(HttpServerResponse response, int status, String detail) {
    problem(response, status, detail, new JsonObject());
  }

  /** A parameter of the query that cannot be read, which it names. */
  static void problem(HttpServerResponse response, String parameter, String words) {
    problem(response, 400, parameter + " " + words, new JsonObject().put("parameter", parameter));
  }

  /**
   * @param more members of its own
   */
  static void problem(HttpServerResponse response, int status, String detail, JsonObject more) {
    JsonObject body =
        new JsonObject()
            .put("type", "about:blank")
            .put("title", HttpResponseStatus.valueOf(status).reasonPhrase())
            .put("status", status)
            .put("detail", detail)
            .mergeIn(more);
    end(response, status, "application/problem+json", JsonText.of(body));
  }

  static void end(HttpServerResponse response, int status, String type, String body) {
    end(response, status, type, Buffer.buffer(body));
  }

  static void end(HttpServerResponse response, int status, String type, Buffer body) {
    if (!response.ended()) {
      response
          .setStatusCode(status)
          .putHeader(HttpHeaders.CONTENT_TYPE, type)
          // An answer to HEAD has it, too, and no body that it could be taken from.
          .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()))
          .end(body);
    }
  }
}
