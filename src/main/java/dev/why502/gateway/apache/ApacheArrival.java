package dev.why502.gateway.apache;

import dev.why502.definition.Endpoint;
import dev.why502.definition.Request;
import dev.why502.definition.Request.Header;
import dev.why502.definition.Scheme;
import dev.why502.definition.Target;
import dev.why502.evidence.Route.Handling;
import dev.why502.gateway.ByteText;
import dev.why502.gateway.Ip;
import dev.why502.gateway.RouteDraft;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request as it arrives at httpd: at which address, under which name, plain or by TLS.
 *
 * @param address numeric, or null when not known
 */
record ApacheArrival(Target target, Request request, @Nullable String address, int port) {

  static ApacheArrival of(Target target, Request request, @Nullable String connectedTo) {
    Endpoint endpoint = null;
    if (connectedTo != null && !connectedTo.startsWith("unix:")) {
      ApacheAddress parsed = ApacheAddress.parse(connectedTo, 0);
      endpoint = parsed == null ? null : Endpoint.of(parsed.host(), parsed.port());
    }
    if (endpoint == null) {
      endpoint = request.connectTo() == null ? target.endpoint() : request.connectTo();
    }
    String host = endpoint.host().equalsIgnoreCase("localhost") ? "127.0.0.1" : endpoint.host();
    String address = Ip.v4(host) || Ip.v6(host) ? host : null;
    return new ApacheArrival(target, request, address, endpoint.port());
  }

  void route(ApacheConfig config, RouteDraft draft) {
    if (!target.scheme().http() || port == 0) {
      draft.unknown("what is no HTTP over TCP is not followed");
      return;
    }
    ApacheVirtualHosts.Group group = ApacheVirtualHosts.group(config, address, port);
    if (group == null) {
      draft.handling = Handling.NO_SERVER;
      return;
    }
    if (!group.sure()) {
      draft.unknown("at which of its addresses httpd is reached is not known");
    }
    String authority = authority();
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
            request.method(),
            target.scheme().tls(),
            unparsed,
            uri,
            authority,
            headers(),
            client(),
            port);
    new ApacheRouter(config, server, state, draft).run();
  }

  /** Whoever speaks to an address of its own host comes from that address. */
  private @Nullable String client() {
    if (address == null) {
      return null;
    }
    if (Ip.loopback(address)) {
      return Ip.v4(address) ? "127.0.0.1" : address;
    }
    try {
      return NetworkInterface.getByInetAddress(InetAddress.getByName(address)) == null
          ? null
          : address;
    } catch (SocketException | UnknownHostException e) {
      return null;
    }
  }

  private String authority() {
    for (Header header : request.headers()) {
      if (header.name().equalsIgnoreCase("host")) {
        return ByteText.bytes(header.value());
      }
    }
    return ByteText.bytes(target.authority());
  }

  /** The headers as they come, a WebSocket's handshake included. */
  private List<Header> headers() {
    List<Header> all = new ArrayList<>(request.headers());
    Scheme scheme = target.scheme();
    boolean upgrade = all.stream().anyMatch(h -> h.name().equalsIgnoreCase("upgrade"));
    if (scheme.webSocket() && !upgrade) {
      all.add(new Header("Upgrade", "websocket"));
      all.add(new Header("Connection", "Upgrade"));
    }
    return all;
  }
}
