package dev.why502.web;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides, before anything else looks at a request, whether it is answered at all. */
final class Gate {
  /** What a container platform asks, without credentials and under any name. */
  static final Set<String> OPEN = Set.of("/health/live", "/health/ready", "/-/healthy", "/-/ready");

  private static final String BEARER = "bearer ";

  private final boolean loopback;
  private final byte @Nullable [] token;
  private final Origins origins;

  Gate(WebOptions options) {
    this.loopback = options.loopback();
    this.token = options.token() == null ? null : options.token().getBytes(StandardCharsets.UTF_8);
    this.origins = new Origins(options.allowOrigins(), options.publicUrl());
  }

  /** Whether pages of the origin may read answers although they are no pages of ours. */
  boolean shared(String origin) {
    return origins.listed(origin);
  }

  /** What a request meets. */
  enum Answer {
    PASS(200, ""),
    WRONG_HOST(421, "this service is bound to loopback and does not answer for that host"),
    WRONG_ORIGIN(403, "pages of that origin may not talk to this service"),
    NO_TOKEN(401, "a token is needed: Authorization: Bearer ...");

    final int status;
    final String words;

    Answer(int status, String words) {
      this.status = status;
      this.words = words;
    }
  }

  Answer judge(HttpServerRequest request) {
    if (OPEN.contains(request.path())) {
      return Answer.PASS;
    }
    HostAndPort authority = request.authority();
    String host = authority == null ? null : request.getHeader(HttpHeaders.HOST);
    if (loopback && !origins.hostAllowed(host)) {
      return Answer.WRONG_HOST;
    }
    if (!origins.originAllowed(request.getHeader(HttpHeaders.ORIGIN), host)) {
      return Answer.WRONG_ORIGIN;
    }
    // Browsers ask without credentials whether they may ask with them (Fetch, CORS preflight).
    return token == null || Sharing.preflight(request) || matches(token, presented(request))
        ? Answer.PASS
        : Answer.NO_TOKEN;
  }

  /** Whether this value of Authorization lets pass what comes without a request. */
  boolean admits(@Nullable String authorization) {
    return token == null || matches(token, bearer(authorization));
  }

  private static @Nullable String bearer(@Nullable String header) {
    return header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? header.substring(BEARER.length()).strip()
        : null;
  }

  /** Only a WebSocket may carry it in the URL: a browser cannot add a header there. */
  private static @Nullable String presented(HttpServerRequest request) {
    String bearer = bearer(request.getHeader(HttpHeaders.AUTHORIZATION));
    if (bearer != null) {
      return bearer;
    }
    boolean webSocket = "websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE));
    return webSocket ? request.getParam("access_token") : null;
  }

  private static boolean matches(byte[] token, @Nullable String presented) {
    // The comparison takes the same time wherever the first difference lies.
    return presented != null
        && MessageDigest.isEqual(token, presented.getBytes(StandardCharsets.UTF_8));
  }
}
