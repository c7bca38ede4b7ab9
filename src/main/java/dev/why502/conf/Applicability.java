package dev.why502.conf;

import dev.why502.definition.Request;
import dev.why502.definition.Scheme;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Keys that a target's scheme leaves without effect. An expectation that is never looked at is as
 * bad as a mistyped one: the probe would be up, and its owner wrongly at ease.
 */
final class Applicability {
  private static final List<String> HTTP_REQUEST =
      List.of("method", "headers", "body", "followRedirects", "httpVersion");
  private static final List<String> HTTP_EXPECT =
      List.of("status", "bodyContains", "bodyMatches", "json", "header");
  private static final List<String> NOT_IN_A_HANDSHAKE = List.of("body", "followRedirects");

  private final Faults faults;
  private final Scheme scheme;

  Applicability(Faults faults, Scheme scheme) {
    this.faults = faults;
    this.scheme = scheme;
  }

  void check(@Nullable Members requestMembers, Request request, @Nullable Members expectMembers) {
    if (!scheme.http()) {
      refuse(requestMembers, HTTP_REQUEST);
      refuse(expectMembers, HTTP_EXPECT);
    }
    if (scheme.webSocket()) {
      refuse(requestMembers, NOT_IN_A_HANDSHAKE);
      if (requestMembers != null && !request.method().equals("GET")) {
        faults.add(requestMembers.at("method"), "a WebSocket handshake is a GET (RFC 6455, 4.1)");
      }
    }
    // A redirect may lead from http to a certificate.
    if (!scheme.tls() && !request.followRedirects()) {
      refuse(expectMembers, List.of("certificateDays"));
    }
  }

  private void refuse(@Nullable Members members, List<String> keys) {
    if (members == null) {
      return;
    }
    for (String key : keys) {
      if (members.has(key)) {
        String name = scheme.name().toLowerCase(Locale.ROOT);
        faults.add(members.at(key), "means nothing for a target of the scheme " + name);
      }
    }
  }
}
