package dev.why502.gateway.apache;

import dev.why502.definition.Request;
import dev.why502.definition.Target;
import dev.why502.evidence.Route.Handling;
import dev.why502.gateway.ArrivedRequest;
import dev.why502.gateway.ByteText;
import dev.why502.gateway.RouteDraft;
import org.jspecify.annotations.Nullable;

/** Takes a request as it arrives at httpd to its virtual host. */
record ApacheArrival(ArrivedRequest arrived) {
  static ApacheArrival of(Target target, Request request, @Nullable String connectedTo) {
    boolean socket = connectedTo != null && connectedTo.startsWith("unix:");
    // httpd listens at no socket.
    return new ApacheArrival(ArrivedRequest.of(target, request, socket ? null : connectedTo));
  }

  void route(ApacheConfig config, RouteDraft draft) {
    Target target = arrived.target();
    int port = arrived.port();
    if (!target.scheme().http() || port == 0) {
      draft.unknown("what is no HTTP over TCP is not followed");
      return;
    }
    ApacheVirtualHosts.Group group = ApacheVirtualHosts.group(config, arrived.address(), port);
    if (group == null) {
      draft.handling = Handling.NO_SERVER;
      return;
    }
    if (!group.sure()) {
      draft.unknown("at which of its addresses httpd is reached is not known");
    }
    String authority = ByteText.bytes(arrived.authority());
    ApacheVirtualHosts.Chosen chosen =
        ApacheVirtualHosts.choose(config, group, ApacheRequest.hostOf(authority));
    ApacheServer server = chosen.server();
    ApacheDirective directive = server.directive();
    draft.server = (directive == null ? group.listen().directive() : directive).place();
    draft.serverName = chosen.name() == null ? null : ByteText.shown(chosen.name());
    // Whether TLS is spoken is known before the name is.
    ApacheServer first = group.hosts().isEmpty() ? config.main() : group.hosts().get(0);
    Boolean tls = ApacheVirtualHosts.tls(config, first, group.listen());
    if (tls != null && tls != target.scheme().tls()) {
      draft.answer(Handling.RETURN, 400, draft.server);
      return;
    }
    String unparsed = ByteText.bytes(target.path().isEmpty() ? "/" : target.path());
    ApacheUri uri =
        ApacheUri.parse(
            unparsed,
            !server.value("mergeslashes", "on").equalsIgnoreCase("off"),
            ByteText.lower(server.value("allowencodedslashes", "off")));
    if (uri.status() != 0) {
      draft.answer(Handling.RETURN, uri.status(), draft.server);
      return;
    }
    ApacheRequest state =
        new ApacheRequest(
            arrived.request().method(),
            target.scheme().tls(),
            unparsed,
            uri,
            authority,
            arrived.headers(),
            arrived.client(),
            port);
    new ApacheRouter(config, server, state, draft).run();
  }
}
