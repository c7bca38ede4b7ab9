package dev.why502.gateway.nginx;

import dev.why502.definition.Request;
import dev.why502.definition.Target;
import dev.why502.evidence.Route.Handling;
import dev.why502.gateway.ArrivedRequest;
import dev.why502.gateway.ByteText;
import dev.why502.gateway.RouteDraft;
import org.jspecify.annotations.Nullable;

/** Takes a request as it arrives at nginx to its server. */
record NginxArrival(ArrivedRequest arrived) {
  static NginxArrival of(Target target, Request request, @Nullable String connectedTo) {
    return new NginxArrival(ArrivedRequest.of(target, request, connectedTo));
  }

  void route(NginxConfig config, RouteDraft draft) {
    Target target = arrived.target();
    if (!target.scheme().http()) {
      draft.unknown("what is no HTTP is not followed");
      return;
    }
    NginxVirtualHosts.Group group =
        NginxVirtualHosts.group(
            config.servers(), arrived.address(), arrived.local(), arrived.port(), arrived.socket());
    if (group == null) {
      draft.handling = Handling.NO_SERVER;
      return;
    }
    if (!group.sure()) {
      draft.unknown("at which of its addresses nginx is reached is not known");
    }
    String authority = ByteText.bytes(arrived.authority());
    NginxVirtualHosts.Chosen chosen =
        NginxVirtualHosts.choose(group, NginxRequest.hostOf(authority));
    if (chosen.undecided() != null) {
      draft.unknown("server_name " + chosen.undecided() + " could not be followed");
    }
    NginxServer server = chosen.candidate().server();
    NginxDirective listen = chosen.candidate().listen().directive();
    draft.server = server.directive().place();
    draft.serverName = chosen.name() == null ? null : ByteText.shown(chosen.name());
    if (group.proxyProtocol()) {
      draft.unknown(listen.text() + " (" + listen.where() + ") wants the PROXY protocol first");
    }
    if (group.tls() != target.scheme().tls()) {
      // Plain HTTP to a TLS port is answered so; TLS to a plain port is no request line.
      draft.answer(Handling.RETURN, 400, listen.place());
      return;
    }
    String unparsed = ByteText.bytes(target.path().isEmpty() ? "/" : target.path());
    boolean merge = !ByteText.lower(server.scope().value("merge_slashes", "on")).equals("off");
    NginxUri uri = NginxUri.parse(unparsed, merge);
    if (uri == null) {
      draft.answer(Handling.RETURN, 400, server.directive().place());
      return;
    }
    NginxRequest state =
        new NginxRequest(
            arrived.request().method(),
            target.scheme().tls(),
            uri,
            unparsed,
            authority,
            arrived.headers(),
            arrived.client(),
            arrived.address(),
            arrived.port());
    state.matched(chosen.captures());
    NginxVariables variables = new NginxVariables(config, state, server);
    new NginxRouter(config, server, state, variables, draft).run();
  }
}
