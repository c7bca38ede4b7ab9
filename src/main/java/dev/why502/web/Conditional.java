package dev.why502.web;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Answers that say which state they show, and are left out for who has it (RFC 9110, 13.1.2). */
final class Conditional {
  private static final int TAG_BYTES = 12;

  private Conditional() {}

  static void end(RoutingContext context, String type, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String tag = '"' + HexFormat.of().formatHex(hash(bytes), 0, TAG_BYTES) + '"';
    HttpServerResponse response = context.response();
    if (response.ended()) {
      return;
    }
    response
        // May be kept by the one who asked, who asks again before each use.
        .putHeader(HttpHeaders.CACHE_CONTROL, "private, no-cache")
        .putHeader(HttpHeaders.ETAG, tag);
    if (known(context.request().getHeader(HttpHeaders.IF_NONE_MATCH), tag)) {
      response.setStatusCode(304).end();
    } else {
      Replies.end(response, 200, type, Buffer.buffer(bytes));
    }
  }

  /** By the weak comparison: a proxy that compressed an answer has made its tag weak. */
  static boolean known(@Nullable String header, String tag) {
    if (header == null) {
      return false;
    }
    for (String one : header.split(",", -1)) {
      String listed = one.strip();
      if (listed.equals("*")
          || (listed.startsWith("W/") ? listed.substring(2) : listed).equals(tag)) {
        return true;
      }
    }
    return false;
  }

  private static byte[] hash(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
