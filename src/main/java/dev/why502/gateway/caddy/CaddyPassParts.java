package dev.why502.gateway.caddy;

import dev.why502.evidence.Route;
import java.util.List;

/** A pass with some of its parts exchanged. */
final class CaddyPassParts {
  private CaddyPassParts() {}

  static Route.Pass with(
      Route.Pass pass, List<Route.Peer> peers, List<String> intercepts, boolean nextUpstream) {
    return new Route.Pass(
        pass.protocol(),
        pass.place(),
        pass.group(),
        peers,
        pass.method(),
        pass.uri(),
        pass.host(),
        pass.sni(),
        pass.setHeaders(),
        pass.passHeaders(),
        pass.passBody(),
        pass.httpVersion(),
        pass.upgrade(),
        pass.keepAlive(),
        pass.keepAliveMillis(),
        pass.connectTimeoutMillis(),
        pass.sendTimeoutMillis(),
        pass.readTimeoutMillis(),
        pass.headerBufferBytes(),
        pass.verify(),
        pass.trusted(),
        pass.verifyName(),
        nextUpstream,
        intercepts,
        pass.stale(),
        pass.bind(),
        pass.beside());
  }
}
