package dev.why502.gateway.nginx;

import dev.why502.definition.Request.Header;
import dev.why502.evidence.Route;
import dev.why502.gateway.RealGateway;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullUnmarked;

/** What a {@link RandomSite} answers to a request, and what must come of a route. */
@NullUnmarked
final class NginxEcho {
  private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");

  private NginxEcho() {}

  /** Both pass on what is no request target or host any more; only the upstream answers. */
  static boolean refusedUpstream(Route route, RealGateway.Reply reply) {
    Route.Pass pass = route.pass();
    if (pass == null || reply.status() != 400) {
      return false;
    }
    boolean target = pass.uri().indexOf(' ') >= 0 || BAD_ESCAPE.matcher(pass.uri()).find();
    return target || pass.host().startsWith(":");
  }

  /** Status 0: nothing is answered. */
  static String real(RealGateway.Reply reply) {
    return reply.body().startsWith("tag ") ? reply.body() : "status " + reply.status();
  }

  static String ours(Route route, RealGateway.Reply reply) {
    if (!route.faults().isEmpty() || !route.unknown().isEmpty()) {
      return "faults " + route.faults() + " unknown " + route.unknown();
    }
    return switch (route.handling()) {
      case PROXY -> {
        String tag = "";
        for (Header header : route.pass().setHeaders()) {
          tag = header.name().equals("X-Tag") ? header.value() : tag;
        }
        yield "tag "
            + tag
            + " "
            + route.pass().method()
            + " "
            + route.pass().uri()
            + " "
            + route.pass().host();
      }
      case RETURN, DENY -> {
        String text = route.answerPlace().text();
        int tag = text.indexOf("\"tag ");
        yield tag >= 0
            ? text.substring(tag + 1, text.lastIndexOf('"'))
            : "status " + route.answerStatus();
      }
      // The file's own status is not ours to tell.
      case STATIC ->
          List.of(200, 301, 403, 404, 405).contains(reply.status())
              ? "status " + reply.status()
              : "static";
      case NO_SERVER -> "status 0";
      case OTHER_PASS, UNKNOWN -> route.handling().toString();
    };
  }
}
