package dev.why502.web;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.ext.web.Router;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the router or the server refuses by itself, in the form of all our refusals. */
final class Failures {
  private static final Map<Integer, String> WORDS =
      Map.of(
          400, "the request cannot be read",
          404, "no such page",
          405, "not allowed here",
          413, "the body is too long",
          500, "an error of this service");

  private Failures() {}

  static void mount(Router router) {
    WORDS.forEach(
        (status, words) ->
            router.errorHandler(
                status,
                context -> {
                  // The router refuses some requests before any handler of ours has seen them.
                  Replies.guard(context.response());
                  Replies.problem(context.response(), status, words);
                }));
  }

  /** How a request was not one (RFC 9112, 3; RFC 6585, 5). */
  enum Malformed {
    LINE(414, "the address is longer than " + WebVerticle.MAX_URI + " bytes"),
    HEADER(431, "the header is longer than " + WebVerticle.MAX_HEADER + " bytes"),
    OTHER(400, "this is not an HTTP request");

    final int status;
    final String words;

    Malformed(int status, String words) {
      this.status = status;
      this.words = words;
    }

    static Malformed of(@Nullable Throwable cause) {
      return cause instanceof TooLongHttpLineException
          ? LINE
          : cause instanceof TooLongHttpHeaderException ? HEADER : OTHER;
    }
  }
}
