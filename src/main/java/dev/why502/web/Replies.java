package dev.why502.web;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.Map;

/** The forms in which we answer over HTTP. */
final class Replies {
  /** Our page loads its own files and talks to us; nothing else loads, frames it or is loaded. */
  static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

  private static final Map<Integer, String> TITLES =
      Map.of(
          401, "Unauthorized",
          403, "Forbidden",
          404, "Not Found",
          405, "Method Not Allowed",
          413, "Content Too Large",
          421, "Misdirected Request",
          400, "Bad Request",
          500, "Internal Server Error",
          503, "Service Unavailable");

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
    end(response, status, "application/json", body.encode());
  }

  /** RFC 9457. */
  static void problem(HttpServerResponse response, int status, String detail) {
    JsonObject body =
        new JsonObject()
            .put("type", "about:blank")
            .put("title", TITLES.getOrDefault(status, "Error"))
            .put("status", status)
            .put("detail", detail);
    end(response, status, "application/problem+json", body.encode());
  }

  static void end(HttpServerResponse response, int status, String type, String body) {
    if (!response.ended()) {
      response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, type).end(body);
    }
  }
}
