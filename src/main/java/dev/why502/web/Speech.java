package dev.why502.web;

import dev.why502.language.Language;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** In which language a request is answered: as its URL says, else as its headers do. */
final class Speech {
  private Speech() {}

  /** What {@code ?lang=} asks for, where a browser's own settings do not count; else its own. */
  static Language of(HttpServerRequest request) {
    Language named = Language.of(request.getParam("lang"));
    return named == null
        ? Language.accepted(request.getHeader(HttpHeaders.ACCEPT_LANGUAGE))
        : named;
  }

  /** Says which language was chosen, and that another request might get another one. */
  static void mark(HttpServerResponse response, Language language) {
    response.putHeader(HttpHeaders.CONTENT_LANGUAGE, language.tag());
    String varies = response.headers().get(HttpHeaders.VARY);
    response.putHeader(
        HttpHeaders.VARY, varies == null ? "Accept-Language" : varies + ", Accept-Language");
  }
}
