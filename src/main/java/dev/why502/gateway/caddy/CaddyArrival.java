package dev.why502.gateway.caddy;

import dev.why502.definition.Request;
import dev.why502.definition.Target;
import dev.why502.evidence.Route.Handling;
import dev.why502.gateway.ArrivedRequest;
import dev.why502.gateway.Ip;
import org.jspecify.annotations.Nullable;

/** Takes a request as it arrives at Caddy to its server. */
record CaddyArrival(ArrivedRequest arrived) {
  static CaddyArrival of(Target target, Request request, @Nullable String connectedTo) {
    return new CaddyArrival(ArrivedRequest.of(target, request, connectedTo));
  }

  void route(CaddyConfig config, CaddyDraft draft) {
    Target target = arrived.target();
    if (!target.scheme().http()) {
      draft.unknown("what is no HTTP is not followed");
      return;
    }
    CaddyServer server = server(config, draft);
    if (server == null) {
      draft.handling = Handling.NO_SERVER;
      return;
    }
    boolean tls = server.tls() && arrived.port() != config.httpPort() && arrived.socket() == null;
    if (tls != target.scheme().tls()) {
      // Go answers 400 to plain HTTP at a TLS port; TLS at a plain port is no request line.
      draft.server = server.node().place();
      draft.serverName = target.endpoint().host();
      draft.answer(Handling.RETURN, 400, server.node().place());
      return;
    }
    CaddyRequest request =
        new CaddyRequest(
            arrived.request().method(),
            target.path().isEmpty() ? "/" : target.path(),
            arrived.authority(),
            arrived.headersWithoutHost(),
            tls,
            arrived.client(),
            arrived.port());
    new CaddyRouter(server, request, draft).run();
  }

  /** The server that listens there: an exact address goes before every address. */
  private @Nullable CaddyServer server(CaddyConfig config, CaddyDraft draft) {
    String address = arrived.address();
    String socket = arrived.socket();
    CaddyServer any = null;
    CaddyServer named = null;
    int perhaps = 0;
    for (CaddyServer server : config.servers()) {
      for (CaddyListen listen : server.listens()) {
        if (socket != null) {
          any = socket.equals(listen.socket()) ? server : any;
        } else if (listen.port(arrived.port())) {
          if (listen.any()) {
            any = any == null ? server : any;
          } else if (address != null && same(address, listen.host())) {
            named = server;
          } else if (address == null || !Ip.literal(listen.host())) {
            named = named == null && any == null && address == null ? server : named;
            perhaps++;
          }
        }
      }
    }
    if (perhaps > 0 && (address == null || named == null)) {
      draft.unknown("at which of its addresses Caddy is reached is not known");
    }
    return named != null ? named : any;
  }

  private static boolean same(String address, String host) {
    String listen = host.equalsIgnoreCase("localhost") ? "127.0.0.1" : host;
    return Ip.literal(address) && Ip.same(address, listen);
  }
}
